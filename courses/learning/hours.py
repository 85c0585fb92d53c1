"""Add up hours of training, the same way on every page and in every export; pure.

This is the one definition: an hour counts when a fact of the ledger credits it and nothing has
taken that fact back. Measured time is never part of it.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from courses.learning.records import EvidenceRecord

CENT: Final = Decimal("0.01")
Competency = TypeVar("Competency", bound=Hashable)


def counted_hours(*, each: EvidenceRecord) -> Decimal:
    """Return the clock hours of one fact that count."""
    return Decimal(0) if each.reversed else each.hours


def hours_by_type(*, evidence: Iterable[EvidenceRecord]) -> dict[str, Decimal]:
    """Return the clock hours that count, by how they were earned; facts taken back do not."""
    totals: dict[str, Decimal] = {}
    for each in evidence:
        if hours := counted_hours(each=each):
            totals[each.hours_type] = totals.get(each.hours_type, Decimal(0)) + hours
    return totals


def total_hours(*, evidence: Iterable[EvidenceRecord]) -> Decimal:
    """Return all clock hours that count."""
    return sum(hours_by_type(evidence=evidence).values(), Decimal(0))


def hours_by_competency(
    *,
    evidence: Iterable[EvidenceRecord],
    competencies: Mapping[str, Sequence[Competency]],
) -> dict[Competency | None, Decimal]:
    """Return the clock hours that count, by what they teach; None: what names no competency.

    ``competencies`` by the id of the fact. Hours that teach several are shared out evenly among
    them, to the hundredth, so that the lines add up to the hours that count.
    """
    totals: dict[Competency | None, Decimal] = {}
    for each in evidence:
        hours = counted_hours(each=each)
        if not hours:
            continue
        for competency, part in _shared(hours, competencies.get(each.id, ())):
            totals[competency] = totals.get(competency, Decimal(0)) + part
    return totals


def _shared(
    hours: Decimal, among: Sequence[Competency]
) -> Iterable[tuple[Competency | None, Decimal]]:
    if not among:
        yield None, hours
        return
    cents, left = divmod(int(hours / CENT), len(among))
    # What is finer than a hundredth stays with the first, so that nothing is lost.
    rest = hours - int(hours / CENT) * CENT
    for place, competency in enumerate(among):
        part = (cents + (place < left)) * CENT + (rest if place == 0 else 0)
        if part:
            yield competency, part
