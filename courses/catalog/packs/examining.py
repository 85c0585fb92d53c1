"""Check the files that examine: the quiz and the rubric of a module."""

from decimal import Decimal
from typing import Any

from courses.catalog.packs.fences import MOST_WORDS, option
from courses.catalog.packs.fields import Fields, all_different


def read_quiz(fields: Fields, objectives: set[str], competencies: set[str]) -> dict[str, Any]:
    """Return the checked data of quiz.yaml; ``minutes`` is None where the file names none."""
    questions = fields.groups("questions")
    value: dict[str, Any] = {
        "key": fields.slug("key"),
        "title": fields.text("title", most=160),
        "draw": fields.whole("draw", least=1, most=200),
        "pass_percent": fields.whole("pass_percent", least=1, most=100),
        "attempts": None,
        "minutes": None,
        "critical_draw": fields.whole("critical_draw", least=0, most=200, default=0),
        "questions": [_question(each, objectives, competencies) for each in questions],
    }
    for name, most in (("attempts", 100), ("minutes", 600)):
        if fields.get(name) is not None:
            value[name] = fields.whole(name, least=1, most=most)
    all_different([(each, str(each.data.get("id"))) for each in questions], "id")
    if value["draw"] > len(questions):
        fields.wrong("draw", f"draws {value['draw']} of {len(questions)} questions")
    critical = sum(each["critical"] for each in value["questions"])
    if value["critical_draw"] > min(critical, value["draw"]):
        fields.wrong(
            "critical_draw",
            f"draws {value['critical_draw']} of {critical} critical questions,"
            f" {value['draw']} in all",
        )
    others, drawn = len(questions) - critical, value["draw"] - value["critical_draw"]
    if others < drawn and value["draw"] <= len(questions):
        fields.wrong("draw", f"draws {drawn} of {others} questions that are not critical")
    if critical and not value["critical_draw"]:
        fields.wrong("critical_draw", "is missing; how many critical questions are always asked?")
    fields.done()
    return value


def _question(fields: Fields, objectives: set[str], competencies: set[str]) -> dict[str, Any]:
    options = fields.groups("options", least=2)
    value: dict[str, Any] = {
        "id": fields.slug("id"),
        "stem": fields.text("stem"),
        "type": fields.choice("type", ("single",), default="single"),
        "options": [option(each) for each in options],
        "objective": fields.text("objective", required=False, most=20),
        "competency": fields.text("competency", required=False, most=20),
        "difficulty": fields.whole("difficulty", least=1, most=3, default=1),
        "critical": fields.flag("critical", default=False),
    }
    all_different([(each, str(each.data.get("id"))) for each in options], "id")
    right = sum(each["correct"] for each in value["options"])
    if options and right != 1:
        fields.wrong("options", f"exactly one must be correct, not {right}")
    _known(fields, "objective", value["objective"], objectives)
    _known(fields, "competency", value["competency"], competencies)
    fields.done()
    return value


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
