"""Say how the questions of a quiz work: facility, discrimination, wrong answers, alpha. Pure.

Formulas are those of classical test theory, with sample variances (divisor n - 1). Nothing is said
about fewer than ``FEWEST`` people, and what is said about fewer than ``FIRM`` is indicative.
Source: Crocker & Algina, Introduction to Classical and Modern Test Theory (1986), chapters 7, 14;
the 27 per cent are Kelley's (1939).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, sqrt
from typing import Final

FEWEST: Final = 30
"""Below this nothing is shown: chance speaks louder than the question, and few are recognised."""
FIRM: Final = 100
"""From here on figures are no longer marked as indicative."""
GROUP: Final = 0.27
"""The share of people in the top and in the bottom group."""
SAME: Final = 1e-12
"""Variances below this share of the squared values are rounding, not differences."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question in one sitting.

    ``credit`` is the share of its points, 0 to 1; ``points`` what it counts; ``chosen`` the ids of
    the options taken; ``confidence`` 1 (guessed) to 3 (sure), None where not asked or said.
    """

    credit: float
    points: float = 1.0
    chosen: frozenset[str] = frozenset()
    confidence: int | None = None


Sitting = Mapping[int, Answered]
"""One person's first finished attempt: what was shown, by question; no answer earns nothing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How many of all, of the top and of the bottom group took an option; shares 0 to 1."""

    option: str
    people: int
    share: float
    top: float | None
    bottom: float | None


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """How one question works.

    ``facility``: mean share of its points, 0 to 1. ``discrimination``: correlation of its points
    with those of the rest of the same sittings, -1 to 1; None where one of them never differs.
    Both None and no ``choices`` where fewer than ``FEWEST`` were shown it.
    """

    question: int
    people: int
    facility: float | None = None
    discrimination: float | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def shown(self) -> bool:
        """Tell whether enough people were shown it to say anything."""
        return self.people >= FEWEST

    @property
    def indicative(self) -> bool:
        """Tell whether there are figures, of few people."""
        return FEWEST <= self.people < FIRM


@dataclass(frozen=True, slots=True)
class Sureness:
    """Of the answers given with one level of confidence, how many were entirely right."""

    level: int
    answers: int
    right: float


@dataclass(frozen=True, slots=True)
class QuizStatistics:
    """How a quiz works.

    ``fixed``: everybody was shown the same questions; only then are there ``alpha`` and
    ``error``, the standard error of measurement in per cent of all points.
    ``mean`` and ``deviation`` are per cent of the points of each sitting.
    """

    people: int
    fixed: bool
    items: tuple[ItemStatistics, ...]
    mean: float | None = None
    deviation: float | None = None
    alpha: float | None = None
    error: float | None = None
    sureness: tuple[Sureness, ...] = field(default=())

    @property
    def shown(self) -> bool:
        """Tell whether enough people sat it to say anything."""
        return self.people >= FEWEST

    @property
    def indicative(self) -> bool:
        """Tell whether there are figures, of few people."""
        return FEWEST <= self.people < FIRM


@dataclass(frozen=True, slots=True)
class _Sat:
    """A sitting, added up once."""

    answers: Sitting
    earned: float
    possible: float

    @property
    def share(self) -> float:
        return self.earned / self.possible


def statistics_of(
    sittings: Sequence[Sitting], *, options: Mapping[int, Sequence[str]]
) -> QuizStatistics:
    """Return how a quiz and each of its questions work; sittings in which nothing counts are out.

    ``options`` holds the ids of each question's options, for the table of wrong answers; a
    question that is missing there, or has none, gets no such table.
    """
    sat = [each for each in map(_added_up, sittings) if each.possible > 0]
    everything = sorted({question for each in sat for question in each.answers})
    fixed = bool(sat) and all(len(each.answers) == len(everything) for each in sat)
    items = tuple(_item(question, sat, options.get(question, ())) for question in everything)
    if len(sat) < FEWEST:
        return QuizStatistics(len(sat), fixed, items)
    totals = [each.share * 100 for each in sat]
    spread = sqrt(variance(totals))
    alpha = cronbach_alpha(_matrix(sat, everything)) if fixed else None
    return QuizStatistics(
        people=len(sat),
        fixed=fixed,
        items=items,
        mean=fsum(totals) / len(totals),
        deviation=spread,
        alpha=alpha,
        # Below zero the questions have nothing in common that could be measured with an error.
        error=spread * sqrt(1 - alpha) if alpha is not None and 0 <= alpha <= 1 else None,
        sureness=calibration(sittings),
    )


