"""Read what a course is for whom: role pathways, and the crosswalk to what authorities ask."""

from typing import Any, Final

from courses.catalog.packs.fields import HOURS_TYPES, Fields, all_different

BASES: Final = ("V", "I", "G", "A")
"""How sure a statement is: found in the source, interpreted, general knowledge, assumed."""
COVERAGES: Final = ("full", "partial", "local")


def read_pathways(fields: Fields, modules: set[str]) -> tuple[dict[str, Any], ...]:
    """Return pathways.yaml: [{"role", "title", "modules", "modes", "before", "extra", ...}].

    ``core`` names the modules that every role takes which does not take all; ``modules`` then adds
    those of its own.
    """
    core = fields.words("core", known=modules)
    rows = fields.groups("pathways")
    found = tuple(_pathway(each, modules, core) for each in rows)
    all_different([(each, str(each.data.get("role"))) for each in rows], "role")
    fields.done()
    return found


def read_crosswalk(fields: Fields, modules: set[str]) -> tuple[dict[str, Any], ...]:
    """Return crosswalk.yaml: [{"key", "title", "source", "url", "topics": [...], ...}]."""
    rows = fields.groups("frameworks")
    found = tuple(_framework(each, modules) for each in rows)
    all_different([(each, str(each.data.get("key"))) for each in rows], "key")
    fields.done()
    return found


def _pathway(fields: Fields, modules: set[str], core: tuple[str, ...]) -> dict[str, Any]:
    own = _all_or(fields, "modules", modules)
    if own != "all":
        own = [*core, *(key for key in own if key not in core)]
    value = {
        "role": fields.slug("role", most=40),
        "title": fields.text("title", most=160),
        "modules": own,
        "modes": _all_or(fields, "modes", set(HOURS_TYPES)),
        "before": list(fields.words("before")),
        "extra": list(fields.words("extra")),
        "basis": fields.choice("basis", BASES),
        "note": fields.text("note", required=False),
    }
    fields.done()
    return value


def _all_or(fields: Fields, name: str, known: set[str]) -> list[str] | str:
    """Return the named ones, or the word "all"."""
    if fields.get(name) == "all":
        return "all"
    return list(fields.words(name, known=known))


def _framework(fields: Fields, modules: set[str]) -> dict[str, Any]:
    value = {
        "key": fields.slug("key"),
        "title": fields.text("title", most=200),
        "source": fields.text("source", most=400),
        "url": fields.text("url", required=False, most=400),
        "basis": fields.choice("basis", BASES),
        "note": fields.text("note", required=False),
        "topics": [_topic(each, modules) for each in fields.groups("topics")],
    }
    fields.done()
    if value["url"] and not str(value["url"]).startswith("https://"):
        fields.wrong("url", "must begin with https://")
    return value


def _topic(fields: Fields, modules: set[str]) -> dict[str, Any]:
    value = {
        "topic": fields.text("topic", most=300),
        "modules": list(fields.words("modules", known=modules)),
        "coverage": fields.choice("coverage", COVERAGES),
        "basis": fields.choice("basis", BASES),
        "note": fields.text("note", required=False),
    }
    fields.done()
    return value
