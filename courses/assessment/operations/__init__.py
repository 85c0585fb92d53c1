"""What changes quizzes and attempts."""

from courses.assessment.operations.attempts import (
    HIGHEST_SEQUENCE,
    Answer,
    AttemptClosed,
    NewerAnswers,
    NoAttemptsLeft,
    NoLearnerRecord,
    NoSuchQuiz,
    NotAllAnswered,
    Saved,
    UnknownAnswer,
    save_answers,
    start_attempt,
    submit,
)
from courses.assessment.operations.loading import Loaded, load_quiz

__all__ = [
    "HIGHEST_SEQUENCE",
    "Answer",
    "AttemptClosed",
    "Loaded",
    "NewerAnswers",
    "NoAttemptsLeft",
    "NoLearnerRecord",
    "NoSuchQuiz",
    "NotAllAnswered",
    "Saved",
    "UnknownAnswer",
    "load_quiz",
    "save_answers",
    "start_attempt",
    "submit",
]
