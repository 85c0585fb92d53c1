"""Several answers of several: the value is the list of the ids, in the order shown."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from courses.assessment.items import single
from courses.assessment.items.item import (
    RIGHT,
    WRONG,
    BadAnswer,
    Item,
    Shape,
    Value,
    option_ids,
    shuffled,
)


def arranged(item: Item, rng: Random) -> list[str]:
    """Return the ids of the options, shuffled."""
    return shuffled(option_ids(item), rng)


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the ids, each once, in the order shown; an empty list takes the answer back.

    Raises:
        BadAnswer: it is no list of ids that were shown.
    """
    if raw is None or raw == "":
        return None
    if not isinstance(raw, list) or not all(isinstance(key, str) for key in raw):
        raise BadAnswer("not a list of options")
    if not set(raw) <= set(shown):
        raise BadAnswer("no such option")
    return [key for key in shown if key in raw] or None


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the boxes sent; the page sends an empty one along, so that all can be cleared."""
    found = fields.get(name)
    return None if found is None else [key for key in found if key]


def credit(item: Item, value: Value) -> Fraction | None:
    """Return the share by the rule of the question; without an answer nothing.

    ``all_or_nothing``: every right option and no other. ``right_minus_wrong``: right ones less
    wrong ones, of all right ones, never below nothing. ``per_option``: the share of options that
    are as they should be, chosen or left alone.
    """
    known = option_ids(item)
    try:
        chosen = set(accepted(item, known, value) or ())
    except BadAnswer:
        return WRONG
    if not chosen:
        return WRONG
    right = {option["id"] for option in item.options if option["correct"]}
    match item.marking.get("rule"):
        case "right_minus_wrong":
            return max(WRONG, Fraction(len(chosen & right) - len(chosen - right), len(right)))
        case "per_option":
            return Fraction(len(known) - len(chosen ^ right), len(known))
        case _:
            return RIGHT if chosen == right else WRONG


def complete(item: Item, value: Value) -> bool:
    """Tell whether anything is chosen."""
    return bool(value)


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the options as shown; neither which nor how many are right."""
    return _chosen(single.face(item, shown, None), value)


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the options with what is right and why, and by which rule it was marked."""
    found = _chosen(single.told(item, shown, None), value)
    return {**found, "rule": item.marking.get("rule", "all_or_nothing")}


def _chosen(shape: Shape, value: Value) -> Shape:
    picked = value if isinstance(value, list) else []
    return {
        **shape,
        "options": [{**option, "chosen": option["id"] in picked} for option in shape["options"]],
    }
