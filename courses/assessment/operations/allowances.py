"""Give somebody more time for quizzes, or another try."""

from decimal import Decimal

from django.db import transaction

from courses.assessment import queries, timing
from courses.assessment.models import Accommodation, Unlock
from courses.assessment.operations.attempts import NoSuchQuiz
from lms.kit import clock
from lms.public import Ability, record_audit, require

MOST_LETTERS = 1_000


class NoReason(ValueError):
    """What is granted needs a reason of 1 to 1,000 characters."""


class WrongShare(ValueError):
    """Time is multiplied by 1 to 9, or has no limit."""


class NothingLocked(Exception):
    """The person may start, or go on, without an unlock."""


def grant_time(
    *, actor_id: int, person_id: int, multiplier: Decimal | None, reason: str
) -> Accommodation:
    """Say how much time a person has for quizzes that they start from now on.

    ``multiplier`` None: no limit. An attempt that is open keeps its deadline. The audit says that
    something was granted, neither to whom nor what nor why: its readers must not learn it.

    Raises:
        lms.public.Denied: the account does not teach the person.
        NoReason, WrongShare: nothing was written.
    """
    with transaction.atomic(durable=True):
        require(user_id=actor_id, ability=Ability.TEACH, person_id=person_id)
        if multiplier is not None and not (multiplier.is_finite() and 1 <= multiplier <= 9):
            raise WrongShare(multiplier)
        row = Accommodation.objects.create(
            person_id=person_id,
            multiplier=multiplier,
            reason=_reason(reason),
            granted_by_id=actor_id,
        )
        record_audit(
            actor_id=actor_id,
            action="accommodation.grant",
            subject_kind="accommodation",
            subject=str(row.pk),
        )
        return row


def unlock(*, actor_id: int, person_id: int, quiz_key: str, reason: str) -> Unlock:
    """Let a person start the next attempt at a quiz at once, even where all are used.

    Raises:
        lms.public.Denied: the account does not teach the person.
        NoSuchQuiz: there is none with this key.
        NothingLocked: they may start, go on, or wait only for marks.
        NoReason: nothing was written.
    """
    with transaction.atomic(durable=True):
        require(user_id=actor_id, ability=Ability.TEACH, person_id=person_id)
        opened = queries.opening_of(quiz_key=quiz_key, person_id=person_id)
        if opened is None:
            raise NoSuchQuiz(quiz_key)
        shut = opened.entry(clock.now()).gate in (timing.Gate.WAIT, timing.Gate.USED_UP)
        if opened.unfinished is not None or not shut:
            raise NothingLocked(quiz_key)
        row = Unlock.objects.create(
            person_id=person_id, quiz=opened.quiz, reason=_reason(reason), granted_by_id=actor_id
        )
        record_audit(
            actor_id=actor_id,
            action="quiz.unlock",
            subject_kind="quiz",
            subject=quiz_key,
            detail={"unlock": row.pk, "person_id": person_id, "reason": row.reason},
        )
        return row


def _reason(text: str) -> str:
    reason = text.strip()
    if not 1 <= len(reason) <= MOST_LETTERS:
        raise NoReason
    return reason
