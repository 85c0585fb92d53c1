"""Read the ledger: evidence of people, and what one person has done of a course."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from courses.learning.models import EventKind, LearningEvent
from courses.learning.records import EvidenceRecord

COLUMNS = (
    "uuid",
    "person_id",
    "kind",
    "subject",
    "hours_type",
    "hours",
    "score",
    "passed",
    "occurred_at",
    "recorded_at",
    "content_revision",
    "reversed_by__recorded_at",
)


def evidence_for(
    *,
    person_ids: Collection[int],
    until: datetime | None = None,
    known_at: datetime | None = None,
    include_reversed: bool = False,
) -> list[EvidenceRecord]:
    """Return the facts of these people, oldest first per person, in one statement.

    ``until`` is exclusive and about the world (``occurred_at``); ``known_at`` is inclusive and
    about us (``recorded_at``): a fact recorded later is left out, and one that was taken back
    later still stands. Both are aware instants. Facts that were taken back are left out unless
    ``include_reversed``; the corrections themselves are never returned.
    """
    events = LearningEvent.objects.filter(person_id__in=person_ids).exclude(kind=EventKind.REVERSAL)
    if until is not None:
        events = events.filter(occurred_at__lt=until)
    if known_at is not None:
        events = events.filter(recorded_at__lte=known_at)
    if not include_reversed:
        events = events.filter(_standing(known_at))
    return _records(events, known_at)


def evidence_about(*, person_id: int, subjects: Collection[str]) -> list[EvidenceRecord]:
    """Return the standing facts of one person about these subjects, oldest first."""
    events = LearningEvent.objects.filter(
        _standing(None), person_id=person_id, subject__in=subjects
    ).exclude(kind=EventKind.REVERSAL)
    return _records(events, None)


def evidence_count(*, subjects: Collection[str]) -> int:
    """Count the facts about these subjects, taken back or not, for who wants to delete a page."""
    return LearningEvent.objects.filter(subject__in=subjects).count()


def _standing(known_at: datetime | None) -> Q:
    standing = Q(reversed_by__isnull=True)
    if known_at is not None:
        standing |= Q(reversed_by__recorded_at__gt=known_at)
    return standing


def _records(events: QuerySet[LearningEvent], known_at: datetime | None) -> list[EvidenceRecord]:
    rows = events.order_by("person_id", "occurred_at", "pk").values_list(*COLUMNS)
    return [_record(row, known_at) for row in rows]


def _record(row: tuple[Any, ...], known_at: datetime | None) -> EvidenceRecord:
    *values, taken_back_at = row
    taken_back = taken_back_at is not None and (known_at is None or taken_back_at <= known_at)
    return EvidenceRecord(str(values[0]), *values[1:], taken_back)
