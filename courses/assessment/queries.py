"""Read quizzes and attempts: the paper without its key while it is open, the result after."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from courses.assessment import access, scoring
from courses.assessment.models import Attempt, Question, Quiz, Response
from courses.catalog.models import CoursePage, ModulePage
from lms.kit.html import clean_inline, render_markdown


class NoSuchAttempt(LookupError):
    """There is no such attempt for this account."""


# --- what a learner is told about a quiz ----------------------------------------------------
@dataclass(frozen=True, slots=True)
class Standing:
    """One learner's way through one quiz. ``left`` None: as many attempts as they like."""

    open_uuid: UUID | None
    answered: int
    made: int
    left: int | None
    best: Decimal | None
    passed: bool
    last_uuid: UUID | None


def quiz(*, key: str) -> Quiz | None:
    """Return the quiz with a key, or None."""
    return Quiz.objects.filter(key=key).first()


def standing(*, quiz: Quiz, user_id: int) -> Standing:
    """Return how far the account has come with a quiz, in one statement."""
    attempts = list(
        Attempt.objects.filter(access.takeable(user_id=user_id), quiz=quiz)
        .annotate(answered=Count("responses"))
        .order_by("-number", "-pk")
        .values_list("uuid", "submitted_at", "score", "passed", "answered")
    )
    graded = [row for row in attempts if row[1] is not None]
    unsubmitted = next((row for row in attempts if row[1] is None), None)
    allowed = quiz.attempts_allowed
    return Standing(
        open_uuid=unsubmitted[0] if unsubmitted else None,
        answered=unsubmitted[4] if unsubmitted else 0,
        made=len(attempts),
        left=None if allowed is None else max(allowed - len(attempts), 0),
        best=max((score for _, _, score, *_ in graded if score is not None), default=None),
        passed=any(row[3] for row in graded),
        last_uuid=graded[0][0] if graded else None,
    )


# --- an attempt -----------------------------------------------------------------------------
SHOWN: Final = ("pk", "stem", "options", "value", "sequence", "saved_at")


@dataclass(frozen=True, slots=True)
class Shown:
    """One question of an attempt with key, feedback and answer: for the grader's eyes.

    ``options`` are the rows of the question in the order shown; ``choice`` is None without an
    answer.
    """

    id: int
    stem: str
    options: tuple[dict[str, Any], ...]
    choice: str | None
    sequence: int
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperOption:
    """One answer to choose. It holds neither key nor feedback."""

    id: str
    text: SafeString
    chosen: bool


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question as shown to a learner who is still answering; ``sequence`` of its answer."""

    id: int
    number: int
    stem: SafeString
    options: tuple[PaperOption, ...]
    answered: bool
    sequence: int


@dataclass(frozen=True, slots=True)
class Paper:
    """An open attempt as shown. ``sequence`` is the highest sequence number saved so far."""

    uuid: UUID
    title: str
    number: int
    pass_percent: int
    needed: int
    questions: tuple[PaperQuestion, ...]
    sequence: int
    saved_at: datetime | None

    @property
    def unanswered(self) -> list[PaperQuestion]:
        """Return the questions that have no answer yet."""
        return [question for question in self.questions if not question.answered]

    @property
    def answered_count(self) -> int:
        """Return how many questions have an answer."""
        return len(self.questions) - len(self.unanswered)


@dataclass(frozen=True, slots=True)
class ResultOption:
    """One answer after grading."""

    text: SafeString
    chosen: bool
    correct: bool
    feedback: SafeString


@dataclass(frozen=True, slots=True)
class ResultQuestion:
    """One question after grading."""

    number: int
    stem: SafeString
    options: tuple[ResultOption, ...]
    answered: bool
    correct: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A graded attempt: what was chosen, what is right, and why."""

    uuid: UUID
    title: str
    number: int
    pass_percent: int
    needed: int
    score: Decimal
    passed: bool
    correct: int
    submitted_at: datetime
    questions: tuple[ResultQuestion, ...]

    @property
    def critical_missed(self) -> int:
        """Return how many critical questions are not right; any of them means not passed."""
        return sum(question.critical and not question.correct for question in self.questions)


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
    """Return the questions of an attempt as shown, with their answers, in one statement."""
    answers = Response.objects.filter(attempt=attempt, question=OuterRef("pk"))
    rows = Question.objects.filter(pk__in=[row["question"] for row in attempt.shown]).annotate(
        value=Subquery(answers.values("value")),
        sequence=Subquery(answers.values("sequence")),
        saved_at=Subquery(answers.values("saved_at")),
    )
    found = {row[0]: row for row in rows.values_list(*SHOWN)}
    shown = []
    for row in attempt.shown:
        pk, stem, options, choice, sequence, saved_at = found[row["question"]]
        by_id = {option["id"]: option for option in options}
        in_order = tuple(by_id[key] for key in row["options"])
        shown.append(Shown(pk, stem, in_order, choice, sequence or 0, saved_at))
    return shown


