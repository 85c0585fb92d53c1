"""What changes quizzes and attempts."""

from courses.assessment.operations.allowances import (
    NoReason,
    NothingLocked,
    WrongShare,
    grant_time,
    unlock,
)
from courses.assessment.operations.attempts import (
    AttemptClosed,
    MayNotStart,
    NewerAnswers,
    NoAttemptsLeft,
    NoLearnerRecord,
    NoSuchQuiz,
    NotAllAnswered,
    save_answers,
    start_attempt,
    submit,
)
from courses.assessment.operations.loading import Loaded, load_quiz
from courses.assessment.operations.marking import (
    AlreadyGraded,
    Marked,
    WrongMark,
    mark_answer,
)
from courses.assessment.operations.saving import (
    HIGHEST_SEQUENCE,
    Answer,
    Saved,
    UnknownAnswer,
)
from courses.assessment.operations.time import NotOverYet, hand_in_overdue, overdue_attempts

__all__ = [
    "HIGHEST_SEQUENCE",
    "AlreadyGraded",
    "Answer",
    "AttemptClosed",
    "Loaded",
    "Marked",
    "MayNotStart",
    "NewerAnswers",
    "NoAttemptsLeft",
    "NoLearnerRecord",
    "NoReason",
    "NoSuchQuiz",
    "NotAllAnswered",
    "NotOverYet",
    "NothingLocked",
    "Saved",
    "UnknownAnswer",
    "WrongMark",
    "WrongShare",
    "grant_time",
    "hand_in_overdue",
    "load_quiz",
    "mark_answer",
    "overdue_attempts",
    "save_answers",
    "start_attempt",
    "submit",
    "unlock",
]
