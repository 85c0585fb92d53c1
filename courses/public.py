"""The face of courses: what the other folders may ask it for."""

from collections.abc import Collection
from pathlib import Path

from django.db import transaction

from courses.assessment import integrity as assessment_integrity
from courses.assessment.acting import act_out_quiz
from courses.assessment.operations import mark_answer
from courses.assessment.queries import waiting_answers
from courses.catalog import integrity as catalog_integrity
from courses.catalog import operations as catalog
from courses.catalog.operations import KeyTaken, Loaded, NoSuchDraft
from courses.catalog.outline import Outline, OutlineLesson, OutlineModule
from courses.catalog.packs import (
    Count,
    PackError,
    Problem,
    count_lines,
    count_pack,
    read_pack,
)
from courses.catalog.queries import VersionRecord, outline, outlines, versions
from courses.coaching import integrity as coaching_integrity
from courses.coaching.operations import (
    Observed,
    acknowledge,
    record_observation,
    withdraw,
)
from courses.coaching.queries import WaitingObservation, observed_among, waiting_for
from courses.learning import integrity as learning_integrity
from courses.learning.corrections import TakenBack, taken_back
from courses.learning.hours import (
    counted_hours,
    hours_by_competency,
    hours_by_type,
    total_hours,
)
from courses.learning.ledger import (
    ActConflict,
    CannotReverse,
    Fact,
    InvalidEvidence,
    evidence_recorded,
)
from courses.learning.operations import (
    enrol,
    finish_lesson,
    record_training,
    record_trainings,
    reverse,
    save_answers,
)
from courses.learning.progress import Item, Progress
from courses.learning.queries import courses_of, evidence_for, go_on, progress
from courses.learning.records import EvidenceRecord
from courses.learning.wording import progress_words, resume_words
from courses.publishing import integrity as publishing_integrity
from courses.publishing.operations import NotReady, publish_draft
from courses.seat_time import integrity as seat_time_integrity
from courses.seat_time.acting import act_out_reading
from courses.seat_time.operations import contest as contest_time
from courses.teaching.operations import add_people, create_cohort
from courses.timekeeping.particulars import particulars_of
from courses.timekeeping.records import Competency, Particulars
from lms.kit.integrity import Check

__all__ = [
    "ActConflict",
    "CannotReverse",
    "Competency",
    "Count",
    "EvidenceRecord",
    "Fact",
    "InvalidEvidence",
    "Item",
    "KeyTaken",
    "Loaded",
    "NoSuchDraft",
    "Observed",
    "Outline",
    "OutlineLesson",
    "OutlineModule",
    "PackError",
    "Particulars",
    "Problem",
    "Progress",
    "TakenBack",
    "VersionRecord",
    "WaitingObservation",
    "acknowledge",
    "act_out_quiz",
    "act_out_reading",
    "add_people",
    "connect",
    "contest_time",
    "count_lines",
    "count_pack",
    "counted_hours",
    "course_titles",
    "courses_of",
    "create_cohort",
    "enrol",
    "evidence_for",
    "evidence_recorded",
    "finish_lesson",
    "go_on",
    "hours_by_competency",
    "hours_by_type",
    "integrity",
    "load_curriculum",
    "mark_answer",
    "observed_among",
    "outline",
    "outlines",
    "particulars_of",
    "progress",
    "progress_words",
    "publish_course",
    "record_observation",
    "record_training",
    "record_trainings",
    "resume_words",
    "reverse",
    "save_answers",
    "subject_titles",
    "taken_back",
    "total_hours",
    "versions",
    "waiting_answers",
    "waiting_for",
    "withdraw",
]


def connect() -> None:
    """Register what the folder does in the background and what it protects."""
    from courses.assessment import tasks as quizzes  # noqa: F401 (tasks register their handlers)
    from courses.learning import protection, tasks  # noqa: F401
    from courses.publishing import editing

    protection.connect()
    editing.connect()


def load_curriculum(*, path: Path | str, dry_run: bool = False) -> Loaded:
    """Load one pack. The first load publishes it; a changed pack becomes a draft version.

    The same pack again changes nothing. ``dry_run``: say what would happen, and change nothing.

    Raises:
        PackError: with everything that is wrong with the pack.
        KeyTaken: another course has a module or lesson with a key of this pack.
    """
    pack = read_pack(Path(path))
    if not dry_run:
        catalog.store_files(pack=pack)
    with transaction.atomic():
        loaded = catalog.load_course(pack=pack)
        if loaded.change == catalog.CREATED:
            _publish_pack(course_key=loaded.course_key, label=loaded.label, actor_id=None)
        if dry_run:
            transaction.set_rollback(True)
    return loaded


def publish_course(*, course_key: str, label: str, actor_id: int | None) -> None:
    """Make a draft version the published one, with its quizzes and rubrics.

    Who finished stays finished; the pages of editors ask what else a version should mean.

    Raises:
        NoSuchDraft: there is no draft with this label.
        PackError: a quiz draws questions that its banks do not have.
    """
    with transaction.atomic():
        _publish_pack(course_key=course_key, label=label, actor_id=actor_id)


def _publish_pack(*, course_key: str, label: str, actor_id: int | None) -> None:
    try:
        publish_draft(course_key=course_key, label=label, actor_id=actor_id)
    except NotReady as error:
        found = [Problem("quiz.yaml", 0, f"{lack.where}: {lack.what}") for lack in error.lacks]
        raise PackError(found) from error


def course_titles(*, keys: Collection[str]) -> dict[str, str]:
    """Return the titles of these courses, of those that are published."""
    return {each.course_key: each.title for each in outlines() if each.course_key in keys}


def subject_titles(*, subjects: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """Return (title, address or None) of these evidence keys, of those that a course explains."""
    known: dict[str, tuple[str, str | None]] = {}
    for course in outlines():
        known |= course.titles()
    return {subject: known[subject] for subject in subjects if subject in known}


def integrity() -> list[Check]:
    """Return every check of this folder's stored data."""
    return [
        *catalog_integrity.integrity(),
        *learning_integrity.integrity(),
        *assessment_integrity.integrity(),
        *coaching_integrity.integrity(),
        *publishing_integrity.integrity(),
        *seat_time_integrity.integrity(),
    ]
