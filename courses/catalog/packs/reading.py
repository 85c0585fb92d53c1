"""Read a whole pack from its folder, or say everything that is wrong with it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from courses.catalog.packs.agreement import (
    check_basis,
    check_course,
    check_module,
    with_quiz_minutes,
)
from courses.catalog.packs.examining import read_quiz, read_rubric
from courses.catalog.packs.fences import Context, download
from courses.catalog.packs.fields import Fields, all_different
from courses.catalog.packs.files import (
    FILE_SUFFIXES,
    TEXT_SUFFIXES,
    digest_of,
    list_files,
    read_text,
    read_yaml,
)
from courses.catalog.packs.guide import read_guide
from courses.catalog.packs.lessons import RESERVED_SLUGS, read_lessons
from courses.catalog.packs.mapping import read_crosswalk, read_pathways
from courses.catalog.packs.ordering import check_order, read_after
from courses.catalog.packs.problems import PackError, Problems
from courses.catalog.packs.shapes import Block, CoursePack, FilePack, ModulePack

SHAPE: Final = b"2"
"""Part of every digest: raise it when the loader makes other pages of the same words."""


def read_pack(folder: Path) -> CoursePack:
    """Read and check a pack.

    Raises:
        PackError: with everything that is wrong, by file and line.
    """
    course, problems = examine_pack(folder)
    if problems.found or course is None:
        raise PackError(problems.found)
    return course


def examine_pack(folder: Path) -> tuple[CoursePack | None, Problems]:
    """Return a pack as far as it can be read, and all that is wrong with it."""
    root = folder.resolve()
    problems = Problems()
    files = list_files(root, problems)
    return _Reader(files, Context(files, problems)).course(), problems


class _Reader:
    """Reads one pack; everything it finds wrong goes to ``problems``."""

    def __init__(self, files: dict[str, Path], context: Context) -> None:
        self.files = files
        self.context = context
        self.problems = context.problems

    def fields(self, name: str) -> Fields | None:
        """Return the fields of a YAML file."""
        source = read_text(self.files, name, self.problems)
        data = read_yaml(source, self.problems) if source else None
        return Fields(data, name, 1, self.problems) if data is not None else None

    def course(self) -> CoursePack | None:
        """Return the course, however broken; the problems decide whether it counts."""
        fields = self.fields("course.yaml")
        if fields is None:
            return None
        competencies = fields.group("competencies")
        names = (
            {code: competencies.text(code, most=160) for code in competencies.data}
            if (competencies)
            else {}
        )
        folders = fields.words("modules")
        modules = [self.module(name, set(names)) for name in folders]
        known = {module.key for module in modules if module is not None}
        course = CoursePack(
            key=fields.slug("key", most=60),
            title=fields.text("title", most=160),
            version=fields.text("version", most=12),
            language=fields.text("language", required=False, most=10) or "en",
            summary=fields.text("summary"),
            audience=fields.words("audience"),
            access=fields.choice("access", ("public", "login")),
            hours=fields.hours("hours"),
            competencies=names,
            modules=tuple(module for module in modules if module is not None),
            license=fields.text("license", required=False, most=60),
            reviewed_by=fields.text("reviewed_by", required=False, most=120),
            review_due=fields.day("review_due"),
            digest=self.digest(),
            files=self.handed_out(),
            difficulty=_difficulty(fields),
            pathways=self.mapping("pathways.yaml", read_pathways, known),
            crosswalk=self.mapping("crosswalk.yaml", read_crosswalk, known),
        )
        fields.done()
        if not folders:
            fields.wrong("modules", "names no folder")
        there = {name.split("/")[0] for name in self.files if name.endswith("/module.yaml")}
        for name in sorted(there - set(folders)):
            fields.wrong("modules", f"the folder {name!r} is not listed")
        check_course(course, fields)
        check_order(course.modules, self.problems)
        check_basis(course, self.problems)
        return course

    def mapping(
        self,
        name: str,
        read: Callable[[Fields, set[str]], tuple[dict[str, Any], ...]],
        modules: set[str],
    ) -> tuple[dict[str, Any], ...]:
        """Return pathways or crosswalk, nothing where the pack has no such file."""
        fields = self.fields(name) if name in self.files else None
        return read(fields, modules) if fields else ()

    def module(self, folder: str, competencies: set[str]) -> ModulePack | None:
        """Return one module."""
        fields = self.fields(f"{folder}/module.yaml")
        if fields is None:
            return None
        objectives = fields.groups("objectives")
        known = {str(each.data.get("id")) for each in objectives}
        guide, guide_text = self.guide(f"{folder}/session.md")
        module = ModulePack(
            folder=folder,
            key=fields.slug("key"),
            slug=fields.slug("slug"),
            title=fields.text("title", most=160),
            minutes=fields.whole("minutes", least=0, most=10_000),
            hours=fields.hours("hours"),
            objectives=tuple(_objective(each) for each in objectives),
            competencies=fields.words("competencies", known=competencies),
            lessons=read_lessons(folder, known, competencies, self.context),
            quiz=self.quiz(f"{folder}/quiz.yaml", known, competencies),
            rubrics=self.rubrics(folder, competencies),
            guide=guide,
            guide_text=guide_text,
            summary=fields.text("summary", required=False),
            difficulty=_difficulty(fields),
            downloads=tuple(self.downloads(fields)),
            after=read_after(fields),
        )
        all_different([(each, str(each.data.get("id"))) for each in objectives], "id")
        fields.done()
        if module.slug in RESERVED_SLUGS:
            fields.wrong("slug", f"{module.slug!r} is taken by the site")
        module = with_quiz_minutes(module, fields)
        check_module(module, fields)
        return module

    def guide(self, name: str) -> tuple[tuple[Block, ...], str]:
        """Return the facilitator guide of a module in parts and as written."""
        source = read_text(self.files, name, self.problems) if name in self.files else None
        return (read_guide(source, self.problems), source.text) if source else ((), "")

    def downloads(self, fields: Fields) -> list[dict[str, Any]]:
        """Return the files that the page of a module hands out."""
        found = []
        for each in fields.groups("downloads", least=0):
            found.append(download(each, self.context))
            each.done()
        return found

    def quiz(
        self, name: str, objectives: set[str], competencies: set[str]
    ) -> dict[str, Any] | None:
        """Return the quiz of a module, None where it has none."""
        fields = self.fields(name) if name in self.files else None
        return read_quiz(fields, objectives, competencies) if fields else None

    def rubrics(self, folder: str, competencies: set[str]) -> tuple[dict[str, Any], ...]:
        """Return the rubrics of a module: rubric.yaml, then rubric-<name>.yaml by name."""
        names = [
            name
            for name in sorted(self.files, key=lambda name: name.removesuffix(".yaml"))
            if name.startswith(f"{folder}/rubric")
            and name.endswith(".yaml")
            and name.count("/") == 1
        ]
        read = (self.fields(name) for name in names)
        return tuple(read_rubric(fields, competencies) for fields in read if fields)

    def digest(self) -> str:
        """Return one digest over all that is loaded."""
        parts = [("shape", SHAPE)]
        for name, path in sorted(self.files.items()):
            if path.suffix.lower() in TEXT_SUFFIXES | FILE_SUFFIXES:
                parts.append((name, path.read_bytes()))
        return digest_of(parts)

    def handed_out(self) -> tuple[FilePack, ...]:
        """Return the files that lessons may link to."""
        return tuple(
            FilePack(name, path, path.stat().st_size, digest_of([("", path.read_bytes())]))
            for name, path in sorted(self.files.items())
            if path.suffix.lower() in FILE_SUFFIXES
        )


def _objective(fields: Fields) -> dict[str, str]:
    value = {"id": fields.text("id", most=20), "text": fields.text("text", most=400)}
    fields.done()
    return value


def _difficulty(fields: Fields) -> Decimal | None:
    if fields.get("difficulty") is None:
        return None
    value = fields.amount("difficulty")
    if not 1 <= value <= 5:
        fields.wrong("difficulty", "must be from 1 (easy) to 5 (very hard)")
    return value
