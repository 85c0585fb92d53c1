"""Pages of courses, their frozen versions, and the state's own rules."""

from courses.catalog.models.changes import (
    ClinicalReview,
    CourseMedia,
    Effect,
    VersionChange,
    effects,
)
from courses.catalog.models.endings import CourseRetirement
from courses.catalog.models.pages import (
    CourseAccess,
    CoursePage,
    LearningPage,
    LearnPage,
    LessonPage,
    ModulePage,
    course_accesses,
)
from courses.catalog.models.reviews import ClinicalReviewTask, ReviewForm
from courses.catalog.models.rules import LocalRule
from courses.catalog.models.versions import (
    CourseVersion,
    HoursBasis,
    VersionState,
    version_states,
)

__all__ = [
    "ClinicalReview",
    "ClinicalReviewTask",
    "CourseAccess",
    "CourseMedia",
    "CoursePage",
    "CourseRetirement",
    "CourseVersion",
    "Effect",
    "HoursBasis",
    "LearnPage",
    "LearningPage",
    "LessonPage",
    "LocalRule",
    "ModulePage",
    "ReviewForm",
    "VersionChange",
    "VersionState",
    "course_accesses",
    "effects",
    "version_states",
]
