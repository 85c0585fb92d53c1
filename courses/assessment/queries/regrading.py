"""Read whose result another key of a question would change."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from courses.assessment import items, regrading
from courses.assessment.models import (
    Attempt,
    Mark,
    Question,
    Regrade,
    RegradedAttempt,
    Response,
)
from courses.assessment.queries.results import item_of, with_results
from courses.assessment.regrading import Flip, Outcome
from courses.assessment.scoring import Mark as Earned
from courses.learning.models import EventKind, LearningEvent
from lms.public import kept_id, person_of_user

COLUMNS: Final = ("pk", "uuid", "person_id", "shown", "rules", "result", "counts")


class NoSuchQuestion(LookupError):
    """There is no such revision of a question in this bank."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What grading again would do. ``answered``: how many graded attempts answered the question.

    ``digest`` stands for this very list: whoever decides says which list they saw.
    """

    flips: tuple[Flip, ...]
    answered: int

    @property
    def digest(self) -> str:
        """Return a short text that is another one for every other list."""
        told = [(f.attempt, str(f.before.score), str(f.after.score)) for f in self.flips]
        return sha256(repr(told).encode()).hexdigest()[:32]

    def of_others(self, *, user_id: int) -> tuple[Flip, ...]:
        """Return the list without the account's own results, about which another one decides."""
        mine = person_of_user(user_id=user_id)
        return tuple(flip for flip in self.flips if mine is None or flip.person_id != mine.id)

    def counted(self, name: str) -> int:
        """Return how many results have a property of a flip: gains, loses or better."""
        return sum(bool(getattr(flip, name)) for flip in self.flips)


def revisions(*, bank_key: str, question_key: str) -> list[Question]:
    """Return every revision of a question, the oldest first."""
    rows = Question.objects.select_related("bank").filter(bank__key=bank_key, key=question_key)
    return list(rows.order_by("revision", "pk"))


def answered_of(*, question_ids: Collection[int]) -> set[int]:
    """Return those of these revisions that graded attempts answered."""
    rows = Response.objects.filter(
        question_id__in=question_ids, attempt__score__isnull=False
    ).order_by("question_id")
    return set(rows.values_list("question_id", flat=True).distinct())


def regrades_of(*, bank_key: str, question_key: str) -> list[Regrade]:
    """Return what was decided about a question before, the newest first."""
    rows = Regrade.objects.filter(before__bank__key=bank_key, before__key=question_key)
    return list(rows.select_related("before", "after", "actor").order_by("-recorded_at", "-pk"))


def rehearse(*, before: Question, after: Question) -> Rehearsal:
    """Return whose result the key of ``after`` would change among those who answered ``before``.

    The statements do not grow with the attempts. Who gave no answer earns nothing by any key, and
    an attempt that is not graded yet has no result. A result that somebody took back by hand, for
    whatever reason, stays taken back.
    """
    attempts = list(
        with_results(Attempt.objects.filter(responses__question=before, score__isnull=False))
        .annotate(human=kept_id())
        .order_by("pk")
        .values_list(*COLUMNS, "human", named=True)
    )
    papers = _Papers(before, after)
    found = []
    for row in attempts:
        if papers.taken_back(row):
            continue
        flip = regrading.weighed(
            attempt=row.pk,
            person_id=row.human,
            question=before.pk,
            marks=papers.marks(row),
            credit=papers.credit(row.pk, before.pk, after),
            now=Outcome(row.result, row.counts),
            pass_percent=row.rules["pass_percent"],
        )
        if flip is not None:
            found.append(flip)
    return Rehearsal(tuple(found), len(attempts))


class _Papers:
    """Everything that was shown and answered in some attempts, by the keys that count now."""

    def __init__(self, before: Question, after: Question) -> None:
        ours = Attempt.objects.filter(responses__question=before, score__isnull=False).values("pk")
        self.values: dict[tuple[int, int], Any] = {
            (attempt, question): value
            for attempt, question, value in Response.objects.filter(attempt__in=ours)
            .order_by("pk")
            .values_list("attempt_id", "question_id", "value")
        }
        self.given: dict[tuple[int, int], Mark] = {
            (mark.attempt_id, mark.question_id): mark
            for mark in Mark.objects.filter(attempt__in=ours).order_by("recorded_at", "pk")
        }
        # Which key counts for an attempt: that of the newest regrade that it followed.
        self.keys: dict[int, dict[int, int]] = defaultdict(dict)
        followed = RegradedAttempt.objects.filter(attempt__in=ours).order_by("recorded_at", "pk")
        self.facts: dict[int, UUID | None] = {}
        for attempt, old, new, fact in followed.values_list(
            "attempt_id", "regrade__before_id", "regrade__after_id", "evidence"
        ):
            self.keys[attempt][old] = new
            self.facts[attempt] = fact
        quizzes = set(Attempt.objects.filter(pk__in=ours).values_list("quiz__key", flat=True))
        gone = LearningEvent.objects.filter(
            kind=EventKind.QUIZ,
            subject__in=[f"quiz:{key}" for key in quizzes],
            reversed_by__isnull=False,
        )
        self.gone = {name for pair in gone.values_list("act", "uuid") for name in pair}
        shown = Attempt.objects.filter(pk__in=ours).values_list("shown", flat=True)
        wanted = {row["question"] for rows in shown.order_by("pk") for row in rows}
        wanted |= {key for keys in self.keys.values() for key in keys.values()} | {after.pk}
        self.questions = {each.pk: each for each in Question.objects.filter(pk__in=wanted)}

    def taken_back(self, row: Any) -> bool:
        """Tell whether the fact by which an attempt counts does not stand any more."""
        return self.facts.get(row.pk, f"attempt:{row.uuid}") in self.gone

    def marks(self, row: Any) -> list[Earned]:
        """Return what each question of an attempt earns by the keys that count now."""
        critical = set(row.rules.get("critical", ()))
        found = []
        for each in row.shown:
            pk = each["question"]
            key = self.questions[self.keys[row.pk].get(pk, pk)]
            points = self.questions[pk].points
            found.append(Earned(pk, self.credit(row.pk, pk, key), points, critical=pk in critical))
        return found

    def credit(self, attempt: int, question: int, key: Question) -> Fraction | None:
        """Return what an answer earns by a key; None: a person has not marked it."""
        item = regrading.mended(item_of(self.questions[question]), item_of(key))
        earned = items.credit(item, self.values.get((attempt, question)))
        if earned is not None:
            return earned
        mark = self.given.get((attempt, question))
        if mark is None:
            return None
        try:
            return items.credit_of(item, mark.criteria)
        except (items.BadAnswer, KeyError, TypeError):
            return Fraction(mark.credit)
