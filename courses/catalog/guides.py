"""Turn a facilitator guide into parts that templates draw, on screen and on paper."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _

from courses.catalog.packs.files import Source
from courses.catalog.packs.guide import read_guide
from courses.catalog.packs.problems import Problem, Problems
from courses.catalog.packs.shapes import Block
from courses.catalog.rendering import Part, prose


def guide_parts(text: str) -> tuple[list[Part], tuple[Problem, ...]]:
    """Return the parts of a guide as written, without its title, and what is wrong with it."""
    problems = Problems()
    head, _mark, body = text.partition("\n")
    titled = head.startswith("# ")
    source = Source("session.md", 2, body) if titled else Source("session.md", 1, text)
    blocks = read_guide(source, problems)
    return [*_parts(blocks)], tuple(problems.found)


def _parts(blocks: tuple[Block, ...]) -> Iterator[Part]:
    for block in blocks:
        if block.kind == "agenda":
            yield Part("agenda", agenda(block.value))
        elif block.kind == "role-play":
            yield Part("role_play", _role_play(block.value))
        else:
            yield Part("shared", {"html": prose(block.value["text"])})


def agenda(value: dict[str, Any]) -> dict[str, Any]:
    """Return timed steps with the minute at which each begins, "0:25", and the whole."""
    steps = value["items"]
    ends = list(accumulate(step["minutes"] for step in steps))
    rows = [
        {
            "begins": f"{(end - step['minutes']) // 60}:{(end - step['minutes']) % 60:02d}",
            "minutes": step["minutes"],
            "title": step["title"],
            "text": prose(step["text"]),
        }
        for step, end in zip(steps, ends, strict=True)
    ]
    return {"mode": value["mode"], "rows": rows, "total": ends[-1] if ends else 0}


def _role_play(value: dict[str, Any]) -> dict[str, Any]:
    texts = {name: prose(value[name]) for name in ("setup", "watch_for", "debrief")}
    parts = [{"who": each["who"], "brief": prose(each["brief"])} for each in value["parts"]]
    title = value["title"]
    named = title.casefold().startswith(str(_("Role-play")).casefold())
    heading = title if named else _("Role-play: %(title)s") % {"title": title}
    return {"title": title, "heading": heading, "parts": parts} | texts
