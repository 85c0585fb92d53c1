"""Grade an attempt: the one place where the pass mark is applied."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Mark:
    """One question: what was chosen (None: nothing) and whether it is right."""

    question: int
    choice: str | None
    correct: bool


@dataclass(frozen=True, slots=True)
class Score:
    """The result of an attempt. ``percent`` is rounded half up to two decimals, for showing.

    ``critical_missed`` are the critical questions that are not right; one of them is not passed.
    """

    percent: Decimal
    correct: int
    total: int
    passed: bool
    marks: tuple[Mark, ...]
    critical_missed: tuple[int, ...] = ()


def grade(
    *,
    shown: Sequence[int],
    responses: Mapping[int, str],
    keys: Mapping[int, Collection[str]],
    pass_percent: int,
    critical: Collection[int] = (),
) -> Score:
    """Grade the questions that were shown, in their order; one point each.

    ``responses`` holds the chosen option by question, ``keys`` the right options by question. A
    question without an answer is wrong. ``pass_percent`` is compared with the exact share: 2 of 3
    does not reach 67, though it is shown as 66.67. Every ``critical`` question must be right,
    whatever the share.

    Raises:
        ValueError: nothing was shown, a question was shown twice, or one has no key.
    """
    if not shown or len(set(shown)) != len(shown):
        raise ValueError("An attempt shows at least one question, and each once.")
    if keyless := [question for question in shown if not keys.get(question)]:
        raise ValueError(f"Questions without a key: {keyless}")
    marks = tuple(_mark(question, responses.get(question), keys[question]) for question in shown)
    correct = sum(mark.correct for mark in marks)
    share = Fraction(correct * 100, len(marks))
    missed = tuple(
        mark.question for mark in marks if mark.question in critical and not mark.correct
    )
    return Score(
        percent=_rounded(share),
        correct=correct,
        total=len(marks),
        passed=share >= pass_percent and not missed,
        marks=marks,
        critical_missed=missed,
    )


def needed(*, total: int, pass_percent: int) -> int:
    """Return how many right answers, or points, out of ``total`` reach the pass mark."""
    return -(-total * pass_percent // 100)


def _mark(question: int, choice: str | None, key: Collection[str]) -> Mark:
    return Mark(question, choice, choice is not None and choice in key)


def _rounded(share: Fraction) -> Decimal:
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
