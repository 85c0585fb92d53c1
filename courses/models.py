"""Every model of the courses folder, gathered for Django."""

from courses.assessment.models import Attempt, Question, Quiz, Response
from courses.catalog.models import (
    CoursePage,
    CourseVersion,
    HoursBasis,
    LearnPage,
    LessonPage,
    LocalRule,
    ModulePage,
)
from courses.coaching.models import Observation, Rubric, Withdrawal
from courses.learning.models import Enrolment, LearningEvent, LessonNote

__all__ = [
    "Attempt",
    "CoursePage",
    "CourseVersion",
    "Enrolment",
    "HoursBasis",
    "LearnPage",
    "LearningEvent",
    "LessonNote",
    "LessonPage",
    "LocalRule",
    "ModulePage",
    "Observation",
    "Question",
    "Quiz",
    "Response",
    "Rubric",
    "Withdrawal",
]
