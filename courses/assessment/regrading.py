"""Say what a mended question makes of a result, and which results follow it. Pure."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.assessment import items, scoring

UNREADABLE = frozenset({"essay"})
"""Kinds that a person marks: another key changes nothing by itself."""


class Choice(enum.StrEnum):
    """What is decided for results that would change."""

    RAISE = "raise"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result: per cent of the points, and whether it passes."""

    score: Decimal
    passed: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """One attempt whose result would change, from what it is now."""

    attempt: int
    person_id: int
    before: Outcome
    after: Outcome
    better: bool

    @property
    def gains(self) -> bool:
        """Tell whether a fail becomes a pass."""
        return self.after.passed and not self.before.passed

    @property
    def loses(self) -> bool:
        """Tell whether a pass becomes a fail."""
        return self.before.passed and not self.after.passed

    def follows(self, choice: Choice) -> bool:
        """Tell whether this result follows the mended key under a choice."""
        if choice is Choice.RAISE:
            return self.better
        return choice is Choice.ALL


def mended(shown: items.Item, key: items.Item) -> items.Item:
    """Return the question as it was shown, with the key of another revision.

    What it was worth stays: the points were promised with it.
    """
    return replace(key, points=shown.points)


def comparable(before: items.Item, after: items.Item) -> bool:
    """Tell whether answers to one revision can be read by the key of the other.

    They were given to certain options: the same ids must be there, though their words may differ.
    """
    if before.kind != after.kind or before.kind in UNREADABLE:
        return False
    return _answerable(before.options) == _answerable(after.options)


def _answerable(options: Iterable[Mapping[str, Any]]) -> set[tuple[str, tuple[str, ...]]]:
    return {
        (option["id"], tuple(sorted(each["id"] for each in option.get("choices", ()))))
        for option in options
    }


def weighed(
    *,
    attempt: int,
    person_id: int,
    question: int,
    marks: Iterable[scoring.Mark],
    credit: Fraction | None,
    now: Outcome,
    pass_percent: int,
) -> Flip | None:
    """Return what another credit for one question makes of a result; None: nothing changes.

    ``marks`` are those that count now, ``now`` the result that stands.
    """
    counted = list(marks)
    was = next(mark.credit for mark in counted if mark.question == question)
    if credit is None or was is None or credit == was:
        return None
    graded = scoring.grade(
        marks=[
            replace(mark, credit=credit) if mark.question == question else mark for mark in counted
        ],
        pass_percent=pass_percent,
    )
    if graded is None:  # A person still marks another answer: it comes on the list after that.
        return None
    return Flip(
        attempt=attempt,
        person_id=person_id,
        before=now,
        after=Outcome(graded.percent, graded.passed),
        better=credit > was,
    )
