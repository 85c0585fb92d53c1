"""Find what belongs together: the value maps the ids of the left side to ids of the right side."""

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
    each_under,
    given_pairs,
    in_order,
    option_ids,
    shuffled,
)


def arranged(item: Item, rng: Random) -> list[str]:
    """Return the left side shuffled, then the right side shuffled."""
    return [*shuffled(_side(item, "left"), rng), *shuffled(_side(item, "right"), rng)]


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the pairs that were made, in the order shown; one of the right may serve twice.

    Raises:
        BadAnswer: it is no mapping of what was shown on the left to what was shown on the right.
    """
    pairs = given_pairs(raw)
    if pairs is None:
        return None
    left = [key for key in _side(item, "left") if key in shown]
    right = [key for key in _side(item, "right") if key in shown]
    if not set(pairs) <= set(left):
        raise BadAnswer("nothing like this on the left")
    if not all(isinstance(key, str) and key in right for key in pairs.values()):
        raise BadAnswer("nothing like this on the right")
    return {key: pairs[key] for key in shown if key in pairs}


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the selects sent, one for each of the left side."""
    return each_under(fields, name, _side(item, "left"))


def credit(item: Item, value: Value) -> Fraction | None:
    """Return the share of right pairs, or all or nothing where the rule says so."""
    try:
        made = accepted(item, option_ids(item), value) or {}
    except BadAnswer:
        return WRONG
    pairs = item.marking["pairs"]
    share = Fraction(sum(made.get(left) == right for left, right in pairs.items()), len(pairs))
    if item.marking.get("rule") == "all_or_nothing":
        return RIGHT if share == 1 else WRONG
    return share


def complete(item: Item, value: Value) -> bool:
    """Tell whether everything on the left has its pair."""
    return isinstance(value, Mapping) and set(_side(item, "left")) <= set(value)


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return both sides as shown, and what was chosen."""
    chosen = value if isinstance(value, Mapping) else {}
    options = in_order(item, shown)
    return {
        "rows": [
            {"id": row["id"], "text": row["text"], "chosen": chosen.get(row["id"], "")}
            for row in options
            if row["side"] == "left"
        ],
        "choices": [
            {"id": row["id"], "text": row["text"]} for row in options if row["side"] == "right"
        ],
    }


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return each of the left side with what was chosen and what belongs to it."""
    chosen = value if isinstance(value, Mapping) else {}
    words = {row["id"]: row["text"] for row in item.options}
    pairs = item.marking["pairs"]
    return {
        "rows": [
            {
                "text": row["text"],
                "chosen_text": words.get(chosen.get(row["id"], ""), ""),
                "right_text": words[pairs[row["id"]]],
                "correct": chosen.get(row["id"]) == pairs[row["id"]],
            }
            for row in in_order(item, shown)
            if row["side"] == "left"
        ],
        "feedback": item.marking.get("feedback", ""),
    }


def _side(item: Item, side: str) -> list[str]:
    return [option["id"] for option in item.options if option["side"] == side]
