"""Append a fact of a course and, when it is the last one, the finished course with it."""

from collections.abc import Sequence
from dataclasses import replace

from courses.catalog.outline import Outline, OutlineModule
from courses.learning import ledger, queries
from courses.learning.models import Enrolment, EventKind, HoursType, LearningEvent
from courses.learning.progress import (
    completes,
    completes_module,
    course_score,
    course_subject,
    finished_at,
    hours_given,
    is_part,
    subjects_of,
)
from courses.learning.records import EvidenceRecord
from courses.learning.standing import counting
from lms.kit import clock


def append_in_course(*, outline: Outline | None, fact: ledger.Fact) -> tuple[ledger.Appended, bool]:
    """Write a fact and tell whether it finished the course; call inside a transaction.

    A finished module or course is written in the same breath: with its self-paced hours, the
    score of its quizzes and the version that was read. Lessons carry no hours, nor does a course
    whose modules do, so none count twice.
    ``outline`` None: the fact belongs to no published course.

    Raises:
        ledger.InvalidEvidence: a value is out of range.
        ledger.ActConflict: the act key was used for another person, kind or subject.
    """
    if outline is None:
        return ledger.append_many([fact])[0], False
    # Two tabs may finish the last two lessons at once: one of them waits here for the other.
    lock_enrolment(person_id=fact.person_id, course_key=outline.course_key)
    told = queries.evidence_about(
        person_id=fact.person_id, subjects=subjects_of(outline), include_reversed=True
    )
    return append_known(outline=outline, fact=fact, told=told)


def append_known(
    *, outline: Outline, fact: ledger.Fact, told: Sequence[EvidenceRecord]
) -> tuple[ledger.Appended, bool]:
    """Do what ``append_in_course`` does, with the enrolment locked and the evidence read."""
    after = [*(row for row in told if not row.reversed), _as_if(fact)]
    facts = [fact]
    # A retired course that has closed takes facts, and finishes nothing.
    if fact.passed and not outline.closed:
        for module in outline.modules:
            if is_part(module, fact.subject) and completes_module(outline, module, after):
                facts.append(_finished_module(outline, module, fact, told, after))
                after.append(_as_if(facts[-1]))
        # A track leaves modules out, but what is done outside of it still gives its hours.
        taken = queries.part_of(outline, person_id=fact.person_id)
        if completes(taken, after):
            whole = _finished(taken, fact, told, after)
            if taken is not outline:
                keys = [module.key for module in taken.modules]
                whole = replace(whole, detail=whole.detail | {"modules": keys})
            facts.append(whole)
    appended = ledger.append_many(facts)
    course_finished = facts[-1].kind == EventKind.COURSE and appended[-1].new
    return appended[0], course_finished


def settle(*, outline: Outline, person_id: int) -> bool:
    """Finish a course of which all is done by now; tell whether it was. Call in a transaction.

    Another role or track, or another version, may ask less than the one before. The newest of the
    facts is told once more: that writes no second one, and what it finishes bears its instant.
    """
    part = queries.part_of(outline, person_id=person_id)
    rows = queries.evidence_about(person_id=person_id, subjects=subjects_of(outline))
    if outline.closed or not completes(part, rows):
        return False
    parts = [
        row.id
        for row in rows
        if row.passed and row.kind not in (EventKind.COURSE, EventKind.MODULE)
    ]
    done = LearningEvent.objects.filter(uuid__in=parts).order_by("-occurred_at", "-pk").first()
    return done is not None and append_in_course(outline=outline, fact=told_again(done))[1]


def told_again(row: LearningEvent) -> ledger.Fact:
    """Return a fact as it was told; telling it again writes nothing."""
    return ledger.Fact(
        person_id=row.person_id,
        kind=row.kind,
        subject=row.subject,
        act=row.act,
        actor_id=row.actor_id,
        occurred_at=row.occurred_at,
        hours=row.hours,
        hours_type=row.hours_type,
        score=row.score,
        passed=row.passed,
        content_revision=row.content_revision,
        detail=row.detail,
    )


def lock_enrolment(*, person_id: int, course_key: str) -> None:
    """Hold the enrolment until the transaction ends; made when there is none."""
    rows = Enrolment.objects.select_for_update().filter(person_id=person_id, course_key=course_key)
    if not rows.values_list("pk").first():
        enrolment = Enrolment(person_id=person_id, course_key=course_key)
        Enrolment.objects.bulk_create([enrolment], ignore_conflicts=True)
        rows.values_list("pk").first()


def act_for(
    base: str, told: Sequence[EvidenceRecord], *, subject: str, revision: str, record_id: int
) -> str:
    """Return the act key of this fact; what was taken back may be done anew under the next key.

    What was told for another record of the same human had keys of its own.
    """
    before = sum(
        (row.subject, row.content_revision, row.record_id) == (subject, revision, record_id)
        for row in told
    )
    return f"{base}:{before + 1}" if before else base


def _as_if(fact: ledger.Fact) -> EvidenceRecord:
    return EvidenceRecord(
        id="",
        person_id=fact.person_id,
        kind=fact.kind,
        subject=fact.subject,
        hours_type=fact.hours_type,
        hours=fact.hours,
        score=fact.score,
        passed=fact.passed,
        occurred_at=fact.occurred_at or clock.now(),
        recorded_at=clock.now(),
        content_revision=fact.content_revision,
        reversed=False,
        record_id=fact.person_id,
    )


def _finished_module(
    outline: Outline,
    module: OutlineModule,
    fact: ledger.Fact,
    told: Sequence[EvidenceRecord],
    after: Sequence[EvidenceRecord],
) -> ledger.Fact:
    base = f"module:{module.key}:{outline.label}:{fact.person_id}"
    hours = hours_given(outline, after, module)
    return replace(
        fact,
        kind=EventKind.MODULE,
        subject=module.subject,
        act=act_for(
            base, told, subject=module.subject, revision=outline.label, record_id=fact.person_id
        ),
        hours=hours,
        hours_type=HoursType.SELF_PACED if hours else HoursType.NONE,
        score=course_score([module], counting(outline, after)),
        content_revision=outline.label,
        detail={"title": module.title},
    )


def _finished(
    outline: Outline,
    fact: ledger.Fact,
    told: Sequence[EvidenceRecord],
    after: Sequence[EvidenceRecord],
) -> ledger.Fact:
    subject = course_subject(outline.course_key)
    base = f"course:{outline.course_key}:{outline.label}:{fact.person_id}"
    hours = hours_given(outline, after)
    return replace(
        fact,
        kind=EventKind.COURSE,
        subject=subject,
        act=act_for(base, told, subject=subject, revision=outline.label, record_id=fact.person_id),
        # Who signs late for an early day does not finish the course on that day.
        occurred_at=finished_at(outline, after) if fact.occurred_at else None,
        hours=hours,
        hours_type=HoursType.SELF_PACED if hours else HoursType.NONE,
        score=course_score(outline.modules, counting(outline, after)),
        content_revision=outline.label,
        detail={"title": outline.title},
    )
