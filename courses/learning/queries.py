"""Read the ledger: evidence of people, and what one person has done of a course."""

from collections.abc import Collection, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from django.db.models import Q, QuerySet

from courses.catalog import queries as catalog
from courses.catalog.models import LessonPage
from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.rendering import heading_of
from courses.learning.models import (
    Enrolment,
    EventKind,
    LearningEvent,
    LessonNote,
    ReadingPlace,
)
from courses.learning.ordering import Wait, waits
from courses.learning.progress import Item, Progress, course_subject, progress_of, subjects_of
from courses.learning.records import EvidenceRecord, Note, Resume, Stop
from courses.learning.tracks import Taken, taken, tracks_of
from lms.public import kept_id, memberships_on, records_known, rows_of, today

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


def taken_by(outline: Outline, *, person_id: int | None) -> Taken:
    """Return what a person takes of a course, by their roles today and what they chose.

    Two statements where the course has tracks; none where everybody takes all of it.
    """
    if person_id is None or not tracks_of(outline):
        return Taken(outline)
    return taken(outline, _roles(person_id), _chosen(person_id))


def part_of(outline: Outline, *, person_id: int) -> Outline:
    """Return the part of a course that a person takes."""
    return taken_by(outline, person_id=person_id).outline


def waits_of(
    outline: Outline, module: OutlineModule, evidence: Collection[EvidenceRecord], *, person_id: int
) -> tuple[Wait, ...]:
    """Return what a person must still do before a module opens; nothing is asked where none is."""
    if not module.after:
        return ()
    part = part_of(outline, person_id=person_id)
    return waits(outline.modules, progress_of(part, evidence).items).get(module.slug, ())


def locked_by(
    *, person_id: int | None, outline: Outline, module: OutlineModule
) -> tuple[Wait, ...]:
    """Return what a person must still do before the quiz of a module may be started."""
    if person_id is None or not module.after:
        return ()
    evidence = evidence_about(person_id=person_id, subjects=subjects_of(outline))
    return waits_of(outline, module, evidence, person_id=person_id)


def _roles(person_id: int) -> set[str]:
    return {spell.role for spell in memberships_on(person_id=person_id, on=today())}


def enrolled(*, person_id: int, course_key: str) -> bool:
    """Tell whether a person, by whichever of their records, is on the way through a course."""
    mine = Enrolment.objects.filter(rows_of(person_ids=[person_id]), course_key=course_key)
    return mine.exists()


def on_the_way(*, course_key: str) -> list[int]:
    """Return who takes a course and has not finished any version of it, in two statements."""
    facts = LearningEvent.objects.filter(
        subject=course_subject(course_key), kind=EventKind.COURSE, reversed_by__isnull=True
    )
    rows = Enrolment.objects.filter(course_key=course_key).order_by("pk")
    done = set(facts.order_by("pk").values_list(kept_id(), flat=True))
    return sorted(set(rows.values_list(kept_id(), flat=True)) - done)


def shut_to(outline: Outline, *, person_id: int) -> bool:
    """Tell whether a retired course takes nothing from a person: it closed, or they are new to it.

    One statement where it is retired and open; none where it is not.
    """
    if outline.closed or outline.closes_on is None:
        return outline.closed
    return not enrolled(person_id=person_id, course_key=outline.course_key)


def _chosen(person_id: int) -> dict[str, str]:
    rows = Enrolment.objects.filter(rows_of(person_ids=[person_id])).exclude(track="")
    return dict(rows.order_by("pk").values_list("course_key", "track"))


def progress(*, person_id: int, course_key: str) -> Progress | None:
    """Return how far a person is in a published course, in two statements.

    Two more where the course has tracks: what is outside of the person's is not left to do.
    """
    outline = catalog.outline(course_key=course_key)
    if outline is None:
        return None
    outline = part_of(outline, person_id=person_id)
    evidence = evidence_about(person_id=person_id, subjects=subjects_of(outline))
    return progress_of(outline, evidence)


