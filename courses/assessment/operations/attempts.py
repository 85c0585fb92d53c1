"""Start, answer and submit attempts."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from courses.assessment import bank, queries, timing
from courses.assessment.models import Attempt, Ended
from courses.assessment.operations import closing, saving, time
from courses.assessment.operations.saving import Answer, Saved
from lms.kit import clock


class NoLearnerRecord(Exception):
    """The account belongs to no person, so nothing can be earned with it."""


class NoSuchQuiz(LookupError):
    """There is no quiz with this key."""


class MayNotStart(Exception):
    """The next attempt may not start now; ``entry`` says why, and from when on it may."""

    def __init__(self, entry: timing.Entry) -> None:
        super().__init__(entry.gate)
        self.entry = entry


class NoAttemptsLeft(MayNotStart):
    """Every attempt that the quiz allows was used."""


class AttemptClosed(Exception):
    """The attempt was submitted; its answers stay as they are."""


class NotAllAnswered(Exception):
    """Some questions have no answer yet, and the learner has not said that this is meant."""


class NewerAnswers(Exception):
    """Another tab saved newer answers than the form holds; the learner should look at them."""


def start_attempt(*, user_id: int, quiz_key: str) -> UUID:
    """Start an attempt, or return the one that is open: a second tab or click meets the first.

    An open one whose time is over is handed in first. The deadline is set now, once and for all.

    Raises:
        NoLearnerRecord: the account belongs to no person.
        NoSuchQuiz: there is no such quiz, or its bank is empty.
        NoAttemptsLeft: every allowed attempt was used.
        MayNotStart: the waiting time after the last one is not over, or it waits for its marks.
    """
    for tries_left in reversed(range(4)):
        try:
            with transaction.atomic(durable=True):
                started = _start(user_id, quiz_key)
        except IntegrityError:
            # Somebody else's click came first; the next round finds that attempt.
            if not tries_left:
                raise
            continue
        break
    # Raised after the commit: an attempt that was out of time stays handed in.
    if isinstance(started, MayNotStart):
        raise started
    return started


def _start(user_id: int, quiz_key: str) -> UUID | MayNotStart:
    begin, person_id = _opening(user_id, quiz_key)
    if begin.unfinished is not None:
        attempt = saving.lock(user_id, begin.unfinished.uuid)
        if closing.overdue(attempt, clock.now()):
            closing.hand_in(attempt, ended=Ended.TIME, user_id=None)
        if attempt.submitted_at is None:
            return attempt.uuid
        begin, person_id = _opening(user_id, quiz_key)
    entry = begin.entry(clock.now())
    if entry.gate == timing.Gate.USED_UP:
        return NoAttemptsLeft(entry)
    if entry.gate != timing.Gate.OPEN:
        return MayNotStart(entry)
    attempt = Attempt.objects.create(
        person_id=person_id, quiz=begin.quiz, number=begin.last_number + 1, **_drawn(begin)
    )
    time.promise(attempt)
    return attempt.uuid


def _opening(user_id: int, quiz_key: str) -> tuple[queries.Opening, int]:
    begin = queries.opening(quiz_key=quiz_key, user_id=user_id)
    if begin is None:
        raise NoSuchQuiz(quiz_key)
    if begin.person_id is None:
        raise NoLearnerRecord(user_id)
    return begin, begin.person_id


def _drawn(begin: queries.Opening) -> dict[str, Any]:
    """Return what a new attempt shows, by which rules, from when until when."""
    quiz, now = begin.quiz, clock.now()
    candidates = queries.candidates(quiz)
    shown = bank.draw(candidates, quiz.pools, secrets.SystemRandom())
    if not shown:
        raise NoSuchQuiz(quiz.key)
    must = {each.id for each in candidates if each.critical}
    rules: dict[str, Any] = {"pass_percent": quiz.pass_percent, "version": quiz.version}
    if critical := [row["question"] for row in shown if row["question"] in must]:
        rules["critical"] = critical
    limit, multiplier = quiz.time_limit_minutes, begin.multiplier
    if limit is not None:
        # How much time, never why: the reason is the learner's own.
        times = None if multiplier is None else str(multiplier)
        rules["time"] = {"limit_minutes": limit, "multiplier": times}
    due_at = timing.deadline(started_at=now, limit_minutes=limit, multiplier=multiplier)
    return {"shown": shown, "rules": rules, "started_at": now, "due_at": due_at}


def save_answers(*, user_id: int, attempt_uuid: UUID, answers: Sequence[Answer]) -> Saved:
    """Save answers to the account's own open attempt; saving the same again changes nothing.

    An answer never overwrites one with a higher sequence. Until the grace is over, answers are
    taken that were given before the deadline and come late.

    Raises:
        queries.NoSuchAttempt: there is none, or it is somebody else's.
        AttemptClosed: it was submitted, or time was up and what was saved is handed in now.
        UnknownAnswer: a question or option was not shown; nothing was saved.
    """
    now = clock.now()
    with transaction.atomic(durable=True):
        attempt = saving.lock(user_id, attempt_uuid)
        if attempt.submitted_at is None and not closing.overdue(attempt, now):
            return saving.save(attempt, answers, now)
        if attempt.submitted_at is None:
            closing.hand_in(attempt, ended=Ended.TIME, user_id=None)
    # Raised after the commit: what was handed in stays so.
    raise AttemptClosed(attempt_uuid)


def submit(
    *, user_id: int, attempt_uuid: UUID, answers: Sequence[Answer], confirmed: bool
) -> Attempt:
    """Save the answers of the form, then grade the attempt and write what was earned.

    Submitting twice returns the first result and changes nothing. ``confirmed``: the learner
    knows that questions without an answer count as wrong. When time is up nothing is asked: what
    is there is handed in, the answers of the form with it while the grace lasts.

    Raises:
        queries.NoSuchAttempt: there is none, or it is somebody else's.
        UnknownAnswer: a question or option was not shown; nothing was saved.
        NotAllAnswered: an answer is missing and this is not confirmed; the others were saved.
        NewerAnswers: another tab saved newer answers; nothing was overwritten or graded.
    """
    now = clock.now()
    with transaction.atomic(durable=True):
        attempt = saving.lock(user_id, attempt_uuid, with_quiz=True)
        if attempt.submitted_at is not None:
            return attempt
        over = closing.overdue(attempt, now)
        saved = saving.save(attempt, answers, now) if answers and not over else Saved(at=now)
        if timing.is_up(due_at=attempt.due_at, now=now):
            closing.hand_in(attempt, ended=Ended.TIME, user_id=None if over else user_id)
            return attempt
        questions = queries.shown_questions(attempt)
        held = {each.id: each.value for each in questions}
        newer = any(held.get(pk) != value for pk, value in saved.older.items())
        missing = any(not each.complete for each in questions)
        if not newer and (confirmed or not missing):
            closing.hand_in(attempt, ended=Ended.LEARNER, user_id=user_id, questions=questions)
            return attempt
    # Raised after the commit: what the form brought must stay saved.
    if newer:
        raise NewerAnswers(attempt_uuid)
    raise NotAllAnswered(attempt_uuid)
