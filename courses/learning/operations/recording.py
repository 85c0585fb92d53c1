"""Change what the academy knows of a learner: lessons, training elsewhere, corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from courses.catalog.outline import Outline
from courses.catalog.queries import outline_of, retired
from courses.learning import completion, ledger, queries
from courses.learning.models import Enrolment, EventKind, HoursType
from courses.learning.ordering import Wait
from courses.learning.progress import subjects_of
from lms.public import record_audit, rows_of

PORTION: Final = 2_000
"""How many facts of a batch are written together."""


class NoSuchLesson(LookupError):
    """The published version of the course has no such lesson."""


class LessonLocked(Exception):
    """Something else must be finished first; ``waits`` says what."""

    def __init__(self, waits: tuple[Wait, ...]) -> None:
        self.waits = waits
        super().__init__()


class NoSuchTrack(LookupError):
    """The person has no such track in the course to choose."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What finishing a lesson did; ``new`` is False when it was finished before."""

    new: bool
    course_finished: bool


class CourseRetired(ValueError):
    """The course takes nobody new, or its last day is over."""


def enrol(*, person_id: int, course_key: str) -> None:
    """Note that a person takes a course; once is enough.

    Raises:
        CourseRetired: it takes nobody new.
    """
    with transaction.atomic(durable=True):
        if retired(course_key=course_key) and not queries.enrolled(
            person_id=person_id, course_key=course_key
        ):
            raise CourseRetired(course_key)
        enrolment = Enrolment(person_id=person_id, course_key=course_key)
        Enrolment.objects.bulk_create([enrolment], ignore_conflicts=True)


def choose_track(*, person_id: int, outline: Outline, track: str) -> None:
    """Note which of the tracks that fit their roles a person takes; "": all of them.

    Raises:
        NoSuchTrack: it is none of those.
    """
    found = queries.taken_by(outline, person_id=person_id)
    if track and track not in {each.key for each in found.fits}:
        raise NoSuchTrack(track)
    with transaction.atomic(durable=True):
        completion.lock_enrolment(person_id=person_id, course_key=outline.course_key)
        rows = Enrolment.objects.filter(
            rows_of(person_ids=[person_id]), course_key=outline.course_key
        )
        rows.update(track=track)
        # The smaller part may be done already.
        completion.settle(outline=outline, person_id=person_id)


def finish_lesson(
    *,
    person_id: int,
    actor_id: int | None,
    outline: Outline,
    lesson_key: str,
    page_revision: int | None,
    told_detail: Mapping[str, Any] | None = None,
) -> Finished:
    """Record that a person finished a lesson and, when it was the last thing, the course.

    Two clicks, two tabs and a retry are one fact. The lesson carries its nominal minutes as
    detail and no hours: those come with the course. ``told_detail`` is what the device says of it.

    Raises:
        NoSuchLesson: the lesson is not in this outline.
        LessonLocked: something else comes first.
        CourseRetired: the course has closed, or this person is not on the way through it.
    """
    if queries.shut_to(outline, person_id=person_id):
        raise CourseRetired(outline.course_key)
    found = [(module, each) for module, each in outline.lessons() if each.key == lesson_key]
    if not found:
        raise NoSuchLesson(lesson_key)
    module, lesson = found[0]
    with transaction.atomic(durable=True):
        completion.lock_enrolment(person_id=person_id, course_key=outline.course_key)
        told = queries.evidence_about(
            person_id=person_id, subjects=subjects_of(outline), include_reversed=True
        )
        here = [row for row in told if row.subject == lesson.subject and not row.reversed]
        if any(row.content_revision == outline.label for row in here):
            # Another role, or another version, may ask less by now than when it was told.
            done = completion.settle(outline=outline, person_id=person_id)
            return Finished(new=False, course_finished=done)
        standing = [row for row in told if not row.reversed]
        waits = queries.waits_of(outline, module, standing, person_id=person_id)
        if waits:
            raise LessonLocked(waits)
        fact = ledger.Fact(
            person_id=person_id,
            kind=EventKind.LESSON,
            subject=lesson.subject,
            act=completion.act_for(
                f"lesson:{lesson.key}:{outline.label}:{person_id}",
                told,
                subject=lesson.subject,
                revision=outline.label,
                record_id=person_id,
            ),
            actor_id=actor_id,
            content_revision=outline.label,
            detail={
                **(told_detail or {}),
                "minutes": lesson.minutes,
                "page_revision": page_revision,
            },
        )
        appended, finished = completion.append_known(outline=outline, fact=fact, told=told)
    return Finished(new=appended.new, course_finished=finished)


