"""Read a facilitator guide: Markdown, with agendas and role-plays in fenced blocks."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from courses.catalog.packs.examining import timed
from courses.catalog.packs.fences import cut
from courses.catalog.packs.fields import HOURS_TYPES, Fields, all_different
from courses.catalog.packs.files import Source, read_yaml
from courses.catalog.packs.problems import Problems
from courses.catalog.packs.shapes import Block

MODES: Final = tuple(kind for kind in HOURS_TYPES if kind != "self_paced")


def read_guide(source: Source, problems: Problems) -> tuple[Block, ...]:
    """Return the parts of a guide in order; running text has the kind ``text``."""
    blocks: list[Block] = []
    plays: list[tuple[Fields, str]] = []
    for kind, part in cut(source, problems):
        if kind == "text":
            if part.text.strip():
                blocks.append(Block("text", {"text": part.text.strip()}))
            continue
        reader = READERS.get(kind)
        if reader is None:
            known = ", ".join(sorted(READERS))
            problems.add(part.file, part.line - 1, f"unknown block {kind!r}: use {known}")
            continue
        data = read_yaml(part, problems)
        if data is None:
            continue
        fields = Fields(data, part.file, part.line, problems)
        value = reader(fields)
        fields.done()
        if "id" in value:
            plays.append((fields, value["id"]))
        blocks.append(Block(kind, value))
    all_different(plays, "id")
    return tuple(blocks)


def minutes_by_mode(guide: Iterable[Block]) -> dict[str, int]:
    """Return the minutes of the agendas of a guide by mode."""
    found: dict[str, int] = {}
    for block in guide:
        if block.kind == "agenda":
            minutes = sum(each["minutes"] for each in block.value["items"])
            found[block.value["mode"]] = found.get(block.value["mode"], 0) + minutes
    return found


def _agenda(fields: Fields) -> dict[str, Any]:
    return {
        "mode": fields.choice("mode", MODES, default="live"),
        "items": [timed(each) for each in fields.groups("items")],
    }


def _role_play(fields: Fields) -> dict[str, Any]:
    return {
        "id": fields.slug("id"),
        "title": fields.text("title", most=160),
        "setup": fields.text("setup"),
        "parts": [_part(each) for each in fields.groups("parts", least=2)],
        "watch_for": fields.text("watch_for"),
        "debrief": fields.text("debrief"),
    }


def _part(fields: Fields) -> dict[str, str]:
    value = {"who": fields.text("who", most=200), "brief": fields.text("brief")}
    fields.done()
    return value


READERS: Final[dict[str, Callable[[Fields], dict[str, Any]]]] = {
    "agenda": _agenda,
    "role-play": _role_play,
}
