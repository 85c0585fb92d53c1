"""The pages of quizzes: taking them, marking them, and what learners are allowed."""

from courses.assessment.views.allowances import person_quizzes, person_time
from courses.assessment.views.marking import mark, marking
from courses.assessment.views.quiz import answer, attempt, quiz

__all__ = [
    "answer",
    "attempt",
    "mark",
    "marking",
    "person_quizzes",
    "person_time",
    "quiz",
]
