"""Read which answers in learners' own words wait for a mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString

from courses.assessment import access, items
from courses.assessment.models import Attempt, Mark, QuestionKind, Response
from courses.assessment.queries.papers import words


class NoSuchAnswer(LookupError):
    """There is no such answer for a person to mark."""


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """One answer that waits for a mark, without the name of who wrote it."""

    attempt: UUID
    question: int
    quiz: str
    stem: SafeString
    since: datetime


@dataclass(frozen=True, slots=True)
class AnswerToMark:
    """One answer with what it is marked by."""

    attempt: Attempt
    question_id: int
    stem: SafeString
    written: str
    criteria: tuple[Mapping[str, Any], ...]
    points: int
    marked_before: bool


def waiting_answers(*, user_id: int) -> list[WaitingAnswer]:
    """Return the answers that the account may mark, the oldest first."""
    marks = Mark.objects.filter(attempt=OuterRef("attempt"), question=OuterRef("question"))
    rows = (
        Response.objects.filter(
            ~Exists(marks),
            attempt__in=Attempt.objects.filter(
                access.markable(user_id=user_id), submitted_at__isnull=False, score__isnull=True
            ),
            question__kind=QuestionKind.ESSAY,
        )
        .order_by("attempt__submitted_at", "pk")
        .values_list(
            "attempt__uuid",
            "question_id",
            "attempt__quiz__title",
            "question__stem",
            "attempt__submitted_at",
            "value",
        )
    )
    return [
        WaitingAnswer(attempt, question, quiz, words(stem), since)
        for attempt, question, quiz, stem, since, value in rows
        if since is not None and isinstance(value, str) and value.strip()
    ]


def answer_to_mark(*, attempt_uuid: UUID, question_id: int) -> AnswerToMark:
    """Return one answer of an attempt that was handed in; the caller asks who may see it.

    Raises:
        NoSuchAnswer: there is none that a person has to read.
    """
    row = (
        Response.objects.filter(
            attempt__uuid=attempt_uuid,
            attempt__submitted_at__isnull=False,
            question_id=question_id,
        )
        .select_related("attempt", "attempt__quiz", "attempt__person", "question")
        .annotate(
            marked=Exists(
                Mark.objects.filter(attempt=OuterRef("attempt"), question=OuterRef("question"))
            )
        )
        .first()
    )
    if row is None:
        raise NoSuchAnswer(attempt_uuid)
    question = row.question
    item = items.Item(question.kind, question.options, question.marking, question.points)
    if items.credit(item, row.value) is not None:
        raise NoSuchAnswer(attempt_uuid)
    return AnswerToMark(
        attempt=row.attempt,
        question_id=question.pk,
        stem=words(question.stem),
        written=str(row.value),
        criteria=tuple(question.marking["criteria"]),
        points=question.points,
        marked_before=row.marked,
    )
