"""The learning ledger, enrolments, private notes and places."""

from courses.learning.models.ledger import (
    Enrolment,
    EventKind,
    HoursType,
    LearningEvent,
    event_kinds,
    hours_types,
)
from courses.learning.models.notes import LessonNote, ReadingPlace

__all__ = [
    "Enrolment",
    "EventKind",
    "HoursType",
    "LearningEvent",
    "LessonNote",
    "ReadingPlace",
    "event_kinds",
    "hours_types",
]
