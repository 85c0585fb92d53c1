"""A case with decisions: the value maps the ids of the steps on the way to the choices made."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from courses.assessment.items.item import (
    WRONG,
    BadAnswer,
    Item,
    Shape,
    Value,
    each_under,
    given_pairs,
    shuffled,
)

BETWEEN = ":"
"""Stands between step and choice in the ids of what was shown."""


def arranged(item: Item, rng: Random) -> list[str]:
    """Return "step:choice", the choices of each step shuffled."""
    return [
        f"{step['id']}{BETWEEN}{choice}"
        for step in item.options
        for choice in shuffled([each["id"] for each in step["choices"]], rng)
    ]


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the choices along the way; what lies beside it after a change of mind is dropped.

    Raises:
        BadAnswer: it is no mapping of steps to their choices.
    """
    chosen = given_pairs(raw)
    if chosen is None:
        return None
    if not all(f"{step}{BETWEEN}{choice}" in shown for step, choice in chosen.items()):
        raise BadAnswer("no such step or choice")
    return {step["id"]: choice["id"] for step, choice in _way(item, chosen)} or None


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the radio groups sent, one for each step that was shown."""
    return each_under(fields, name, [step["id"] for step in item.options])


def credit(item: Item, value: Value) -> Fraction | None:
    """Return the mean credit of the choices made.

    Where the case was left before its end, each decision of the longest way on earned nothing.
    """
    way = _way(item, value if isinstance(value, Mapping) else {})
    if not way:
        return WRONG
    earned = sum((Fraction(choice["credit"]) for _step, choice in way), WRONG)
    return earned / (len(way) + _longest(item, way[-1][1]["next"]))


def complete(item: Item, value: Value) -> bool:
    """Tell whether the case came to its end."""
    way = _way(item, value if isinstance(value, Mapping) else {})
    return bool(way) and not way[-1][1]["next"]


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the steps reached so far and the one to decide now; nothing of what lies ahead."""
    return {
        "steps": [
            {
                "id": step["id"],
                "text": step["text"],
                "question": step["question"],
                "choices": [
                    {"id": each["id"], "text": each["text"], "chosen": each is choice}
                    for each in _choices(step, shown)
                ],
            }
            for step, choice in _reached(item, value)
        ],
        "ended": complete(item, value),
    }


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the steps on the way with all choices, what each was worth, and what came of it."""
    return {
        "steps": [
            {
                "text": step["text"],
                "question": step["question"],
                "choices": [
                    {
                        "text": each["text"],
                        "chosen": each is choice,
                        "tone": _tone(each),
                        "result": each.get("result", ""),
                    }
                    for each in _choices(step, shown)
                ],
            }
            for step, choice in _reached(item, value)
        ],
        "ended": complete(item, value),
        "feedback": item.marking.get("feedback", ""),
    }


def _way(item: Item, chosen: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Any]]:
    """Return (step, choice) from the start as far as choices were made."""
    by_id = {step["id"]: step for step in item.options}
    step = by_id.get(item.marking["start"])
    way: list[tuple[Mapping[str, Any], Any]] = []
    # No step is met twice: a case that leads back would have no end.
    while step is not None and len(way) < len(by_id):
        wanted = chosen.get(step["id"])
        choice = next((each for each in step["choices"] if each["id"] == wanted), None)
        if choice is None:
            break
        way.append((step, choice))
        step = by_id.get(choice["next"] or "")
    return way


def _reached(item: Item, value: Value) -> list[tuple[Mapping[str, Any], Any]]:
    """Return the way, and the step to which it leads without a choice."""
    way = _way(item, value if isinstance(value, Mapping) else {})
    ahead = way[-1][1]["next"] if way else item.marking["start"]
    step = next((each for each in item.options if each["id"] == ahead), None)
    return [*way, (step, None)] if step is not None and len(way) < len(item.options) else way


def _choices(step: Mapping[str, Any], shown: Sequence[str]) -> list[Mapping[str, Any]]:
    place = {key: n for n, key in enumerate(shown)}
    last = len(place)
    return sorted(
        step["choices"], key=lambda each: place.get(f"{step['id']}{BETWEEN}{each['id']}", last)
    )


def _longest(item: Item, step_id: str | None) -> int:
    """Return the number of decisions on the longest way on from a step."""
    by_id = {step["id"]: step for step in item.options}
    known: dict[str, int] = {}

    def ahead(name: str | None, above: frozenset[str]) -> int:
        if not name or name not in by_id or name in above:
            return 0
        if name not in known:
            after = (ahead(each["next"], above | {name}) for each in by_id[name]["choices"])
            known[name] = 1 + max(after, default=0)
        return known[name]

    return ahead(step_id, frozenset())


def _tone(choice: Mapping[str, Any]) -> str:
    worth = Fraction(choice["credit"])
    return "helps" if worth == 1 else "mixed" if worth else "harms"
