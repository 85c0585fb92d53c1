"""What changes in the record and the notes of a learner."""

from courses.learning.operations.keeping import (
    MOST_LETTERS,
    MY_NOTES,
    NoteTooLong,
    save_answers,
    save_stop,
)
from courses.learning.operations.recording import (
    PORTION,
    CourseRetired,
    Finished,
    LessonLocked,
    NoSuchLesson,
    NoSuchTrack,
    choose_track,
    enrol,
    finish_lesson,
    record_training,
    record_trainings,
    reverse,
)

__all__ = [
    "MOST_LETTERS",
    "MY_NOTES",
    "PORTION",
    "CourseRetired",
    "Finished",
    "LessonLocked",
    "NoSuchLesson",
    "NoSuchTrack",
    "NoteTooLong",
    "choose_track",
    "enrol",
    "finish_lesson",
    "record_training",
    "record_trainings",
    "reverse",
    "save_answers",
    "save_stop",
]
