"""Start, answer and submit attempts."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from courses.assessment import access, bank, queries, scoring
from courses.assessment.models import Attempt, Ended, Response
from courses.catalog.queries import outline
from courses.learning import ledger
from courses.learning.completion import append_in_course
from courses.learning.models import EventKind
from lms.kit import clock

HIGHEST_SEQUENCE: Final = 2**53 - 1
"""The highest whole number that a browser counts exactly."""


class NoLearnerRecord(Exception):
    """The account belongs to no person, so nothing can be earned with it."""


class NoSuchQuiz(LookupError):
    """There is no quiz with this key."""


class NoAttemptsLeft(Exception):
    """Every attempt that the quiz allows was used."""


class AttemptClosed(Exception):
    """The attempt was submitted; its answers stay as they are."""


class UnknownAnswer(ValueError):
    """The question or option was not shown in this attempt, or the sequence is no number."""


class NotAllAnswered(Exception):
    """Some questions have no answer yet, and the learner has not said that this is meant."""


class NewerAnswers(Exception):
    """Another tab saved newer answers than the form holds; the learner should look at them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice. ``sequence`` grows with every change; None: newer than all that is saved."""

    question: int
    choice: str
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """When answers were saved, and whether a newer answer was kept instead of one of them."""

    at: datetime
    newer_kept: bool


def start_attempt(*, user_id: int, quiz_key: str) -> UUID:
    """Start an attempt, or return the one that is open: a second tab or click meets the first.

    Raises:
        NoLearnerRecord: the account belongs to no person.
        NoSuchQuiz: there is no such quiz, or its bank is empty.
        NoAttemptsLeft: every allowed attempt was used.
    """
    for _try in range(3):
        try:
            return _start(user_id, quiz_key)
        except IntegrityError:
            # Somebody else's click came first; the next round finds that attempt.
            continue
    return _start(user_id, quiz_key)


def _start(user_id: int, quiz_key: str) -> UUID:
    with transaction.atomic(durable=True):
        begin = queries.opening(quiz_key=quiz_key, user_id=user_id)
        if begin is None:
            raise NoSuchQuiz(quiz_key)
        if begin.person_id is None:
            raise NoLearnerRecord(user_id)
        if begin.open_uuid is not None:
            return begin.open_uuid
        quiz = begin.quiz
        if quiz.attempts_allowed is not None and begin.made >= quiz.attempts_allowed:
            raise NoAttemptsLeft(quiz_key)
        questions = [
            (question.pk, [option["id"] for option in question.options], question.critical)
            for question in queries.live_questions(quiz)
        ]
        if not questions:
            raise NoSuchQuiz(quiz_key)
        shown = bank.draw(
            questions=questions,
            count=quiz.draw,
            critical=sum(pool["draw"] for pool in quiz.pools if pool.get("critical")),
            rng=secrets.SystemRandom(),
        )
        must = {pk for pk, _options, critical in questions if critical}
        critical = [row["question"] for row in shown if row["question"] in must]
        attempt = Attempt.objects.create(
            person_id=begin.person_id,
            quiz=quiz,
            number=begin.last + 1,
            shown=shown,
            rules={
                "pass_percent": quiz.pass_percent,
                "version": quiz.version,
            }
            | ({"critical": critical} if critical else {}),
        )
        return attempt.uuid


def save_answers(*, user_id: int, attempt_uuid: UUID, answers: Sequence[Answer]) -> Saved:
    """Save answers to the account's own open attempt; saving the same again changes nothing.

    An answer never overwrites one with a higher sequence.

    Raises:
        queries.NoSuchAttempt: there is none, or it is somebody else's.
        AttemptClosed: it was submitted.
        UnknownAnswer: a question or option was not shown; nothing was saved.
    """
    with transaction.atomic(durable=True):
        attempt = _lock(user_id, attempt_uuid)
        if attempt.submitted_at is not None:
            raise AttemptClosed(attempt_uuid)
        return _save(attempt, answers)


def submit(
    *, user_id: int, attempt_uuid: UUID, answers: Sequence[Answer], confirmed: bool
) -> Attempt:
    """Save the answers of the form, then grade the attempt and write what was earned.

    Submitting twice returns the first result and changes nothing. ``confirmed``: the learner
    knows that questions without an answer count as wrong.

    Raises:
        queries.NoSuchAttempt: there is none, or it is somebody else's.
        UnknownAnswer: a question or option was not shown; nothing was saved.
        NotAllAnswered: an answer is missing and this is not confirmed; the others were saved.
        NewerAnswers: another tab saved newer answers; nothing was overwritten or graded.
    """
    with transaction.atomic(durable=True):
        attempt = _lock(user_id, attempt_uuid)
        if attempt.submitted_at is not None:
            return attempt
        if answers:
            _save(attempt, answers)
        questions = queries.shown_questions(attempt)
        choices = {shown.id: shown.choice for shown in questions if shown.choice is not None}
        newer = any(choices[answer.question] != answer.choice for answer in answers)
        missing = len(choices) < len(questions)
        if not newer and (confirmed or not missing):
            _grade(attempt, questions, choices, user_id)
            return attempt
    # Raised after the commit: what the form brought must stay saved.
    if newer:
        raise NewerAnswers(attempt_uuid)
    raise NotAllAnswered(attempt_uuid)


def _lock(user_id: int, attempt_uuid: UUID) -> Attempt:
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .filter(access.takeable(user_id=user_id), uuid=attempt_uuid)
        .select_related("quiz")
        .first()
    )
    if attempt is None:
        raise queries.NoSuchAttempt(attempt_uuid)
    return attempt


def _save(attempt: Attempt, answers: Sequence[Answer]) -> Saved:
    now = clock.now()
    shown = {row["question"]: row["options"] for row in attempt.shown}
    newest: dict[int, Answer] = {}
    for answer in answers:
        if answer.choice not in shown.get(answer.question, ()):
            raise UnknownAnswer(f"{answer.question}: {answer.choice[:40]}")
        if answer.sequence is not None and not 0 <= answer.sequence <= HIGHEST_SEQUENCE:
            raise UnknownAnswer(f"{answer.question}: sequence {answer.sequence}")
        before = newest.get(answer.question)
        # One statement may touch a row once, so that only the newest of a batch is sent.
        if before is None or _order(answer) >= _order(before):
            newest[answer.question] = answer
    changed = _upsert(attempt, list(newest.values()), now) if newest else 0
    return Saved(at=now, newer_kept=changed < len(newest))


def _order(answer: Answer) -> int:
    return HIGHEST_SEQUENCE if answer.sequence is None else answer.sequence


def _upsert(attempt: Attempt, answers: Sequence[Answer], now: datetime) -> int:
    """Insert or overwrite in one statement, never a newer answer; return how many were written.

    ``bulk_create`` has no WHERE in its ON CONFLICT, and a read before the write could be stale
    on PostgreSQL while it waits for the lock. Both databases know this form.
    """
    table = connection.ops.quote_name(Response._meta.db_table)
    newer = f"(SELECT COALESCE(MAX(sequence), 0) + 1 FROM {table} WHERE attempt_id = %s)"  # noqa: S608 - only names
    rows, values = [], list[Any]()
    moment = Response._meta.get_field("saved_at").get_db_prep_value(now, connection)
    for answer in answers:
        known = answer.sequence is not None
        rows.append(f"(%s, %s, %s, {'%s' if known else newer}, %s)")
        sequence = answer.sequence if known else attempt.pk
        values += [attempt.pk, answer.question, json.dumps(answer.choice), sequence, moment]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (attempt_id, question_id, value, sequence, saved_at)"  # noqa: S608 - only names
            f" VALUES {', '.join(rows)} ON CONFLICT (attempt_id, question_id) DO UPDATE SET"
            " value = excluded.value, sequence = excluded.sequence, saved_at = excluded.saved_at"
            f" WHERE {table}.sequence <= excluded.sequence",
            values,
        )
        return int(cursor.rowcount)


def _grade(
    attempt: Attempt, questions: Sequence[queries.Shown], choices: Mapping[int, str], user_id: int
) -> None:
    score = scoring.grade(
        shown=[question.id for question in questions],
        responses=choices,
        keys={q.id: [row["id"] for row in q.options if row["correct"]] for q in questions},
        pass_percent=attempt.rules["pass_percent"],
        critical=attempt.rules.get("critical", ()),
    )
    attempt.submitted_at, attempt.ended = clock.now(), Ended.LEARNER
    attempt.score, attempt.passed = score.percent, score.passed
    attempt.save(update_fields=["submitted_at", "ended", "score", "passed"])
    fact = ledger.Fact(
        person_id=attempt.person_id,
        kind=EventKind.QUIZ,
        subject=f"quiz:{attempt.quiz.key}",
        act=f"attempt:{attempt.uuid}",
        actor_id=user_id,
        occurred_at=attempt.submitted_at,
        score=score.percent,
        passed=score.passed,
        content_revision=attempt.rules["version"],
        detail={"attempt": attempt.number, "correct": score.correct, "of": score.total}
        | ({"critical_missed": len(score.critical_missed)} if score.critical_missed else {}),
    )
    append_in_course(outline=outline(course_key=attempt.quiz.course_key), fact=fact)
