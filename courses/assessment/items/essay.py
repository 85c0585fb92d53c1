"""An answer in the learner's own words, marked by a person with the criteria of the question."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Final

from courses.assessment.items.item import (
    WRONG,
    BadAnswer,
    Item,
    Shape,
    Value,
    given_words,
    last,
)

MOST_LETTERS: Final = 30_000


def arranged(item: Item, rng: Random) -> list[str]:
    """Return nothing: there is nothing to choose."""
    return []


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the words as they were written; more than asked for are kept, too.

    Raises:
        BadAnswer: it is no text, or far longer than anybody is asked to write.
    """
    return given_words(raw, most=MOST_LETTERS)


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the field sent."""
    return last(fields, name)


def credit(item: Item, value: Value) -> Fraction | None:
    """Return nothing earned where nothing is written; None: a person has to read it."""
    return None if isinstance(value, str) and value.strip() else WRONG


def credit_of(item: Item, criteria: Mapping[str, Any]) -> Fraction:
    """Return the share that the points of a person are of all points, {criterion: points}.

    Raises:
        BadAnswer: a criterion is missing or unknown, or its points are not among those it has.
    """
    most = {row["id"]: row["points"] for row in item.marking["criteria"]}
    if set(criteria) != set(most):
        raise BadAnswer("each criterion has its points")
    for key, points in criteria.items():
        if isinstance(points, bool) or not isinstance(points, int) or not 0 <= points <= most[key]:
            raise BadAnswer(f"{key}: whole points from 0 to {most[key]}")
    return Fraction(sum(criteria.values()), sum(most.values()))


def complete(item: Item, value: Value) -> bool:
    """Tell whether anything is written."""
    return value is not None


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what was written, and how much it may be; the criteria are the marker's."""
    written = len(value.split()) if isinstance(value, str) else 0
    most = item.marking["max_words"]
    return {
        "given": value or "",
        "max_words": most,
        "words": written,
        "too_long": written > most,
        "letters": MOST_LETTERS,
    }


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what was written and by what it is marked."""
    return {
        "given": value or "",
        "criteria": [
            {"id": row["id"], "text": row["text"], "points": row["points"]}
            for row in item.marking["criteria"]
        ],
        "feedback": item.marking.get("feedback", ""),
    }
