"""What every kind of question shares: the question as its grader sees it, and what an answer is."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, Final, Protocol, TypeAlias

Value: TypeAlias = Any
"""What is stored as an answer: plain JSON whose shape depends on the kind; None: no answer."""
Shape: TypeAlias = dict[str, Any]
"""What a page shows of a question, as plain JSON; texts of authors are Markdown."""

RIGHT: Final = Fraction(1)
WRONG: Final = Fraction(0)


class BadAnswer(ValueError):
    """The value is none that this question, as it was shown, can have."""


@dataclass(frozen=True, slots=True)
class Item:
    """One revision of a question, with its key: for graders' eyes."""

    kind: str
    options: Sequence[Mapping[str, Any]]
    marking: Mapping[str, Any] = field(default_factory=dict)
    points: int = 1


class Kind(Protocol):
    """What a module of this package offers for its kind of question."""

    def arranged(self, item: Item, rng: Random) -> list[str]: ...
    def accepted(self, item: Item, shown: Sequence[str], raw: Any) -> Value: ...
    def from_form(self, item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any: ...
    def credit(self, item: Item, value: Value) -> Fraction | None: ...
    def complete(self, item: Item, value: Value) -> bool: ...
    def face(self, item: Item, shown: Sequence[str], value: Value) -> Shape: ...
    def told(self, item: Item, shown: Sequence[str], value: Value) -> Shape: ...


def shuffled(ids: Sequence[str], rng: Random) -> list[str]:
    """Return the ids in an order of their own."""
    return rng.sample(list(ids), len(ids))


def option_ids(item: Item) -> list[str]:
    """Return the ids of the options as they were written."""
    return [option["id"] for option in item.options]


def in_order(item: Item, shown: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the options in the order in which they were shown."""
    by_id = {option["id"]: option for option in item.options}
    return [by_id[key] for key in shown if key in by_id]


def last(fields: Mapping[str, Sequence[str]], name: str) -> str | None:
    """Return what a form sent for a field that holds one value; None: it sent nothing."""
    found = fields.get(name)
    return found[-1] if found else None


def each_under(
    fields: Mapping[str, Sequence[str]], name: str, keys: Sequence[str]
) -> dict[str, str] | None:
    """Return what a form sent for ``<name>-<key>``, the empty ones left out; None: nothing."""
    sent = {key: last(fields, f"{name}-{key}") for key in keys}
    if all(value is None for value in sent.values()):
        return None
    return {key: value for key, value in sent.items() if value}


def given_words(raw: Any, *, most: int) -> str | None:
    """Return text as it may be stored, None where nothing is left of it.

    Control characters and halves of characters go: PostgreSQL stores no NUL, and no UTF-8 holds
    half a pair.

    Raises:
        BadAnswer: it is no text, or longer than ``most`` characters.
    """
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise BadAnswer("not text")
    if len(raw) > most:
        raise BadAnswer(f"longer than {most} characters")
    kept = raw.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        sign for sign in kept if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}
    ).strip()
    return kept or None


def given_pairs(raw: Any) -> dict[str, Any] | None:
    """Return a mapping without its empty entries, None where none is left.

    Raises:
        BadAnswer: it is no mapping.
    """
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise BadAnswer("not a mapping")
    kept = {key: value for key, value in raw.items() if value is not None and value != ""}
    return kept or None
