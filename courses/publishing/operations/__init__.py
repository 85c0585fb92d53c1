"""What changes which version of a course is published, and what it is made of."""

from courses.publishing.operations.publishing import (
    BadDecision,
    ChangedMeanwhile,
    Decision,
    LabelTaken,
    NothingNew,
    NotReady,
    freeze_page,
    publish,
    publish_draft,
)
from courses.publishing.operations.recordings import (
    KINDS,
    BadWords,
    NewRecording,
    NotARecording,
    upload,
)
from courses.publishing.operations.retiring import NoSuchCourse, WrongRetirement, retire

__all__ = [
    "KINDS",
    "BadDecision",
    "BadWords",
    "ChangedMeanwhile",
    "Decision",
    "LabelTaken",
    "NewRecording",
    "NoSuchCourse",
    "NotARecording",
    "NotReady",
    "NothingNew",
    "WrongRetirement",
    "freeze_page",
    "publish",
    "publish_draft",
    "retire",
    "upload",
]
