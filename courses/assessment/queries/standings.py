"""How far somebody has come with a quiz, and what must be known before they start the next try."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, Subquery
from django.db.models.functions import Coalesce

from courses.assessment import access, timing
from courses.assessment.models import (
    Accommodation,
    Attempt,
    Quiz,
    Response,
    Unlock,
)
from courses.assessment.queries.results import with_results
from lms.kit import clock
from lms.public import rows_of

BEGUN: Final = ("uuid", "number", "started_at", "due_at", "submitted_at")
TRY: Final = (*BEGUN, "result", "counts")
TRY_AS_GRADED: Final = (*BEGUN, "score", "passed")
NEWEST: Final = ("-started_at", "-pk")


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt as the way through a quiz tells of it. ``answered``: questions with an answer."""

    uuid: UUID
    number: int
    started_at: datetime
    due_at: datetime | None
    submitted_at: datetime | None
    score: Decimal | None
    passed: bool | None
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """A quiz and one learner's tries at it, the newest first.

    ``person_id`` None: the account belongs to no learner. ``multiplier``: of their time for
    quizzes; None: no limit. Tries of all records of one human are theirs.
    """

    quiz: Quiz
    person_id: int | None
    tries: tuple[Try, ...]
    unlocked_at: datetime | None
    multiplier: Decimal | None

    @property
    def unfinished(self) -> Try | None:
        """Return the try that is open, if any."""
        return next((each for each in self.tries if each.submitted_at is None), None)

    @property
    def last_number(self) -> int:
        """Return the highest number of a try, or 0; merged records may have the same one twice."""
        return max((each.number for each in self.tries), default=0)

    def entry(self, now: datetime) -> timing.Entry:
        """Return whether the next try may start."""
        last = self.tries[0] if self.tries else None
        return timing.entry(
            allowed=self.quiz.attempts_allowed,
            made=len(self.tries),
            wait_hours=self.quiz.wait_hours,
            last=timing.Last(last.started_at, last.submitted_at, last.passed) if last else None,
            unlocked_at=self.unlocked_at,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """One learner's way through one quiz. ``left`` None: as many attempts as they like."""

    open_uuid: UUID | None
    open_due_at: datetime | None
    answered: int
    made: int
    left: int | None
    best: Decimal | None
    passed: bool
    last_uuid: UUID | None
    entry: timing.Entry
    multiplier: Decimal | None
    minutes: Decimal | None

    @property
    def may_go_on(self) -> bool:
        """Tell whether there is a try to start or to go on with."""
        return self.open_uuid is not None or self.entry.gate == timing.Gate.OPEN


def opening(*, quiz_key: str, user_id: int, count_answers: bool = False) -> Opening | None:
    """Return a quiz with the account's tries, in two to four statements; None: no such quiz.

    Unlocks are read where the quiz shuts anybody out, arranged times where it keeps time.
    """
    account = get_user_model().objects.filter(pk=user_id)
    learner = Subquery(account.values(human=Coalesce("person__merged_into_id", "person__id")))
    quiz = Quiz.objects.filter(key=quiz_key).annotate(learner=learner).first()
    if quiz is None:
        return None
    return _opening(quiz, quiz.learner, access.takeable(user_id=user_id), count_answers)


def opening_of(*, quiz_key: str, person_id: int) -> Opening | None:
    """Return a quiz with a person's tries, in two to four statements; None: no such quiz."""
    quiz = Quiz.objects.filter(key=quiz_key).first()
    return _opening(quiz, person_id, rows_of(person_ids=[person_id])) if quiz else None


def _opening(quiz: Quiz, person_id: int | None, mine: Q, count_answers: bool = False) -> Opening:
    rows = Attempt.objects.filter(mine, quiz=quiz)
    # Starting an unrestricted quiz asks nothing of results, and is what everybody does at once.
    told = count_answers or bool(quiz.wait_hours)
    rows, names = (with_results(rows), list(TRY)) if told else (rows, list(TRY_AS_GRADED))
    if count_answers:
        # What was taken back is stored, too, and is no answer.
        rows = rows.annotate(answered=Count("responses", filter=~Q(responses__value=None)))
        names.append("answered")
    tries = tuple(Try(*each) for each in rows.order_by(*NEWEST).values_list(*names))
    unlocked_at: datetime | None = None
    multiplier: Decimal | None = timing.NO_MORE_THAN_OTHERS
    if tries and (quiz.attempts_allowed is not None or quiz.wait_hours):
        unlocks = Unlock.objects.filter(mine, quiz=quiz).order_by("-recorded_at", "-pk")
        unlocked_at = unlocks.values_list("recorded_at", flat=True).first()
    if quiz.time_limit_minutes is not None:
        given = Accommodation.objects.filter(mine).order_by("-recorded_at", "-pk")
        multiplier = next(iter(given.values_list("multiplier", flat=True)[:1]), multiplier)
    return Opening(quiz, person_id, tries, unlocked_at, multiplier)


def openings_of(*, person_id: int) -> list[Opening]:
    """Return every quiz that a person has tried, by title, in three statements."""
    mine = rows_of(person_ids=[person_id])
    tries: dict[int, list[Try]] = {}
    names = ["quiz_id", *TRY]
    rows = with_results(Attempt.objects.filter(mine)).order_by(*NEWEST)
    for quiz_id, *values in rows.values_list(*names):
        tries.setdefault(quiz_id, []).append(Try(*values))
    unlocks = Unlock.objects.filter(mine).order_by("recorded_at", "pk")
    unlocked = dict(unlocks.values_list("quiz_id", "recorded_at"))
    return [
        Opening(
            quiz=quiz,
            person_id=person_id,
            tries=tuple(tries[quiz.pk]),
            unlocked_at=unlocked.get(quiz.pk),
            multiplier=timing.NO_MORE_THAN_OTHERS,
        )
        for quiz in Quiz.objects.filter(pk__in=tries).order_by("title", "pk")
    ]


def unlocks_of(*, person_id: int) -> list[Unlock]:
    """Return the unlocks of a person with quiz and who granted them, the newest first."""
    rows = Unlock.objects.filter(rows_of(person_ids=[person_id]))
    return list(rows.select_related("quiz", "granted_by__person").order_by("-recorded_at", "-pk"))


def accommodations_of(*, person_id: int) -> list[Accommodation]:
    """Return what a person was granted, the newest first: the first one counts."""
    rows = Accommodation.objects.filter(rows_of(person_ids=[person_id]))
    return list(rows.select_related("granted_by__person").order_by("-recorded_at", "-pk"))


def late_answers(attempt: Attempt) -> int:
    """Return how many answers of an attempt arrived after its deadline, within the grace."""
    if attempt.due_at is None:
        return 0
    return Response.objects.filter(attempt=attempt, saved_at__gte=attempt.due_at).count()


def standing(opened: Opening) -> Standing:
    """Return how far the learner has come; asks the database nothing."""
    graded = [each for each in opened.tries if each.submitted_at is not None]
    unfinished, allowed = opened.unfinished, opened.quiz.attempts_allowed
    entry = opened.entry(clock.now())
    left = None if allowed is None else max(allowed - len(opened.tries), 0)
    return Standing(
        open_uuid=unfinished.uuid if unfinished else None,
        open_due_at=unfinished.due_at if unfinished else None,
        answered=unfinished.answered if unfinished else 0,
        made=len(opened.tries),
        left=1 if left == 0 and entry.by_unlock else left,
        best=max((each.score for each in graded if each.score is not None), default=None),
        passed=any(each.passed for each in graded),
        last_uuid=graded[0].uuid if graded else None,
        entry=entry,
        multiplier=opened.multiplier,
        minutes=timing.minutes_given(
            limit_minutes=opened.quiz.time_limit_minutes, multiplier=opened.multiplier
        ),
    )
