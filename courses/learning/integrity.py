"""Whether the ledger is append-only, and adds up to the same in every way it is read."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from django.db.models import F, Q, Sum

from courses.learning.hours import hours_by_type
from courses.learning.models import EventKind, LearningEvent
from courses.learning.queries import evidence_for
from lms.kit.integrity import Check, check, triggers
from lms.public import kept_id, person_ids_after, rows_of

TABLES: Final = (
    ("courses_learningevent", "UPDATE DELETE"),
    ("courses_withdrawal", "UPDATE DELETE"),
    ("courses_observation", "UPDATE DELETE"),
    ("courses_attempt", "UPDATE DELETE"),
    ("courses_response", "UPDATE DELETE"),
    ("courses_regrade", "UPDATE DELETE"),
    ("courses_regradedattempt", "UPDATE DELETE"),
    ("courses_nudge", "UPDATE DELETE"),
)
PORTION: Final = 500


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-courses", TABLES),
        check(
            "corrections-fit",
            "A correction takes back a fact of the same person and subject, never a correction.",
            _wrong_corrections(),
        ),
        check(
            "ledger-possible",
            "No fact was recorded before it happened, and hours have a type.",
            _impossible(),
        ),
        check(
            "ledger-sums",
            "A person's hours add up to the same by the database and by the face.",
            _unequal_sums(),
        ),
    ]


def _wrong_corrections() -> Iterator[str]:
    wrong = (
        Q(reverses__kind=EventKind.REVERSAL)
        | ~Q(reverses__person=F("person"))
        | ~Q(reverses__subject=F("subject"))
        | Q(recorded_at__lt=F("reverses__recorded_at"))
    )
    rows = LearningEvent.objects.filter(wrong, kind=EventKind.REVERSAL).order_by("pk")
    for uuid in rows.values_list("uuid", flat=True):
        yield f"correction {uuid}"


def _impossible() -> Iterator[str]:
    rows = LearningEvent.objects.filter(
        Q(occurred_at__gt=F("recorded_at")) | Q(hours__gt=0, hours_type="none")
    )
    for uuid in rows.order_by("pk").values_list("uuid", flat=True):
        yield f"fact {uuid}"


def _unequal_sums() -> Iterator[str]:
    last = 0
    while portion := person_ids_after(person_id=last, most=PORTION):
        last = portion[-1]
        rows = (
            LearningEvent.objects.filter(rows_of(person_ids=portion), reversed_by__isnull=True)
            .exclude(kind=EventKind.REVERSAL)
            .exclude(hours=0)
            .annotate(human=kept_id())
            .values_list("human", "hours_type")
            .annotate(total=Sum("hours"))
            .order_by("human", "hours_type")
        )
        stored: dict[int, dict[str, Decimal]] = {}
        for person_id, hours_type, total in rows:
            stored.setdefault(person_id, {})[hours_type] = total
        told: dict[int, list] = {person_id: [] for person_id in portion}
        for record in evidence_for(person_ids=portion):
            told[record.person_id].append(record)
        for person_id, records in told.items():
            if hours_by_type(evidence=records) != stored.get(person_id, {}):
                yield f"person {person_id}"