def paper(attempt: Attempt) -> Paper:
    """Return an open attempt as its learner may see it: without any key or feedback."""
    questions = shown_questions(attempt)
    percent = attempt.rules["pass_percent"]
    return Paper(
        uuid=attempt.uuid,
        title=attempt.quiz.title,
        number=attempt.number,
        pass_percent=percent,
        needed=scoring.needed(total=len(questions), pass_percent=percent),
        questions=tuple(_paper_question(n, shown) for n, shown in enumerate(questions, start=1)),
        sequence=max((question.sequence for question in questions), default=0),
        saved_at=max((shown.saved_at for shown in questions if shown.saved_at), default=None),
    )


def _paper_question(number: int, shown: Shown) -> PaperQuestion:
    return PaperQuestion(
        id=shown.id,
        number=number,
        stem=words(shown.stem),
        options=tuple(
            PaperOption(option["id"], words(option["text"]), option["id"] == shown.choice)
            for option in shown.options
        ),
        answered=shown.choice is not None,
        sequence=shown.sequence,
    )


def result(attempt: Attempt) -> Result:
    """Return a graded attempt with its keys and feedback.

    Raises:
        ValueError: the attempt is still open; its key must not be seen.
    """
    if attempt.submitted_at is None or attempt.score is None:
        raise ValueError("An open attempt has no result.")
    critical = set(attempt.rules.get("critical", ()))
    questions = tuple(
        _result_question(number, shown, shown.id in critical)
        for number, shown in enumerate(shown_questions(attempt), start=1)
    )
    percent = attempt.rules["pass_percent"]
    return Result(
        uuid=attempt.uuid,
        title=attempt.quiz.title,
        number=attempt.number,
        pass_percent=percent,
        needed=scoring.needed(total=len(questions), pass_percent=percent),
        score=attempt.score,
        passed=bool(attempt.passed),
        correct=sum(question.correct for question in questions),
        submitted_at=attempt.submitted_at,
        questions=questions,
    )


def _result_question(number: int, shown: Shown, critical: bool) -> ResultQuestion:
    options = tuple(
        ResultOption(
            text=words(option["text"]),
            chosen=option["id"] == shown.choice,
            correct=option["correct"],
            feedback=words(option["feedback"]),
        )
        for option in shown.options
    )
    return ResultQuestion(
        number=number,
        stem=words(shown.stem),
        options=options,
        answered=shown.choice is not None,
        correct=any(option.chosen and option.correct for option in options),
        critical=critical,
    )


# --- the bank -------------------------------------------------------------------------------
def live_questions(quiz: Quiz) -> QuerySet[Question]:
    """Return the questions that a new attempt may draw from."""
    banks = {pool["bank"] for pool in quiz.pools}
    return Question.objects.filter(bank__key__in=banks, retired_at__isnull=True).order_by(
        "key", "pk"
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be known to start an attempt.

    ``last`` is the number of the last one, or 0; ``made`` how many there were. They differ where
    two records that had one each were merged.
    """

    quiz: Quiz
    person_id: int | None
    open_uuid: UUID | None
    last: int
    made: int


def opening(*, quiz_key: str, user_id: int) -> Opening | None:
    """Return a quiz with the account's person and attempts, in one statement; None: no quiz."""
    account = get_user_model().objects.filter(pk=user_id)
    mine = Attempt.objects.filter(access.takeable(user_id=user_id), quiz=OuterRef("pk"))
    row = (
        Quiz.objects.filter(key=quiz_key)
        .annotate(
            learner=Subquery(
                account.values(human=Coalesce("person__merged_into_id", "person__id"))
            ),
            open_uuid=Subquery(
                mine.filter(submitted_at__isnull=True).order_by("-pk").values("uuid")[:1]
            ),
            last=Subquery(mine.order_by("-number").values("number")[:1]),
            made=Subquery(mine.order_by().values("quiz").annotate(n=Count("pk")).values("n")),
        )
        .first()
    )
    if row is None:
        return None
    return Opening(row, row.learner, row.open_uuid, last=row.last or 0, made=row.made or 0)


@lru_cache(maxsize=8192)
def words(text: str) -> SafeString:
    """Return Markdown as safe HTML that fits inside a legend or a label."""
    blocks = render_markdown(text).strip().replace("</p>\n<p>", "<br><br>")
    return clean_inline(blocks)
