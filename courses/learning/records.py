"""What the ledger tells the rest of the house: frozen records, never models."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """One fact of the ledger.

    ``hours`` are clock hours of the type ``hours_type``; ``score`` is per cent, None where nothing
    was scored. ``reversed`` tells that a later row took the fact back. ``record_id`` is the record
    that it was written for: another one than ``person_id`` where records were merged.
    """

    id: str
    person_id: int
    kind: str
    subject: str
    hours_type: str
    hours: Decimal
    score: Decimal | None
    passed: bool
    occurred_at: datetime
    recorded_at: datetime
    content_revision: str
    reversed: bool
    record_id: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """What a learner chose or typed in one block of a lesson; private to that learner."""

    block_id: str
    answers: tuple[str, ...]
    saved_at: datetime
    sequence: int = 0
    lesson_key: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a learner stopped reading; ``anchor`` names the part of the lesson, empty: its top."""

    course_key: str
    lesson_key: str
    anchor: str
    percent: int
    sequence: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Resume:
    """Where to go on reading: the lesson, the heading there ("" at its top) and the address."""

    course_title: str
    lesson_title: str
    heading: str
    url: str
