"""Add up hours of training, the same way on every page and in every export; pure."""

from collections.abc import Iterable
from decimal import Decimal

from courses.learning.records import EvidenceRecord


def hours_by_type(*, evidence: Iterable[EvidenceRecord]) -> dict[str, Decimal]:
    """Return the clock hours that count, by how they were earned; facts taken back do not."""
    totals: dict[str, Decimal] = {}
    for each in evidence:
        if each.hours and not each.reversed:
            totals[each.hours_type] = totals.get(each.hours_type, Decimal(0)) + each.hours
    return totals
