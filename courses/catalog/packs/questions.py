"""Read one question of any kind: what is shown, and how an answer to it is marked."""

from collections.abc import Callable
from typing import Any, Final

from courses.catalog.packs.cases import read_case
from courses.catalog.packs.credits import (
    accepted_numbers,
    accepted_words,
    criteria,
    id_of,
)
from courses.catalog.packs.fences import MOST_WORDS, option
from courses.catalog.packs.fields import Fields, all_different

RULES: Final[dict[str, tuple[str, ...]]] = {
    "multiple": ("all_or_nothing", "right_minus_wrong", "per_option"),
    "matching": ("per_pair", "all_or_nothing"),
    "ordering": ("exact", "positions", "adjacent"),
}
"""How kinds that can be right in part may be marked; the first is the usual one."""

TELLING: Final = frozenset(
    "answer best correct false harms helps key mixed right true worst wrong".split()
)
"""Ids stand in the page while the quiz is open: these would tell which answer is right."""

Read = tuple[list[dict[str, Any]], dict[str, Any]]
"""Options and marking of a question as they are stored."""


def read_question(
    fields: Fields, objectives: set[str] | None, competencies: set[str] | None
) -> dict[str, Any]:
    """Return the checked question as it is stored; None: any objective or competency will do."""
    kind = fields.choice("type", tuple(READERS), default="single")
    value: dict[str, Any] = {
        "id": fields.slug("id"),
        "stem": fields.text("stem"),
        "type": kind,
        "objective": fields.text("objective", required=False, most=20),
        "competency": fields.text("competency", required=False, most=20),
        "difficulty": fields.whole("difficulty", least=1, most=3, default=1),
        "critical": fields.flag("critical", default=False),
        "points": fields.whole("points", least=1, most=100, default=1),
        "confidence": fields.flag("confidence", default=False),
        "tags": list(fields.words("tags")),
    }
    value["options"], value["marking"] = READERS[kind](fields)
    if rules := RULES.get(kind):
        value["marking"]["rule"] = fields.choice("marking", rules, default=rules[0])
    if kind != "single" and (feedback := fields.text("feedback", required=False)):
        value["marking"]["feedback"] = feedback
    if any(not tag.strip() or len(tag) > 40 for tag in value["tags"]):
        fields.wrong("tags", "each has 1 to 40 characters")
    for name, known in (("objective", objectives), ("competency", competencies)):
        if known is not None and value[name] and value[name] not in known:
            fields.wrong(name, f"{value[name]!r} is not defined")
    fields.done()
    return value


def _choices(fields: Fields) -> list[dict[str, Any]]:
    rows = fields.groups("options", least=2)
    options = [option(each) for each in rows]
    all_different([(each, str(each.data.get("id"))) for each in rows], "id")
    for each, value in zip(rows, options, strict=True):
        if value["id"] in TELLING:
            each.wrong("id", f"{value['id']!r} tells the answer before it is given")
    return options


def _single(fields: Fields) -> Read:
    options = _choices(fields)
    right = sum(each["correct"] for each in options)
    if options and right != 1:
        fields.wrong("options", f"exactly one must be correct, not {right}")
    return options, {}


def _multiple(fields: Fields) -> Read:
    options = _choices(fields)
    if options and not any(each["correct"] for each in options):
        fields.wrong("options", "none is correct")
    return options, {}


def _true_false(fields: Fields) -> Read:
    right = fields.flag("answer")
    # The page says true and false in the language of its reader.
    rows = [
        {"id": name, "text": "", "correct": right is truth, "feedback": ""}
        for name, truth in (("true", True), ("false", False))
    ]
    return rows, {}


def _matching(fields: Fields) -> Read:
    rows = fields.groups("pairs", least=2)
    left: list[dict[str, Any]] = []
    right: dict[str, str] = {}
    pairs: dict[str, str] = {}
    for each in rows:
        one, other = each.text("left", most=MOST_WORDS), each.text("right", most=MOST_WORDS)
        each.done()
        if any(known["text"] == one for known in left):
            each.wrong("left", "is there twice")
        left.append({"id": id_of("l", one), "text": one, "side": "left"})
        right[id_of("r", other)] = other
        pairs[id_of("l", one)] = id_of("r", other)
    for text in fields.words("distractors"):
        if id_of("r", text.strip()) in right:
            fields.wrong("distractors", f"{text[:40]!r} belongs to a pair")
        right[id_of("r", text.strip())] = text.strip()
    if rows and len(right) < 2:
        fields.wrong("pairs", "everything belongs to the same; add distractors")
    sides = [{"id": key, "text": text, "side": "right"} for key, text in right.items()]
    return [*left, *sides], {"pairs": pairs}


def _ordering(fields: Fields) -> Read:
    texts = [text.strip() for text in fields.words("items")]
    if not 2 <= len(texts) <= 20 or not all(texts):
        fields.wrong("items", "must be a list of 2 to 20 texts, in the right order")
    rows = [{"id": id_of("i", text), "text": text} for text in texts]
    return rows, {"order": [row["id"] for row in rows]}


def _short_text(fields: Fields) -> Read:
    return [], {"accept": accepted_words(fields)}


def _numeric(fields: Fields) -> Read:
    unit = fields.text("unit", required=False, most=40)
    return [], {"accept": accepted_numbers(fields)} | ({"unit": unit} if unit else {})


def _branching(fields: Fields) -> Read:
    steps, start = read_case(fields, TELLING)
    return steps, {"start": start}


def _essay(fields: Fields) -> Read:
    most = fields.whole("max_words", least=10, most=3000, default=300)
    return [], {"max_words": most, "criteria": criteria(fields)}


READERS: Final[dict[str, Callable[[Fields], Read]]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "branching": _branching,
    "essay": _essay,
}
