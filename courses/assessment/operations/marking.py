"""Mark answers in learners' own words; the last mark grades the attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.assessment import access, items, queries
from courses.assessment.models import Attempt, Mark, Response
from courses.assessment.operations import closing
from courses.catalog.queries import outline
from lms.public import Ability, notify, person, record_audit, require

MOST_LETTERS: Final = 4_000


class AlreadyGraded(Exception):
    """The attempt has its result; its marks stay as they are."""


class WrongMark(ValueError):
    """A criterion is missing or has no such points, or the words are too long."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What marking did. ``graded``: it was the last mark that the attempt waited for."""

    person_id: int
    graded: bool


def mark_answer(
    *,
    user_id: int,
    attempt_uuid: UUID,
    question_id: int,
    criteria: Mapping[str, int],
    words: str,
) -> Marked:
    """Write what a person gives for one answer; the newest mark of an answer counts.

    With the last one the attempt is graded, and what was earned is written, together.

    Raises:
        lms.public.Denied: the account does not teach the learner, or is the learner.
        queries.NoSuchAnswer: the attempt is open, or has no such answer for a person to read.
        AlreadyGraded: somebody else's mark was the last one.
        WrongMark: nothing was written.
    """
    with transaction.atomic(durable=True):
        attempt = _lock(attempt_uuid)
        if not access.may_mark(user_id=user_id, attempt=attempt):
            require(user_id=user_id, ability=Ability.TEACH, person_id=attempt.person_id)
            raise queries.NoSuchAnswer(attempt_uuid)
        if attempt.submitted_at is None:
            raise queries.NoSuchAnswer(attempt_uuid)
        if attempt.score is not None:
            raise AlreadyGraded(attempt_uuid)
        item = _essay(attempt, question_id)
        try:
            share = items.credit_of(item, criteria)
        except items.BadAnswer as error:
            raise WrongMark(str(error)) from error
        if len(words) > MOST_LETTERS:
            raise WrongMark("too many words")
        Mark.objects.create(
            attempt=attempt,
            question_id=question_id,
            criteria=dict(criteria),
            credit=(Decimal(share.numerator) / share.denominator).quantize(Decimal("0.0001")),
            words=words.strip(),
            marker_id=user_id,
        )
        record_audit(
            actor_id=user_id,
            action="answer.mark",
            subject_kind="attempt",
            subject=str(attempt.uuid),
            detail={"question": question_id, "criteria": dict(criteria)},
        )
        graded = closing.grade(attempt, user_id=user_id)
        if graded:
            _tell(attempt)
        return Marked(person_id=attempt.person_id, graded=graded)


def _lock(attempt_uuid: UUID) -> Attempt:
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .filter(uuid=attempt_uuid)
        .select_related("quiz", "person")
        .first()
    )
    if attempt is None:
        raise queries.NoSuchAnswer(attempt_uuid)
    return attempt


def _essay(attempt: Attempt, question_id: int) -> items.Item:
    response = (
        Response.objects.filter(attempt=attempt, question_id=question_id)
        .select_related("question")
        .first()
    )
    if response is None:
        raise queries.NoSuchAnswer(question_id)
    question = response.question
    item = items.Item(question.kind, question.options, question.marking, question.points)
    if items.credit(item, response.value) is not None:
        raise queries.NoSuchAnswer(question_id)
    return item


def _tell(attempt: Attempt) -> None:
    learner = person(person_id=attempt.person_id)
    body = _(
        "Hello %(name)s,\n\nsomebody has read what you wrote in “%(quiz)s”. The result is on"
        " this page:\n\n%(link)s\n"
    )
    notify(
        key=f"attempt:{attempt.uuid}:graded",
        kind="attempt_graded",
        address=learner.email,
        subject=_("Your quiz has its result"),
        body=body
        % {"name": learner.given_name, "quiz": attempt.quiz.title, "link": _link(attempt)},
        person_id=learner.id,
    )


def _link(attempt: Attempt) -> str:
    """Return where the result is; the list of courses, where the quiz is in none any more."""
    course = outline(course_key=attempt.quiz.course_key)
    module = next(
        (each for each in (course.modules if course else ()) if each.quiz_key == attempt.quiz.key),
        None,
    )
    if course is None or module is None:
        return f"{settings.SITE_URL}{reverse('learn')}"
    return settings.SITE_URL + reverse(
        "quiz_attempt",
        kwargs={"course": course.slug, "module": module.slug, "attempt": attempt.uuid},
    )
