"""Read attempts as their grader sees them: what was shown, what was answered, what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from courses.assessment import access, bank, items, scoring
from courses.assessment.models import Attempt, Mark, Question, Quiz, Response
from courses.catalog.models import CoursePage, ModulePage


class NoSuchAttempt(LookupError):
    """There is no such attempt for this account."""


SHOWN: Final = (
    *("pk", "kind", "stem", "options", "marking", "points", "asks_confidence"),
    *("value", "confidence", "sequence", "saved_at", "given_criteria", "given_credit"),
    "given_words",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One question of an attempt with key, feedback and answer: for the grader's eyes.

    ``shown`` are the ids of its options in the order shown; ``value`` is None without an answer.
    ``given`` is the share that a person gave, ``given_criteria`` and ``given_words`` how and why.
    """

    id: int
    stem: str
    item: items.Item
    shown: tuple[str, ...]
    value: items.Value
    confidence: int | None = None
    sequence: int = 0
    saved_at: datetime | None = None
    asks_confidence: bool = False
    given: Fraction | None = None
    given_criteria: dict[str, Any] | None = None
    given_words: str = ""

    @property
    def complete(self) -> bool:
        """Tell whether nothing is left to answer."""
        return items.complete(self.item, self.value)

    @property
    def credit(self) -> Fraction | None:
        """Return the share of the points that was earned; None: a person has not marked it yet."""
        earned = items.credit(self.item, self.value)
        return self.given if earned is None else earned


def attempt(*, attempt_uuid: UUID, user_id: int, course_slug: str, module_slug: str) -> Attempt:
    """Return the account's own attempt at the quiz of a module, with its quiz, in one statement.

    Raises:
        NoSuchAttempt: there is none at this address, or it is somebody else's.
    """
    courses = CoursePage.objects.filter(slug=course_slug).values("key")
    modules = ModulePage.objects.filter(slug=module_slug).values("quiz_key")
    found = (
        Attempt.objects.filter(
            access.takeable(user_id=user_id),
            uuid=attempt_uuid,
            quiz__course_key__in=courses,
            quiz__key__in=modules,
        )
        .select_related("quiz")
        .first()
    )
    if found is None:
        raise NoSuchAttempt(attempt_uuid)
    return found


def shown_questions(attempt: Attempt) -> list[Shown]:
    """Return the questions of an attempt as shown, with answers and marks, in one statement."""
    answers = Response.objects.filter(attempt=attempt, question=OuterRef("pk"))
    # The newest mark counts.
    marks = Mark.objects.filter(attempt=attempt, question=OuterRef("pk")).order_by(
        "-recorded_at", "-pk"
    )
    rows = Question.objects.filter(pk__in=[row["question"] for row in attempt.shown]).annotate(
        value=Subquery(answers.values("value")),
        confidence=Subquery(answers.values("confidence")),
        sequence=Subquery(answers.values("sequence")),
        saved_at=Subquery(answers.values("saved_at")),
        given_criteria=Subquery(marks.values("criteria")[:1]),
        given_credit=Subquery(marks.values("credit")[:1]),
        given_words=Subquery(marks.values("words")[:1]),
    )
    found = {row["pk"]: row for row in rows.values(*SHOWN)}
    return [_shown(found[row["question"]], row["options"]) for row in attempt.shown]


def _shown(row: dict[str, Any], shown: Sequence[str]) -> Shown:
    item = items.Item(row["kind"], row["options"], row["marking"], row["points"])
    return Shown(
        id=row["pk"],
        stem=row["stem"],
        item=item,
        shown=tuple(shown),
        value=row["value"],
        confidence=row["confidence"],
        sequence=row["sequence"] or 0,
        saved_at=row["saved_at"],
        asks_confidence=row["asks_confidence"],
        given=_given(item, row),
        given_criteria=row["given_criteria"],
        given_words=row["given_words"] or "",
    )


def _given(item: items.Item, row: dict[str, Any]) -> Fraction | None:
    if row["given_credit"] is None:
        return None
    # The points say it exactly; the stored share is rounded.
    try:
        return items.credit_of(item, row["given_criteria"])
    except (items.BadAnswer, KeyError, TypeError):
        return Fraction(row["given_credit"])


def marks_of(attempt: Attempt, shown: Sequence[Shown]) -> list[scoring.Mark]:
    """Return what each question of an attempt earned; asks the database nothing."""
    critical = set(attempt.rules.get("critical", ()))
    return [
        scoring.Mark(each.id, each.credit, each.item.points, critical=each.id in critical)
        for each in shown
    ]


def score_of(attempt: Attempt, shown: Sequence[Shown]) -> scoring.Score | None:
    """Grade an attempt by its answers and marks; None while a person still marks an answer."""
    return scoring.grade(marks=marks_of(attempt, shown), pass_percent=attempt.rules["pass_percent"])


def candidates(quiz: Quiz) -> list[bank.Candidate]:
    """Return the questions that a new attempt may draw from, in one statement."""
    return candidates_in(bank_keys={pool["bank"] for pool in quiz.pools})


def candidates_in(*, bank_keys: set[str]) -> list[bank.Candidate]:
    """Return the live questions of these banks, in one statement."""
    rows = (
        Question.objects.filter(bank__key__in=bank_keys, retired_at__isnull=True)
        .annotate(bank_key=F("bank__key"))
        .order_by("bank_key", "key", "pk")
        .only(
            *("kind", "options", "marking", "points", "objective", "competency"),
            *("tags", "difficulty", "critical"),
        )
    )
    return [
        bank.Candidate(
            id=row.pk,
            bank=row.bank_key,
            item=items.Item(row.kind, row.options, row.marking, row.points),
            objective=row.objective,
            competency=row.competency,
            tags=tuple(row.tags),
            difficulty=row.difficulty,
            critical=row.critical,
        )
        for row in rows
    ]
