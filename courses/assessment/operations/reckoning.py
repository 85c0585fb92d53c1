"""Let the ledger follow a result that changed: steps of regrading, within its transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from courses.assessment.models import Attempt, Regrade
from courses.assessment.regrading import Outcome
from courses.catalog.models import CourseVersion
from courses.catalog.outline import Outline, OutlineModule, read_outline
from courses.catalog.queries import outline
from courses.learning import ledger
from courses.learning.completion import append_in_course, lock_enrolment, told_again
from courses.learning.models import EventKind, LearningEvent
from courses.learning.progress import course_score, course_subject
from courses.learning.queries import evidence_about
from courses.learning.records import EvidenceRecord
from courses.learning.standing import counting
from lms.public import rows_of


class NoFact(LookupError):
    """The attempt has no standing fact in the ledger; its data are broken."""


def rewrite(
    *,
    attempt: Attempt,
    former: str | None,
    former_id: UUID | None,
    outcome: Outcome,
    made: Regrade,
) -> UUID:
    """Take back the former fact of an attempt and write one with the same instant; return its id.

    ``former`` is its act, or ``former_id`` its id. Modules and courses that were finished with a
    pass that is lost are taken back, those whose score is another one are written anew, and those
    that a new pass finishes are finished.

    Raises:
        NoFact: there is no such fact that stands.
    """
    course = outline(course_key=attempt.quiz.course_key)
    # Whoever finishes something else of the course at this moment waits, or is waited for.
    lock_enrolment(person_id=attempt.person_id, course_key=attempt.quiz.course_key)
    wanted = {"act": former} if former else {"uuid": former_id}
    old = LearningEvent.objects.filter(**wanted, reversed_by__isnull=True).first()
    if old is None:
        raise NoFact(attempt.uuid)
    reached = _reached(old, course, attempt.quiz.key)
    _take_back(old.uuid, made)
    new = ledger.append_many([_changed(old, outcome, attempt, made)])[0]
    for finishes in reached:
        lost = False
        for finish in finishes:
            lost = _follow(finish, old, course, made, without_former=lost)
    _settle(old.person_id, course, attempt.quiz.key)
    return new.id


# --- what the former fact had finished ------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Finish:
    """A finished module or course, and the one before it: between them lies what finished it."""

    fact: EvidenceRecord
    before: EvidenceRecord | None

    def covers(self, row: EvidenceRecord) -> bool:
        """Tell whether a fact may have been part of it."""
        after_last = self.before is None or row.occurred_at > self.before.occurred_at
        return after_last and row.occurred_at <= self.fact.occurred_at


def _reached(old: LearningEvent, course: Outline | None, quiz_key: str) -> list[list[_Finish]]:
    """Return, of the course and of the module, the finish that a fact was part of and later ones.

    A later one may be a top-up: then it rests on what was finished before it.
    """
    if course is None:
        return []
    module = _module_of(course, quiz_key)
    subjects = [course_subject(course.course_key), *([module.subject] if module else [])]
    found = []
    for subject in subjects:
        facts = evidence_about(person_id=old.person_id, subjects=[subject])
        finishes = [_Finish(*pair) for pair in zip(facts, [None, *facts], strict=False)]
        found.append([each for each in finishes if each.fact.occurred_at >= old.occurred_at])
    return found


def _follow(
    finish: _Finish,
    old: LearningEvent,
    course: Outline | None,
    made: Regrade,
    *,
    without_former: bool,
) -> bool:
    """Take back what rested on a lost pass alone; write anew what has another score.

    ``without_former``: the finish before this one was taken back. Tell whether this one was.
    """
    tries = evidence_about(person_id=old.person_id, subjects=[old.subject])
    passes = [row for row in tries if row.passed and finish.covers(row)]
    was_part = finish.covers(_as_record(old)) and old.passed
    if (was_part or without_former) and not passes:
        _take_back(UUID(finish.fact.id), made)
        return True
    score = _score(finish, course)
    if score == finish.fact.score:
        return False
    row = LearningEvent.objects.get(uuid=finish.fact.id)
    _take_back(row.uuid, made)
    anew = replace(told_again(row), act=f"regrade:{made.uuid}:{row.uuid}", score=score)
    ledger.append_many([anew])
    return False


def _score(finish: _Finish, course: Outline | None) -> Decimal | None:
    """Return the score that a finished module or course has now, by the version it was of."""
    fact = finish.fact
    whole = _version(course, fact.content_revision)
    if whole is None:
        return fact.score
    modules: Sequence[OutlineModule] = [m for m in whole.modules if m.subject == fact.subject]
    if not modules:
        taken = _track(fact)
        modules = [m for m in whole.modules if taken is None or m.key in taken]
    subjects = [f"quiz:{module.quiz_key}" for module in modules if module.quiz_key]
    tries = evidence_about(person_id=fact.person_id, subjects=subjects)
    # What had to be done again by then did not count any more.
    then = whole.on(_day(fact.occurred_at))
    known = [row for row in counting(then, tries) if row.occurred_at <= fact.occurred_at]
    return course_score(modules, known)


def _version(course: Outline | None, label: str) -> Outline | None:
    if course is None or course.label == label:
        return course
    row = CourseVersion.objects.filter(course_key=course.course_key, label=label).first()
    if row is None:
        return None
    return read_outline(course_key=course.course_key, label=label, data=row.outline)


def _track(fact: EvidenceRecord) -> set[str] | None:
    """Return the modules of the track that finished a course; None: all of them."""
    detail = LearningEvent.objects.values_list("detail", flat=True).get(uuid=fact.id)
    return set(detail["modules"]) if "modules" in detail else None


# --- what a new pass finishes ---------------------------------------------------------------
def _settle(person_id: int, course: Outline | None, quiz_key: str) -> None:
    """Finish what all the facts together finish now.

    The last of the facts of the module is told once more: that writes no second fact, and what it
    finishes bears its instant.
    """
    module = _module_of(course, quiz_key) if course else None
    if course is None or module is None:
        return
    parts = [f"quiz:{quiz_key}", *(lesson.subject for lesson in module.lessons)]
    done = LearningEvent.objects.filter(
        rows_of(person_ids=[person_id]),
        subject__in=parts,
        passed=True,
        reversed_by__isnull=True,
    ).exclude(kind=EventKind.REVERSAL)
    last = done.order_by("-occurred_at", "-pk").first()
    if last is not None:
        # What was done before a retired course closed finishes it, whenever that is found out.
        if course.closes_on is not None and _day(last.occurred_at) <= course.closes_on:
            course = replace(course, closed=False)
        append_in_course(outline=course, fact=told_again(last))


def _day(instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(settings.ACADEMY_ZONE)).date()


def _module_of(course: Outline, quiz_key: str) -> OutlineModule | None:
    return next((module for module in course.modules if module.quiz_key == quiz_key), None)


# --- facts ----------------------------------------------------------------------------------
def _take_back(evidence_id: UUID, made: Regrade) -> None:
    ledger.reverse(
        evidence_id=evidence_id,
        actor_id=made.actor_id,
        reason=f"{made.before.key}: {made.reason}"[:1000],
    )


def _changed(old: LearningEvent, outcome: Outcome, attempt: Attempt, made: Regrade) -> ledger.Fact:
    return ledger.Fact(
        person_id=old.person_id,
        kind=old.kind,
        subject=old.subject,
        act=f"regrade:{made.uuid}:{attempt.uuid}",
        actor_id=made.actor_id,
        occurred_at=old.occurred_at,
        score=outcome.score,
        passed=outcome.passed,
        content_revision=old.content_revision,
        detail={"attempt": attempt.number, "regrade": str(made.uuid)},
    )


def _as_record(row: LearningEvent) -> EvidenceRecord:
    return EvidenceRecord(
        id=str(row.uuid),
        person_id=row.person_id,
        kind=row.kind,
        subject=row.subject,
        hours_type=row.hours_type,
        hours=row.hours,
        score=row.score,
        passed=row.passed,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        content_revision=row.content_revision,
        reversed=False,
        record_id=row.person_id,
    )
