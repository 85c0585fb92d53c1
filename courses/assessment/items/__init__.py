"""The kinds of questions: what an answer may be, what it is worth, and how it is shown. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Final

from courses.assessment.items import (
    branching,
    essay,
    matching,
    multiple,
    numeric,
    ordering,
    short_text,
    single,
    true_false,
)
from courses.assessment.items.confidence import (
    LEVELS,
    accepted_confidence,
    confidence_from_form,
    insight,
)
from courses.assessment.items.item import RIGHT, WRONG, BadAnswer, Item, Kind, Shape, Value

__all__ = [
    "KINDS",
    "LEVELS",
    "RIGHT",
    "WRONG",
    "BadAnswer",
    "Item",
    "Shape",
    "Value",
    "accepted",
    "accepted_confidence",
    "arranged",
    "complete",
    "confidence_from_form",
    "credit",
    "credit_of",
    "face",
    "from_form",
    "insight",
    "told",
]

KINDS: Final[dict[str, Kind]] = {
    "single": single,
    "multiple": multiple,
    "true_false": true_false,
    "matching": matching,
    "ordering": ordering,
    "short_text": short_text,
    "numeric": numeric,
    "branching": branching,
    "essay": essay,
}


def arranged(item: Item, rng: Random) -> list[str]:
    """Return the ids of the options in the order in which one attempt shows them."""
    return KINDS[item.kind].arranged(item, rng)


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the answer as it is stored, from what a form or the script sent.

    ``shown`` are the ids that `arranged` gave this attempt. None is an answer taken back: it is
    stored (as JSON null), so that it can overwrite an older one, and counts as no answer.

    Raises:
        BadAnswer: nobody who saw this question can have given it.
    """
    return KINDS[item.kind].accepted(item, shown, raw)


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what a form sent for a question, for `accepted`; ``name`` is "q-<id>".

    None: the form has no field of this question. An empty text, list or mapping: it has, and
    they are empty, so that `accepted` takes the answer back.
    """
    return KINDS[item.kind].from_form(item, fields, name)


def credit(item: Item, value: Value) -> Fraction | None:
    """Return the exact share of the question's points that an answer earns, 0 to 1.

    None: a person has to read it; `credit_of` then says what their points are worth.
    """
    return WRONG if value is None else KINDS[item.kind].credit(item, value)


def credit_of(item: Item, criteria: Mapping[str, Any]) -> Fraction:
    """Return the share that a person gave, {criterion: points} for every criterion.

    Raises:
        BadAnswer: a criterion is missing or unknown, or has no such points.
    """
    return essay.credit_of(item, criteria)


def complete(item: Item, value: Value) -> bool:
    """Tell whether nothing is left to answer: a started order or case is not complete."""
    return value is not None and KINDS[item.kind].complete(item, value)


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what an open page shows: never a key, and nothing that depends on one."""
    return KINDS[item.kind].face(item, shown, value)


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what a graded page shows: the answer, the key and the reasons."""
    return KINDS[item.kind].told(item, shown, value)
