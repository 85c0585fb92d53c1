"""One answer of several: the value is the id of an option."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from courses.assessment.items.item import (
    RIGHT,
    WRONG,
    BadAnswer,
    Item,
    Shape,
    Value,
    in_order,
    last,
    option_ids,
    shuffled,
)


def arranged(item: Item, rng: Random) -> list[str]:
    """Return the ids of the options, shuffled."""
    return shuffled(option_ids(item), rng)


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the id of the option; nothing takes the answer back.

    Raises:
        BadAnswer: no option with this id was shown.
    """
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or raw not in shown:
        raise BadAnswer("no such option")
    return raw


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the radio group sent."""
    return last(fields, name)


def credit(item: Item, value: Value) -> Fraction | None:
    """Return all or nothing."""
    right = any(option["id"] == value and option["correct"] for option in item.options)
    return RIGHT if right else WRONG


def complete(item: Item, value: Value) -> bool:
    """Tell whether an option is chosen."""
    return value is not None


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the options as shown, without key and feedback."""
    return {
        "options": [
            {"id": option["id"], "text": option["text"], "chosen": option["id"] == value}
            for option in in_order(item, shown)
        ]
    }


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the options with what is right and why."""
    return {
        "options": [
            {
                "id": option["id"],
                "text": option["text"],
                "chosen": option["id"] == value,
                "correct": option["correct"],
                "feedback": option.get("feedback", ""),
            }
            for option in in_order(item, shown)
        ],
        "feedback": item.marking.get("feedback", ""),
    }
