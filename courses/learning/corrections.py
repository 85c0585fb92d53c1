"""Read what was taken back: corrections of the ledger, for whoever rested something on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from courses.learning.models import EventKind, LearningEvent
from lms.public import rows_of


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One fact that counts no longer, of whom (as recorded), of what, since when and why."""

    evidence_id: str
    person_id: int
    subject: str
    at: datetime
    reason: str


def taken_back(*, person_ids: Collection[int] | None = None) -> list[TakenBack]:
    """Return the facts that were taken back, of these people or all, the oldest first.

    One statement; ``person_ids`` finds the rows of all records of a human.
    """
    whose = Q() if person_ids is None else rows_of(person_ids=person_ids)
    rows = LearningEvent.objects.filter(whose, kind=EventKind.REVERSAL).order_by(
        "recorded_at", "pk"
    )
    return [
        TakenBack(str(evidence), person, subject, at, str(detail.get("reason", "")))
        for evidence, person, subject, at, detail in rows.order_by("recorded_at", "pk").values_list(
            "reverses__uuid", "person_id", "reverses__subject", "recorded_at", "detail"
        )
    ]
