"""The kinds of questions: what an answer may be, what it is worth, and how it is shown. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, Final, TypeAlias

Value: TypeAlias = Any
"""What is stored as an answer: plain JSON whose shape depends on the kind."""

RIGHT: Final = Decimal(1)
WRONG: Final = Decimal(0)


class BadAnswer(ValueError):
    """The value is none that this question, as it was shown, can have."""


@dataclass(frozen=True, slots=True)
class Item:
    """One revision of a question, with its key: for graders' eyes."""

    kind: str
    options: Sequence[Mapping[str, Any]]
    marking: Mapping[str, Any] = field(default_factory=dict)
    points: int = 1


def arranged(item: Item, rng: Random) -> list[str]:
    """Return the ids of the options in the order in which one attempt shows them."""
    ids = [option["id"] for option in item.options]
    rng.shuffle(ids)
    return ids


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the answer as it is stored, from what a form or the script sent.

    Raises:
        BadAnswer: nobody who saw this question can have given it.
    """
    if not isinstance(raw, str) or raw not in shown:
        raise BadAnswer(str(raw)[:40])
    return raw


def credit(item: Item, value: Value) -> Decimal | None:
    """Return the share of the question's points that an answer earns, 0 to 1.

    None: a person has to read it.
    """
    right = any(option["id"] == value and option["correct"] for option in item.options)
    return RIGHT if right else WRONG