def record_training(
    *,
    person_id: int,
    kind: str,
    subject: str,
    occurred_at: datetime,
    actor_id: int | None,
    act: str,
    hours: Decimal | int | str = 0,
    hours_type: str = HoursType.NONE,
    score: Decimal | int | str | None = None,
    passed: bool = True,
    content_revision: str = "",
    detail: dict[str, Any] | None = None,
) -> str:
    """Record a fact that somebody attests or imports. Return its evidence id.

    The caller has checked that ``actor_id`` may attest for this person. May be called within a
    transaction of the caller (an import confirms all its rows together).

    Raises:
        ledger.InvalidEvidence: a value is out of range, or the instant lies in the future.
        ledger.ActConflict: the act key was used for another person, kind or subject.
    """
    fact = ledger.fact(
        person_id=person_id,
        kind=kind,
        subject=subject,
        hours=hours,
        hours_type=hours_type,
        score=score,
        passed=passed,
        occurred_at=occurred_at,
        actor_id=actor_id,
        act=act,
        content_revision=content_revision,
        detail=detail,
    )
    with transaction.atomic():
        # An attended session may be the last thing of a course.
        course = outline_of(subject=subject) if subject.startswith("session:") else None
        appended, _finished = completion.append_in_course(outline=course, fact=fact)
        if appended.new:
            _audit("record_training", appended, actor_id, {"kind": kind, "subject": subject})
    return str(appended.id)


def record_trainings(
    *, facts: Sequence[ledger.Fact], actor_id: int | None, batch: str | None, announce: bool = True
) -> list[str]:
    """Record many attested facts, all or none; return their evidence ids in the same order.

    ``batch`` names the file or the seed in the audit log; None: these facts are part of an act
    that the caller writes to it. The news is told once for each person;
    a caller that decides anew for all these people itself says ``announce=False``. The caller
    has checked the rights; may be called within a transaction of the caller.

    Raises:
        ledger.InvalidEvidence: a value is out of range, or an instant lies in the future.
        ledger.ActConflict: an act key was used for another person, kind or subject.
    """
    written: list[ledger.Appended] = []
    with transaction.atomic():
        for start in range(0, len(facts), PORTION):
            portion = facts[start : start + PORTION]
            written.extend(ledger.append_many(portion, announce=announce))
        if batch is not None and any(each.new for each in written):
            record_audit(
                actor_id=actor_id,
                action="record_trainings",
                subject_kind="evidence",
                subject=batch[:80],
                detail={"facts": sum(each.new for each in written)},
            )
    return [str(each.id) for each in written]


def reverse(*, evidence_id: str, actor_id: int | None, reason: str) -> str:
    """Take back one fact, with the reason. Return the evidence id of the correction.

    The caller has checked the right; may be called within a transaction of the caller.

    Raises:
        ledger.CannotReverse: there is no such fact, or it is itself a correction.
        ledger.InvalidEvidence: no reason is given.
    """
    with transaction.atomic():
        appended = ledger.reverse(evidence_id=evidence_id, actor_id=actor_id, reason=reason)
        if appended.new:
            _audit("reverse_evidence", appended, actor_id, {"reverses": str(evidence_id)})
    return str(appended.id)


def _audit(
    action: str, appended: ledger.Appended, actor_id: int | None, detail: dict[str, Any]
) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="evidence",
        subject=str(appended.id),
        detail=detail,
    )
