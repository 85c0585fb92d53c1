"""Find credentials whose periods lie across each other, and certificates that do not add up."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from certification.credentials.fold import Status
from certification.credentials.models import Credential
from certification.credentials.queries import held_by
from certification.credentials.records import Held
from lms.public import person_ids_after

PORTION: Final = 500
# A credential is somebody's in these states; two numbers at once would be two promises.
_IN_FORCE: Final = frozenset({Status.VALID, Status.SUSPENDED})


def overlapping_periods() -> Iterator[str]:
    """Yield credentials that are in force on a day on which another of the same kind is, too.

    In force is what the fold says: a period ends with its last day, or earlier with its
    replacement, revocation or retirement; a number that was issued again begins on that day.
    """
    last = 0
    while portion := person_ids_after(person_id=last, most=PORTION):
        last = portion[-1]
        for _, theirs in sorted(held_by(person_ids=portion).items()):
            yield from _overlaps(theirs)


def _overlaps(theirs: Sequence[Held]) -> Iterator[str]:
    ordered = sorted(theirs, key=lambda each: (each.of_period, each.id))
    for _, group in groupby(ordered, key=lambda each: each.kind):
        same = list(group)
        if len(same) == 1:
            continue
        days = {day for each in same for day in each.turning_days()}
        for day in sorted(days):
            there = [each.code for each in same if each.worth(day).status in _IN_FORCE]
            if len(there) > 1:
                yield f"{' and '.join(there)}: both in force on {day}"
                break


def certificates_that_do_not_add_up() -> Iterator[str]:
    """Yield credentials whose hours by type are not the hours printed on them."""
    rows = Credential.objects.exclude(hours_by_type={}).order_by("pk")
    for code, hours, by_type in rows.values_list("code", "hours", "hours_by_type").iterator():
        total = sum((Decimal(each) for each in by_type.values()), Decimal(0))
        if total != hours:
            yield f"{code}: {total} hours by type, {hours} printed"
