"""Read the ledger: evidence of people, and what one person has done of a course."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from courses.catalog import queries as catalog
from courses.learning.models import Enrolment, EventKind, LearningEvent, LessonNote
from courses.learning.progress import Progress, progress_of, subjects_of
from courses.learning.records import EvidenceRecord, Note

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


def evidence_about(
    *, person_id: int, subjects: Collection[str], include_reversed: bool = False
) -> list[EvidenceRecord]:
    """Return the facts of one person about these subjects, oldest first."""
    events = LearningEvent.objects.filter(person_id=person_id, subject__in=subjects)
    if not include_reversed:
        events = events.filter(_standing(None))
    return _records(events.exclude(kind=EventKind.REVERSAL), None)


def progress(*, person_id: int, course_key: str) -> Progress | None:
    """Return how far a person is in a published course, in two statements."""
    outline = catalog.outline(course_key=course_key)
    if outline is None:
        return None
    evidence = evidence_about(person_id=person_id, subjects=subjects_of(outline))
    return progress_of(outline, evidence)


def courses_of(*, person_id: int) -> list[Progress]:
    """Return the published courses a person takes or took, by title, in three statements."""
    outlines = catalog.outlines()
    keys = set(Enrolment.objects.filter(person_id=person_id).values_list("course_key", flat=True))
    subjects = [subject for outline in outlines for subject in subjects_of(outline)]
    evidence = evidence_about(person_id=person_id, subjects=subjects)
    found = [progress_of(outline, evidence) for outline in outlines]
    return [each for each in found if each.course_key in keys or each.started]


def notes(*, person_id: int, lesson_key: str) -> list[Note]:
    """Return what a person typed or chose in a lesson. Only for that person's own page."""
    rows = LessonNote.objects.filter(person_id=person_id, lesson_key=lesson_key).order_by("pk")
    return [Note(row.block_id, tuple(row.value.get("answers", ())), row.saved_at) for row in rows]


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
    return EvidenceRecord(*(str(values[0]), *values[1:], taken_back))
