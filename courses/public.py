"""The face of courses: what the other folders may ask it for."""

from courses.learning.ledger import (
    ActConflict,
    CannotReverse,
    InvalidEvidence,
    evidence_recorded,
)
from courses.learning.operations import record_training, reverse
from courses.learning.queries import evidence_for
from courses.learning.records import EvidenceRecord

__all__ = [
    "ActConflict",
    "CannotReverse",
    "EvidenceRecord",
    "InvalidEvidence",
    "connect",
    "evidence_for",
    "evidence_recorded",
    "record_training",
    "reverse",
]


def connect() -> None:
    """Register what the folder does in the background."""
    from courses.learning import tasks  # noqa: F401 (registers the handler)
