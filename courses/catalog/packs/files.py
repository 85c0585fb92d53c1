"""Open the files of a pack without trusting them: sizes, paths, links and YAML that explodes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from courses.catalog.packs.problems import Problems

MOST_TEXT_BYTES: Final = 1_000_000
MOST_FILE_BYTES: Final = 200_000_000
MOST_FILES: Final = 2_000
TEXT_SUFFIXES: Final = frozenset({".yaml", ".md"})
# What lessons may hand out. The view serves them so that nothing in them can act for the reader.
FILE_SUFFIXES: Final = frozenset(
    ".csv .docx .gif .html .ics .jpeg .jpg .m4a .mp3 .mp4 .ods .odt .pdf .png .pptx .svg .txt"
    " .vtt .webm .webp .xlsx".split()
)


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases (they can explode) and without keys given twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not allowed", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the field {name!r} is given twice", problem_mark=key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the pack and where it begins: ``line`` is that of its first line in ``file``."""

    file: str
    line: int
    text: str


def list_files(root: Path, problems: Problems) -> dict[str, Path]:
    """Return the pack's files by their path inside it; symbolic links are refused, not followed."""
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if any(part.startswith((".", "__")) for part in PurePosixPath(name).parts):
            continue
        if path.is_symlink():
            problems.add(name, 0, "is a symbolic link; a pack holds its own files")
        elif path.is_file():
            found[name] = path
        if len(found) > MOST_FILES:
            problems.add(name, 0, f"the pack holds more than {MOST_FILES} files")
            break
    return found


def digest_of(parts: list[tuple[str, bytes]]) -> str:
    """Return one SHA-256 over named contents, in the order given."""
    total = hashlib.sha256()
    for name, content in parts:
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def read_text(files: dict[str, Path], name: str, problems: Problems) -> Source | None:
    """Return a text file of the pack, or None after noting why it cannot be read."""
    path = files.get(name)
    if path is None:
        problems.add(name, 0, "is missing")
        return None
    if path.stat().st_size > MOST_TEXT_BYTES:
        problems.add(name, 0, f"is larger than {MOST_TEXT_BYTES:,} bytes")
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.add(name, 0, "is not UTF-8 text")
        return None
    if "\0" in text:
        problems.add(name, 0, "holds a NUL character")
        return None
    return Source(name, 1, text.replace("\r\n", "\n"))


def read_yaml(source: Source, problems: Problems) -> dict[str, Any] | None:
    """Return the fields of a YAML text, or None after noting why there are none."""
    try:
        data = yaml.load(source.text, Loader=_Loader)  # noqa: S506 (a SafeLoader, made stricter)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = source.line + (mark.line if mark else 0)
        problems.add(source.file, line, f"YAML: {error.problem}")
        return None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date like 2026-02-31.
        problems.add(source.file, source.line, f"YAML: {error}")
        return None
    except RecursionError:
        problems.add(source.file, source.line, "YAML: nested too deeply")
        return None
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        problems.add(source.file, source.line, "must hold named fields")
        return None
    return data


def inside(name: str, files: dict[str, Path]) -> str | None:
    """Return why lessons may not link to this path, or None when they may."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        return f"{name!r} leads out of the pack"
    if path.suffix.lower() not in FILE_SUFFIXES:
        return f"{name!r} is of a kind that is not handed out"
    if name not in files:
        return f"there is no file {name!r} in the pack"
    if files[name].stat().st_size > MOST_FILE_BYTES:
        return f"{name!r} is larger than {MOST_FILE_BYTES:,} bytes"
    return None
