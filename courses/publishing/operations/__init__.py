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

__all__ = [
    "BadDecision",
    "ChangedMeanwhile",
    "Decision",
    "LabelTaken",
    "NotReady",
    "NothingNew",
    "freeze_page",
    "publish",
    "publish_draft",
]
