"""Pages of courses, their frozen versions, and the state's own rules."""

from courses.catalog.models.pages import (
    CourseAccess,
    CoursePage,
    LearningPage,
    LearnPage,
    LessonPage,
    ModulePage,
    course_accesses,
)
from courses.catalog.models.rules import LocalRule
from courses.catalog.models.versions import (
    CourseVersion,
    HoursBasis,
    VersionState,
    version_states,
)

__all__ = [
    "CourseAccess",
    "CoursePage",
    "CourseVersion",
    "HoursBasis",
    "LearnPage",
    "LearningPage",
    "LessonPage",
    "LocalRule",
    "ModulePage",
    "VersionState",
    "course_accesses",
    "version_states",
]
