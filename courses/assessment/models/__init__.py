"""Quizzes, their question banks, attempts, what some learners are allowed, and corrections."""

from courses.assessment.models.allowances import Accommodation, Unlock
from courses.assessment.models.attempts import Attempt, Ended, Mark, Response
from courses.assessment.models.banks import (
    Question,
    QuestionBank,
    QuestionKind,
    Quiz,
    question_kinds,
)
from courses.assessment.models.regrades import Regrade, RegradedAttempt

__all__ = [
    "Accommodation",
    "Attempt",
    "Ended",
    "Mark",
    "Question",
    "QuestionBank",
    "QuestionKind",
    "Quiz",
    "Regrade",
    "RegradedAttempt",
    "Response",
    "Unlock",
    "question_kinds",
]
