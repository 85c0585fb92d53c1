"""What changes cohorts, and the reminders that go out from them."""

from courses.teaching.operations.cohorts import (
    Added,
    CohortOver,
    NoSuchCourse,
    NotInCohort,
    Untitled,
    WrongPeriod,
    add_people,
    create_cohort,
    end_cohort,
    remove_person,
    rename_cohort,
)
from courses.teaching.operations.nudges import Nudged, TooLong, nudge

__all__ = [
    "Added",
    "CohortOver",
    "NoSuchCourse",
    "NotInCohort",
    "Nudged",
    "TooLong",
    "Untitled",
    "WrongPeriod",
    "add_people",
    "create_cohort",
    "end_cohort",
    "nudge",
    "remove_person",
    "rename_cohort",
]
