"""Grade an attempt: the one place where the pass mark is applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Mark:
    """One question that was shown: its points, and the exact share of them that was earned.

    ``credit`` None: a person has not marked it yet.
    """

    question: int
    credit: Fraction | None
    points: int = 1
    critical: bool = False

    @property
    def correct(self) -> bool:
        """Tell whether all of the points were earned."""
        return self.credit == 1


@dataclass(frozen=True, slots=True)
class Score:
    """The result of an attempt. ``percent`` is rounded half up to two decimals, for showing.

    ``correct`` of ``total`` questions earned all of their points, and all questions together
    ``earned`` of ``points``. ``critical_missed`` are the critical questions that did not earn all
    of theirs; one of them is not passed.
    """

    percent: Decimal
    correct: int
    total: int
    passed: bool
    earned: Fraction
    points: int
    marks: tuple[Mark, ...]
    critical_missed: tuple[int, ...] = ()


def grade(*, marks: Sequence[Mark], pass_percent: int) -> Score | None:
    """Grade the questions that were shown; None while a person still marks one of them.

    ``pass_percent`` is compared with the exact share of the points: 2 of 3 does not reach 67,
    though it is shown as 66.67. Every critical question must earn all of its points, whatever
    the share.

    Raises:
        ValueError: nothing was shown, a question was shown twice, or earns less than nothing, more
            than all, or all of no points.
    """
    if not marks or len({mark.question for mark in marks}) != len(marks):
        raise ValueError("An attempt shows at least one question, and each once.")
    for mark in marks:
        if mark.points < 1 or (mark.credit is not None and not 0 <= mark.credit <= 1):
            raise ValueError(f"Question {mark.question}: {mark.credit} of {mark.points} points.")
    if pending(marks):
        return None
    points = sum(mark.points for mark in marks)
    earned = sum((Fraction(mark.credit or 0) * mark.points for mark in marks), Fraction(0))
    share = earned * 100 / points
    missed = tuple(mark.question for mark in marks if mark.critical and not mark.correct)
    return Score(
        percent=_rounded(share),
        correct=sum(mark.correct for mark in marks),
        total=len(marks),
        passed=share >= pass_percent and not missed,
        earned=earned,
        points=points,
        marks=tuple(marks),
        critical_missed=missed,
    )


def pending(marks: Sequence[Mark]) -> tuple[int, ...]:
    """Return the questions that a person still has to mark."""
    return tuple(mark.question for mark in marks if mark.credit is None)


def needed(*, total: int, pass_percent: int) -> int:
    """Return how many right answers, or points, out of ``total`` reach the pass mark."""
    return -(-total * pass_percent // 100)


def _rounded(share: Fraction) -> Decimal:
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
