"""Check the files that examine: the quiz and the rubric of a module."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from courses.catalog.packs.fences import MOST_WORDS
from courses.catalog.packs.fields import Fields, all_different
from courses.catalog.packs.pools import shortages
from courses.catalog.packs.questions import read_question

LIMITS: Final = {
    "attempts": (1, 100),
    "minutes": (1, 600),
    "time_limit_minutes": (1, 600),
    "wait_hours": (0, 2160),
}
"""What a quiz may say besides; left out, there is no such limit."""


def read_quiz(
    fields: Fields, objectives: set[str] | None, competencies: set[str] | None
) -> dict[str, Any]:
    """Return the checked data of quiz.yaml, which this can read again.

    ``minutes`` is None where the file names none. Without known objectives and competencies, any
    will do.
    """
    rows = fields.groups("questions")
    read = [read_question(each, objectives, competencies) for each in rows]
    value: dict[str, Any] = {
        "key": fields.slug("key"),
        "title": fields.text("title", most=160),
        "draw": 0,
        "pass_percent": fields.whole("pass_percent", least=1, most=100),
        "attempts": None,
        "minutes": None,
        "critical_draw": fields.whole("critical_draw", least=0, most=200, default=0),
        "questions": [_again(row, found) for row, found in zip(rows, read, strict=True)],
    }
    for name, (least, most) in LIMITS.items():
        if fields.get(name) is not None:
            value[name] = fields.whole(name, least=least, most=most)
    all_different([(each, str(each.data.get("id"))) for each in rows], "id")
    if fields.get("pools") is None:
        value["draw"] = fields.whole("draw", least=1, most=200)
        _check_draw(fields, value, read)
    else:
        value["pools"] = [_pool(each, value["key"]) for each in fields.groups("pools")]
        value["draw"] = sum(pool["draw"] for pool in value["pools"])
        _check_pools(fields, value, read)
    fields.done()
    return value


def _again(fields: Fields, read: dict[str, Any]) -> dict[str, Any]:
    """Return a question in the shape of its file, with what it leaves out."""
    names = ("id", "stem", "type", "objective", "competency", "difficulty", "critical")
    value = {**fields.data, **{name: read[name] for name in names}}
    return value | ({"options": read["options"]} if "options" in fields.data else {})


def _check_draw(fields: Fields, value: dict[str, Any], read: list[dict[str, Any]]) -> None:
    """Note what a quiz that draws from its own questions cannot draw."""
    if value["draw"] > len(read):
        fields.wrong("draw", f"draws {value['draw']} of {len(read)} questions")
    critical = sum(each["critical"] for each in read)
    if value["critical_draw"] > min(critical, value["draw"]):
        fields.wrong(
            "critical_draw",
            f"draws {value['critical_draw']} of {critical} critical questions,"
            f" {value['draw']} in all",
        )
    others, drawn = len(read) - critical, value["draw"] - value["critical_draw"]
    if others < drawn and value["draw"] <= len(read):
        fields.wrong("draw", f"draws {drawn} of {others} questions that are not critical")
    if critical and not value["critical_draw"]:
        fields.wrong("critical_draw", "is missing; how many critical questions are always asked?")


def _pool(fields: Fields, own: str) -> dict[str, Any]:
    """Return one pool: how many questions of which bank, and of which kind."""
    value: dict[str, Any] = {"bank": own, "draw": fields.whole("draw", least=1, most=200)}
    if fields.get("bank") is not None:
        value["bank"] = fields.slug("bank")
    for name in ("objective", "competency", "tag"):
        if fields.get(name) is not None:
            value[name] = fields.text(name, most=40)
    if fields.get("difficulty") is not None:
        value["difficulty"] = fields.whole("difficulty", least=1, most=3)
    if fields.get("critical") is not None:
        value["critical"] = fields.flag("critical")
    fields.done()
    return value


def _check_pools(fields: Fields, value: dict[str, Any], read: list[dict[str, Any]]) -> None:
    """Note the pools of this file's own questions that cannot be filled; others are not here."""
    if value["critical_draw"]:
        fields.wrong("critical_draw", "belongs to a quiz without pools; give a pool critical: true")
    if fields.get("draw") not in (None, value["draw"]):
        fields.wrong("draw", f"is the sum of what the pools draw, {value['draw']}")
    if value["draw"] > 200:
        fields.wrong("pools", f"draw {value['draw']} questions; 200 are the most")
        return
    places = [n for n, pool in enumerate(value["pools"]) if pool["bank"] == value["key"]]
    own = [value["pools"][place] for place in places]
    asked = [Asked(id=number, bank=value["key"], **_tagged(q)) for number, q in enumerate(read)]
    for number, found in shortages(own, asked):
        fields.wrong(
            f"pools[{places[number] + 1}]",
            f"draws {own[number]['draw']} questions, only {found} are left for it",
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the file as pools see it."""

    id: int
    bank: str
    critical: bool
    objective: str
    competency: str
    difficulty: int
    tags: tuple[str, ...]


def _tagged(read: dict[str, Any]) -> dict[str, Any]:
    names = ("critical", "objective", "competency", "difficulty")
    return {name: read[name] for name in names} | {"tags": tuple(read["tags"])}


def read_rubric(fields: Fields, competencies: set[str]) -> dict[str, Any]:
    """Return the checked data of rubric.yaml."""
    items = fields.groups("items")
    value: dict[str, Any] = {
        "key": fields.slug("key"),
        "title": fields.text("title", most=160),
        "version": fields.text("version", most=20),
        "mode": fields.choice("mode", ("practice", "live", "coaching"), default="practice"),
        "hours": str(fields.amount("hours")),
        "benchmark_percent": fields.whole("benchmark_percent", least=1, most=100),
        "instructions": fields.text("instructions", required=False),
        "items": [_item(each, competencies) for each in items],
        "plan": [timed(each) for each in fields.groups("plan", least=0)],
    }
    all_different([(each, str(each.data.get("id"))) for each in items], "id")
    planned, minutes = sum(each["minutes"] for each in value["plan"]), Decimal(value["hours"]) * 60
    if value["plan"] and planned != minutes:
        fields.wrong("plan", f"adds up to {planned} minutes, the hours are {minutes:.0f}")
    fields.done()
    return value


def timed(fields: Fields) -> dict[str, Any]:
    """Return one step of an agenda or plan: how long, what, and what is done and said."""
    value = {
        "minutes": fields.whole("minutes", least=1, most=600),
        "title": fields.text("title", most=160),
        "text": fields.text("text", required=False),
    }
    fields.done()
    return value


def _item(fields: Fields, competencies: set[str]) -> dict[str, Any]:
    anchors = fields.group("anchors")
    value: dict[str, Any] = {
        "id": fields.slug("id", most=40),
        "text": fields.text("text", most=MOST_WORDS),
        "competency": fields.text("competency", required=False, most=20),
        "critical": fields.flag("critical", default=False),
        "anchors": {},
    }
    if anchors is None:
        fields.wrong("anchors", "is missing")
    else:
        value["anchors"] = {mark: anchors.text(mark) for mark in ("0", "1", "2", "3")}
        anchors.done()
    _known(fields, "competency", value["competency"], competencies)
    fields.done()
    return value


def _known(fields: Fields, name: str, value: str, known: set[str]) -> None:
    if value and value not in known:
        fields.wrong(name, f"{value!r} is not defined")
