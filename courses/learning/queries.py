"""Read the ledger: evidence of people, and what one person has done of a course."""

from collections.abc import Collection, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from django.db.models import Q, QuerySet

from courses.catalog import queries as catalog
from courses.learning.models import Enrolment, EventKind, LearningEvent, LessonNote
from courses.learning.progress import Progress, progress_of, subjects_of
from courses.learning.records import EvidenceRecord, Note
from lms.public import kept_id, records_known, rows_of

COLUMNS = (
    "uuid",
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
    "person_id",
    "pk",
)
_OCCURRED: Final = 1 + COLUMNS.index("occurred_at")


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
    ``include_reversed``; the corrections themselves are never returned. Facts of merged records
    are one person's; as known at an instant costs one more statement.
    """
    known = None if known_at is None else records_known(person_ids=person_ids, known_at=known_at)
    theirs = rows_of(person_ids=person_ids) if known is None else Q(person_id__in=known)
    events = LearningEvent.objects.filter(theirs).exclude(kind=EventKind.REVERSAL)
    if until is not None:
        events = events.filter(occurred_at__lt=until)
    if known_at is not None:
        events = events.filter(recorded_at__lte=known_at)
    if not include_reversed:
        events = events.filter(_standing(known_at))
    return _records(events, known_at, known)


def evidence_about(
    *, person_id: int, subjects: Collection[str], include_reversed: bool = False
) -> list[EvidenceRecord]:
    """Return the facts of one person about these subjects, oldest first."""
    events = LearningEvent.objects.filter(rows_of(person_ids=[person_id]), subject__in=subjects)
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
    mine = Enrolment.objects.filter(rows_of(person_ids=[person_id]))
    keys = set(mine.values_list("course_key", flat=True))
    subjects = [subject for outline in outlines for subject in subjects_of(outline)]
    evidence = evidence_about(person_id=person_id, subjects=subjects)
    found = [progress_of(outline, evidence) for outline in outlines]
    return [each for each in found if each.course_key in keys or each.started]


def notes(*, person_id: int, lesson_key: str) -> list[Note]:
    """Return what a person typed or chose in a lesson, the last saved last.

    Only for that person's own page.
    """
    mine = LessonNote.objects.filter(rows_of(person_ids=[person_id]), lesson_key=lesson_key)
    rows = mine.order_by("saved_at", "pk")
    return [Note(row.block_id, tuple(row.value.get("answers", ())), row.saved_at) for row in rows]


def _standing(known_at: datetime | None) -> Q:
    standing = Q(reversed_by__isnull=True)
    if known_at is not None:
        standing |= Q(reversed_by__recorded_at__gt=known_at)
    return standing


def _records(
    events: QuerySet[LearningEvent],
    known_at: datetime | None,
    known: Mapping[int, int] | None = None,
) -> list[EvidenceRecord]:
    """Return the facts by person; ``known``: whom each record was read as then, or as now."""
    columns = (kept_id(), *COLUMNS) if known is None else ("person_id", *COLUMNS)
    rows = list(events.order_by("person_id", "occurred_at", "pk").values_list(*columns))
    if known is not None:
        rows = [(known[row[0]], *row[1:]) for row in rows]
    if any(row[0] != row[-2] for row in rows):
        # The database gave them by record, which its index does for nothing.
        rows.sort(key=itemgetter(0, _OCCURRED, -1))
    return [_record(row, known_at) for row in rows]


def _record(row: tuple[Any, ...], known_at: datetime | None) -> EvidenceRecord:
    person_id, uuid, *values, taken_back_at, record_id, _ = row
    taken_back = taken_back_at is not None and (known_at is None or taken_back_at <= known_at)
    return EvidenceRecord(*(str(uuid), person_id, *values, taken_back, record_id))
