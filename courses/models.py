"""Every model of the courses folder, gathered for Django."""

from courses.assessment.models import (
    Accommodation,
    Attempt,
    Mark,
    Question,
    QuestionBank,
    Quiz,
    Regrade,
    RegradedAttempt,
    Response,
    Unlock,
)
from courses.catalog.models import (
    ClinicalReview,
    CourseMedia,
    CoursePage,
    CourseVersion,
    HoursBasis,
    LearnPage,
    LessonPage,
    LocalRule,
    ModulePage,
    VersionChange,
)
from courses.coaching.models import Observation, Rubric, Withdrawal
from courses.learning.models import Enrolment, LearningEvent, LessonNote, ReadingPlace
from courses.seat_time.models import (
    ActiveSpan,
    StudySession,
    TimeDecision,
    TimeDispute,
    WatchedSpan,
)
from courses.teaching.models import Cohort, CohortMember, Nudge

__all__ = [
    "Accommodation",
    "ActiveSpan",
    "Attempt",
    "ClinicalReview",
    "Cohort",
    "CohortMember",
    "CourseMedia",
    "CoursePage",
    "CourseVersion",
    "Enrolment",
    "HoursBasis",
    "LearnPage",
    "LearningEvent",
    "LessonNote",
    "LessonPage",
    "LocalRule",
    "Mark",
    "ModulePage",
    "Nudge",
    "Observation",
    "Question",
    "QuestionBank",
    "Quiz",
    "ReadingPlace",
    "Regrade",
    "RegradedAttempt",
    "Response",
    "Rubric",
    "StudySession",
    "TimeDecision",
    "TimeDispute",
    "Unlock",
    "VersionChange",
    "WatchedSpan",
    "Withdrawal",
]