def _added_up(sitting: Sitting) -> _Sat:
    return _Sat(
        answers=sitting,
        earned=fsum(answered.credit * answered.points for answered in sitting.values()),
        possible=fsum(answered.points for answered in sitting.values()),
    )


def _item(question: int, sat: Sequence[_Sat], options: Collection[str]) -> ItemStatistics:
    theirs = [each for each in sat if question in each.answers]
    if len(theirs) < FEWEST:
        return ItemStatistics(question, len(theirs))
    credits = [each.answers[question].credit for each in theirs]
    return ItemStatistics(
        question=question,
        people=len(theirs),
        facility=fsum(credits) / len(credits),
        discrimination=_discrimination(question, theirs),
        choices=_choices(question, theirs, options) if options else (),
    )


def _discrimination(question: int, theirs: Sequence[_Sat]) -> float | None:
    """Return the correlation with the rest of the sitting, leaving the question itself out.

    The rest is a share of its points, because sittings of a random pool differ in what they hold.
    """
    mine, rests = [], []
    for each in theirs:
        one = each.answers[question]
        rest = each.possible - one.points
        if len(each.answers) > 1 and rest > 0:
            mine.append(one.credit)
            rests.append((each.earned - one.credit * one.points) / rest)
    return correlation(mine, rests)


def _choices(question: int, theirs: Sequence[_Sat], options: Collection[str]) -> tuple[Choice, ...]:
    """Return who took which option; no groups where one score stands at both of their borders."""
    shares = sorted(each.share for each in theirs)
    size = max(1, round(GROUP * len(shares)))
    lowest, highest = shares[size - 1], shares[-size]
    apart = lowest < highest
    # Whoever ties with the last of a group belongs to it: otherwise its members were chance.
    bottom = [each for each in theirs if apart and each.share <= lowest]
    top = [each for each in theirs if apart and each.share >= highest]

    def took(option: str, people: Sequence[_Sat]) -> int:
        return sum(option in each.answers[question].chosen for each in people)

    return tuple(
        Choice(
            option=option,
            people=took(option, theirs),
            share=took(option, theirs) / len(theirs),
            top=took(option, top) / len(top) if top else None,
            bottom=took(option, bottom) / len(bottom) if bottom else None,
        )
        for option in options
    )


def calibration(sittings: Sequence[Sitting]) -> tuple[Sureness, ...]:
    """Return how often answers were right by how sure people said they were, surest first.

    Levels with fewer than ``FEWEST`` answers are left out.
    """
    levels: dict[int, list[bool]] = {}
    for each in sittings:
        for answered in each.values():
            if answered.confidence is not None:
                levels.setdefault(answered.confidence, []).append(answered.credit >= 1)
    return tuple(
        Sureness(level, len(right), sum(right) / len(right))
        for level, right in sorted(levels.items(), reverse=True)
        if len(right) >= FEWEST
    )


# --- the formulas ---------------------------------------------------------------------------
def variance(values: Sequence[float]) -> float:
    """Return the sample variance (divisor n - 1); 0 for fewer than two values."""
    if len(values) < 2:
        return 0.0
    mean = fsum(values) / len(values)
    return fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return Pearson's correlation, -1 to 1; None where one side never differs."""
    if len(left) < 2 or _same(left) or _same(right):
        return None
    mean_left, mean_right = fsum(left) / len(left), fsum(right) / len(right)
    both = fsum((a - mean_left) * (b - mean_right) for a, b in zip(left, right, strict=True))
    found = both / ((len(left) - 1) * sqrt(variance(left)) * sqrt(variance(right)))
    return max(-1.0, min(1.0, found))


def cronbach_alpha(rows: Sequence[Sequence[float]]) -> float | None:
    """Return Cronbach's alpha of people (rows) by items (columns).

    None for one item, or where all people have the same total.
    """
    totals = [fsum(row) for row in rows]
    items = len(rows[0]) if rows else 0
    if items < 2 or _same(totals):
        return None
    parts = fsum(variance(column) for column in zip(*rows, strict=True))
    return items / (items - 1) * (1 - parts / variance(totals))


def _same(values: Sequence[float]) -> bool:
    """Tell whether values never differ, but for rounding."""
    most = max(abs(value) for value in values) or 1.0
    return variance(values) <= SAME * most * most


def _matrix(sat: Sequence[_Sat], order: Sequence[int]) -> list[list[float]]:
    rows = [[each.answers[question] for question in order] for each in sat]
    return [[one.credit * one.points for one in row] for row in rows]