def courses_of(*, person_id: int) -> list[Progress]:
    """Return the published courses a person takes or took, by title, in three statements.

    One more where a course has tracks.
    """
    outlines = catalog.outlines()
    rows = Enrolment.objects.filter(rows_of(person_ids=[person_id])).order_by("pk")
    enrolled = list(rows.values_list("course_key", "track"))
    keys = {key for key, _track in enrolled}
    if any(tracks_of(outline) for outline in outlines):
        roles, chosen = _roles(person_id), {key: track for key, track in enrolled if track}
        outlines = [taken(outline, roles, chosen).outline for outline in outlines]
    subjects = [subject for outline in outlines for subject in subjects_of(outline)]
    evidence = evidence_about(person_id=person_id, subjects=subjects)
    found = [progress_of(outline, evidence) for outline in outlines]
    return [each for each in found if each.course_key in keys or each.started]


def notes(*, person_id: int, lesson_key: str) -> list[Note]:
    """Return what a person typed or chose in a lesson, the last saved last.

    Only for that person's own page.
    """
    mine = LessonNote.objects.filter(rows_of(person_ids=[person_id]), lesson_key=lesson_key)
    return [_note(row) for row in mine.order_by("saved_at", "pk")]


def written(*, person_id: int, words: str = "") -> list[Note]:
    """Return every reflection and note that a person typed, the last first; ``words`` filters.

    Only for that person's own page. What was chosen in a check or a story is not among them.
    """
    mine = LessonNote.objects.filter(rows_of(person_ids=[person_id]))
    found = [_note(row) for row in mine.order_by("-saved_at", "-pk")]
    needle = words.strip().casefold()
    typed = [note for note in found if any(note.answers)]
    return [note for note in typed if needle in " ".join(note.answers).casefold()]


def notes_of(*, person_id: int, lesson_keys: Collection[str]) -> list[Note]:
    """Return what a person typed or chose in these lessons, in one statement.

    Only for that person's own page.
    """
    mine = LessonNote.objects.filter(rows_of(person_ids=[person_id]), lesson_key__in=lesson_keys)
    return [_note(row) for row in mine.order_by("saved_at", "pk")]


def lesson_pages(*, keys: Collection[str]) -> dict[str, LessonPage]:
    """Return the published pages of these lessons by key, in one statement."""
    rows = LessonPage.objects.filter(key__in=keys, live=True).order_by("pk")
    return {page.key: page for page in rows}


def _note(row: LessonNote) -> Note:
    answers = tuple(row.value.get("answers", ()))
    return Note(row.block_id, answers, row.saved_at, row.sequence, row.lesson_key)


def stop_in(*, person_id: int, lesson_key: str) -> Stop | None:
    """Return where a person stopped in a lesson."""
    return _last_stop(rows_of(person_ids=[person_id]) & Q(lesson_key=lesson_key))


def last_stop(*, person_id: int, course_key: str | None = None) -> Stop | None:
    """Return where a person last stopped reading, in one course or in any, on any device."""
    where = rows_of(person_ids=[person_id])
    return _last_stop(where if course_key is None else where & Q(course_key=course_key))


def _last_stop(where: Q) -> Stop | None:
    columns = ("course_key", "lesson_key", "anchor", "percent", "sequence", "saved_at")
    rows = ReadingPlace.objects.filter(where).order_by("-saved_at", "-pk").values_list(*columns)
    found = rows.first()
    return None if found is None else Stop(*found)


def resume(*, person_id: int, progresses: Collection[Progress]) -> Resume | None:
    """Return where a person goes on reading, in at most two statements.

    That is the place of the last lesson they had open in these courses, while it is not finished.
    """
    only = [each.course_key for each in progresses]
    stop = last_stop(person_id=person_id, course_key=only[0] if len(only) == 1 else None)
    return None if stop is None else _resumed(stop, progresses)


def _resumed(stop: Stop, progresses: Collection[Progress]) -> Resume | None:
    for found in progresses:
        for item in found.items:
            if item.subject == f"lesson:{stop.lesson_key}" and not item.done and not item.locked:
                return _resume(stop, found, item)
    return None


def go_on(*, person_id: int) -> Resume | None:
    """Return where a person goes on reading, in one statement where they read nothing yet."""
    stop = last_stop(person_id=person_id)
    mine = progress(person_id=person_id, course_key=stop.course_key) if stop else None
    return _resumed(stop, [mine]) if stop is not None and mine is not None else None


def _resume(stop: Stop, progress: Progress, item: Item) -> Resume:
    page = catalog.lesson_page(key=stop.lesson_key) if stop.anchor else None
    heading = heading_of(page.body, stop.anchor) if page is not None else ""
    url = f"{item.url}#{stop.anchor}" if stop.anchor else item.url
    return Resume(progress.title, item.title, heading, url)


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
