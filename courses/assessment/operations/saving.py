"""Write answers so that sending them again changes nothing and an older one never wins."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from courses.assessment import access, items, queries, timing
from courses.assessment.models import Attempt, Question, Response

HIGHEST_SEQUENCE: Final = 2**53 - 1
"""The highest whole number that a browser counts exactly."""
FIELD: Final = "q-"
"""The controls of a question are named "q-<question id>", or begin so."""


class UnknownAnswer(ValueError):
    """The question or answer was not shown in this attempt, or the sequence is no number."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``sequence`` grows with every change; None: newer than all that is saved.

    ``value`` is what the kind of question takes; None: taken back. ``fields``, the controls of
    the question as a form names them, stand in the place of ``value`` and ``confidence``; where
    they have none of the question, nothing was said.
    """

    question: int
    value: Any = None
    sequence: int | None = None
    confidence: Any = None
    fields: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """When answers were saved. ``older``: those that were not, by question: a newer one was kept.

    ``late``: they came after the deadline, within the grace. ``left``: milliseconds until the
    deadline; None: there is none.
    """

    at: datetime
    older: Mapping[int, items.Value] = field(default_factory=dict)
    late: bool = False
    left: int | None = None

    @property
    def newer_kept(self) -> bool:
        """Tell whether a newer answer was kept instead of one of these."""
        return bool(self.older)


def lock(user_id: int, attempt_uuid: UUID, *, with_quiz: bool = False) -> Attempt:
    """Hold the account's own attempt until the transaction ends; saving does not need its quiz.

    Raises:
        queries.NoSuchAttempt: there is none, or it is somebody else's.
    """
    rows = Attempt.objects.select_for_update(of=("self",))
    rows = rows.filter(access.takeable(user_id=user_id), uuid=attempt_uuid)
    attempt = (rows.select_related("quiz") if with_quiz else rows).first()
    if attempt is None:
        raise queries.NoSuchAttempt(attempt_uuid)
    return attempt


def save(attempt: Attempt, answers: Sequence[Answer], now: datetime) -> Saved:
    """Save answers to an attempt that is held, in two statements.

    Raises:
        UnknownAnswer: nothing was saved.
    """
    newest: dict[int, Answer] = {}
    for answer in _read(attempt, answers):
        before = newest.get(answer.question)
        # One statement may touch a row once, so that only the newest of a batch is sent.
        if before is None or _order(answer) >= _order(before):
            newest[answer.question] = answer
    written = _upsert(attempt, list(newest.values()), now) if newest else set()
    older = {pk: answer.value for pk, answer in newest.items() if pk not in written}
    left = timing.milliseconds_left(due_at=attempt.due_at, now=now)
    return Saved(at=now, older=older, late=left == 0, left=left)


def _read(attempt: Attempt, answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers as they are stored, without those that say nothing."""
    shown = {row["question"]: row["options"] for row in attempt.shown}
    asked = {answer.question for answer in answers}
    if strange := asked - shown.keys():
        raise UnknownAnswer(f"questions {sorted(strange)}")
    known = _items(asked)
    found = []
    for answer in answers:
        if answer.sequence is not None and not 0 <= answer.sequence <= HIGHEST_SEQUENCE:
            raise UnknownAnswer(f"{answer.question}: sequence {answer.sequence}")
        try:
            given = _given(known[answer.question], shown[answer.question], answer)
        except items.BadAnswer as error:
            raise UnknownAnswer(f"{answer.question}: {error}") from error
        if given is not None:
            found.append(given)
    return found


def _items(ids: Collection[int]) -> dict[int, items.Item]:
    rows = Question.objects.filter(pk__in=ids).order_by("pk")
    names = ("pk", "kind", "options", "marking", "points")
    return {row[0]: items.Item(*row[1:]) for row in rows.values_list(*names)}


def _given(item: items.Item, shown: Sequence[str], answer: Answer) -> Answer | None:
    raw, sure = answer.value, answer.confidence
    if answer.fields is not None:
        name = f"{FIELD}{answer.question}"
        raw = items.from_form(item, answer.fields, name)
        sure = items.confidence_from_form(answer.fields, name)
        if raw is None and sure is None:
            return None
    value = items.accepted(item, shown, raw)
    return Answer(answer.question, value, answer.sequence, items.accepted_confidence(sure))


def _order(answer: Answer) -> int:
    return HIGHEST_SEQUENCE if answer.sequence is None else answer.sequence


def _upsert(attempt: Attempt, answers: Sequence[Answer], now: datetime) -> set[int]:
    """Insert or overwrite in one statement, never a newer answer; return what was written.

    ``bulk_create`` has no WHERE in its ON CONFLICT, and a read before the write could be stale
    on PostgreSQL while it waits for the lock. Both databases know this form.
    """
    table = connection.ops.quote_name(Response._meta.db_table)
    newer = f"(SELECT COALESCE(MAX(sequence), 0) + 1 FROM {table} WHERE attempt_id = %s)"  # noqa: S608 - only names
    rows, values = [], list[Any]()
    moment = Response._meta.get_field("saved_at").get_db_prep_value(now, connection)
    for answer in answers:
        known = answer.sequence is not None
        rows.append(f"(%s, %s, %s, %s, {'%s' if known else newer}, %s)")
        sequence = answer.sequence if known else attempt.pk
        said = [json.dumps(answer.value), answer.confidence]
        values += [attempt.pk, answer.question, *said, sequence, moment]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table}"  # noqa: S608 - only names
            " (attempt_id, question_id, value, confidence, sequence, saved_at)"
            f" VALUES {', '.join(rows)} ON CONFLICT (attempt_id, question_id) DO UPDATE SET"
            " value = excluded.value, confidence = excluded.confidence,"
            " sequence = excluded.sequence, saved_at = excluded.saved_at"
            f" WHERE {table}.sequence <= excluded.sequence RETURNING question_id",
            values,
        )
        return {int(row[0]) for row in cursor.fetchall()}
