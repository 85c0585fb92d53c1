"""Hand in and grade an attempt that is held: steps that several operations share."""

from collections.abc import Sequence
from datetime import datetime

from courses.assessment import queries, scoring, timing
from courses.assessment.models import Attempt, Ended
from courses.catalog.queries import outline
from courses.learning import ledger
from courses.learning.completion import append_in_course
from courses.learning.models import EventKind
from lms.kit import clock


def hand_in(
    attempt: Attempt,
    *,
    ended: Ended,
    user_id: int | None,
    questions: Sequence[queries.Shown] | None = None,
) -> None:
    """Hand in what is saved; grade it and write what was earned, unless a person has to read it.

    An attempt that ends by time ends at its deadline, whenever somebody notices.
    """
    if questions is None:
        questions = queries.shown_questions(attempt)
    by_time = ended == Ended.TIME and attempt.due_at is not None
    attempt.submitted_at, attempt.ended = attempt.due_at if by_time else clock.now(), ended
    score = queries.score_of(attempt, questions)
    if score is not None:
        attempt.score, attempt.passed = score.percent, score.passed
    attempt.save(update_fields=["submitted_at", "ended", "score", "passed"])
    if score is not None:
        tell(attempt, score, questions, user_id)


def grade(attempt: Attempt, *, user_id: int | None) -> bool:
    """Grade a handed-in attempt once its last mark is there; tell whether it was."""
    questions = queries.shown_questions(attempt)
    score = queries.score_of(attempt, questions)
    if score is None:
        return False
    attempt.score, attempt.passed = score.percent, score.passed
    attempt.save(update_fields=["score", "passed"])
    tell(attempt, score, questions, user_id)
    return True


def tell(
    attempt: Attempt,
    score: scoring.Score,
    questions: Sequence[queries.Shown],
    user_id: int | None,
) -> None:
    """Write the result to the ledger, and the completion that it makes."""
    detail: dict[str, object] = {
        "attempt": attempt.number,
        "correct": score.correct,
        "of": score.total,
    }
    if score.critical_missed:
        detail["critical_missed"] = len(score.critical_missed)
    if attempt.ended == Ended.TIME:
        detail["ended"] = str(Ended.TIME)
    if late := late_answers(attempt, questions):
        detail["late"] = late
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
        detail=detail,
    )
    append_in_course(outline=outline(course_key=attempt.quiz.course_key), fact=fact)


def late_answers(attempt: Attempt, questions: Sequence[queries.Shown]) -> int:
    """Return how many answers came after the deadline, within the grace."""
    due = attempt.due_at
    if due is None:
        return 0
    return sum(each.saved_at is not None and each.saved_at >= due for each in questions)


def overdue(attempt: Attempt, now: datetime) -> bool:
    """Tell whether an attempt is open though its time and the grace are over."""
    return attempt.submitted_at is None and timing.is_over(due_at=attempt.due_at, now=now)
