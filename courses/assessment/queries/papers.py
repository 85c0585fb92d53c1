"""Read an attempt as its learner may see it: without keys while it is open, the result after."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.utils.safestring import SafeString

from courses.assessment import items, scoring
from courses.assessment.models import Attempt
from courses.assessment.queries.attempts import Shown, marks_of, shown_questions
from courses.assessment.queries.results import by_keys_that_count, graded_again
from lms.kit.html import clean_inline, render_markdown

MARKDOWN: Final = {"text", "question", "result", "feedback", "chosen_text", "right_text"}
"""What authors wrote; the rest that a kind shows are codes, numbers and a learner's words."""


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question as shown to a learner who is still answering.

    ``face`` is what its kind shows; it holds neither key nor feedback. ``answered``: nothing is
    left to answer. ``sequence`` is the one of its answer.
    """

    id: int
    number: int
    kind: str
    stem: SafeString
    face: dict[str, Any]
    points: int
    answered: bool
    sequence: int
    asks_confidence: bool
    confidence: int | None


@dataclass(frozen=True, slots=True)
class Paper:
    """An open attempt as shown. ``sequence`` is the highest sequence number saved so far.

    ``points`` of all questions; ``needed`` of them pass.
    """

    uuid: UUID
    title: str
    number: int
    pass_percent: int
    points: int
    needed: int
    questions: tuple[PaperQuestion, ...]
    sequence: int
    saved_at: datetime | None

    @property
    def unanswered(self) -> list[PaperQuestion]:
        """Return the questions that have no answer yet, or only a part of one."""
        return [question for question in self.questions if not question.answered]

    @property
    def answered_count(self) -> int:
        """Return how many questions have an answer."""
        return len(self.questions) - len(self.unanswered)

    @property
    def by_points(self) -> bool:
        """Tell whether questions differ in what they are worth."""
        return self.points != len(self.questions)


@dataclass(frozen=True, slots=True)
class ResultQuestion:
    """One question after grading.

    ``insight`` says what being sure or not says about the answer, "" where it says nothing.
    """

    number: int
    kind: str
    stem: SafeString
    told: dict[str, Any]
    answered: bool
    credit: Fraction
    points: int
    critical: bool
    confidence: int | None
    insight: str
    marker_words: str

    @property
    def correct(self) -> bool:
        """Tell whether all of the points were earned."""
        return self.credit == 1

    @property
    def partly(self) -> bool:
        """Tell whether some of the points were earned, not all."""
        return 0 < self.credit < 1

    @property
    def earned(self) -> Decimal:
        """Return the points earned, rounded to two decimals, for showing."""
        return _shown_points(self.credit * self.points)


@dataclass(frozen=True, slots=True)
class GradedAgain:
    """What a mended question made of a result, when and why."""

    at: datetime
    reason: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """A graded attempt: what was answered, what is right, and why.

    ``again``: what mended questions have made of it since, the oldest first; the questions bear
    the keys by which it counts.
    """

    uuid: UUID
    title: str
    number: int
    pass_percent: int
    points: int
    needed: int
    score: Decimal
    passed: bool
    again: tuple[GradedAgain, ...]
    correct: int
    submitted_at: datetime
    questions: tuple[ResultQuestion, ...]

    @property
    def critical_missed(self) -> int:
        """Return how many critical questions are not right; any of them means not passed."""
        return sum(each.critical and not each.correct for each in self.questions)

    @property
    def by_points(self) -> bool:
        """Tell whether the result is better told in points than in right answers."""
        return self.points != len(self.questions) or any(each.partly for each in self.questions)

    @property
    def earned(self) -> Decimal:
        """Return the points earned so far, rounded to two decimals, for showing."""
        exact = sum((q.credit * q.points for q in self.questions), Fraction(0))
        return _shown_points(exact)


def paper(attempt: Attempt) -> Paper:
    """Return an open attempt as its learner may see it: without any key or feedback."""
    questions = shown_questions(attempt)
    percent = attempt.rules["pass_percent"]
    points = sum(question.item.points for question in questions)
    return Paper(
        uuid=attempt.uuid,
        title=attempt.quiz.title,
        number=attempt.number,
        pass_percent=percent,
        points=points,
        needed=scoring.needed(total=points, pass_percent=percent),
        questions=tuple(_paper_question(n, shown) for n, shown in enumerate(questions, start=1)),
        sequence=max((question.sequence for question in questions), default=0),
        saved_at=max((shown.saved_at for shown in questions if shown.saved_at), default=None),
    )


def _paper_question(number: int, shown: Shown) -> PaperQuestion:
    return PaperQuestion(
        id=shown.id,
        number=number,
        kind=shown.item.kind,
        stem=words(shown.stem),
        face=rendered(items.face(shown.item, shown.shown, shown.value)),
        points=shown.item.points,
        answered=shown.complete,
        sequence=shown.sequence,
        asks_confidence=shown.asks_confidence,
        confidence=shown.confidence,
    )


def result(attempt: Attempt) -> Result:
    """Return a graded attempt with its keys and feedback.

    Raises:
        ValueError: the attempt is still open, or waits for a mark; its key must not be seen.
    """
    if attempt.submitted_at is None or attempt.score is None:
        raise ValueError("An open attempt has no result.")
    again = graded_again(attempt)
    shown = by_keys_that_count(shown_questions(attempt), again)
    marks = marks_of(attempt, shown)
    questions = tuple(
        _result_question(number, each, mark)
        for number, (each, mark) in enumerate(zip(shown, marks, strict=True), start=1)
    )
    percent = attempt.rules["pass_percent"]
    points = sum(mark.points for mark in marks)
    return Result(
        uuid=attempt.uuid,
        title=attempt.quiz.title,
        number=attempt.number,
        pass_percent=percent,
        points=points,
        needed=scoring.needed(total=points, pass_percent=percent),
        score=again[-1].score_after if again else attempt.score,
        passed=again[-1].passed_after if again else bool(attempt.passed),
        again=tuple(
            GradedAgain(each.recorded_at, each.regrade.reason, each.score_before, each.score_after)
            for each in again
        ),
        correct=sum(question.correct for question in questions),
        submitted_at=attempt.submitted_at,
        questions=questions,
    )


def _result_question(number: int, shown: Shown, mark: scoring.Mark) -> ResultQuestion:
    told = rendered(items.told(shown.item, shown.shown, shown.value))
    for row in told.get("criteria", ()):
        row["given"] = (shown.given_criteria or {}).get(row["id"])
    return ResultQuestion(
        number=number,
        kind=shown.item.kind,
        stem=words(shown.stem),
        told=told,
        answered=shown.value is not None,
        credit=mark.credit or Fraction(0),
        points=mark.points,
        critical=mark.critical,
        confidence=shown.confidence,
        insight=items.insight(shown.confidence, mark.credit) if shown.value is not None else "",
        marker_words=shown.given_words,
    )


def rendered(shape: dict[str, Any]) -> dict[str, Any]:
    """Return what a kind shows with the texts of its author as safe HTML."""
    return {key: _rendered(key, value) for key, value in shape.items()}


def _rendered(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return rendered(value)
    if isinstance(value, list):
        return [_rendered(key, each) for each in value]
    return words(value) if key in MARKDOWN and isinstance(value, str) else value


@lru_cache(maxsize=8192)
def words(text: str) -> SafeString:
    """Return Markdown as safe HTML that fits inside a legend or a label."""
    blocks = render_markdown(text).strip().replace("</p>\n<p>", "<br><br>")
    return clean_inline(blocks)


def _shown_points(exact: Fraction) -> Decimal:
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"))
    return Decimal(f"{rounded:f}".rstrip("0").rstrip("."))
