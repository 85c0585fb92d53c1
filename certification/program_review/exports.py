"""The columns of the list of whom a draft would affect, one line for each person and date."""

from collections.abc import Mapping, Sequence
from typing import Any

from certification.program_review.models import ImpactRow, ProgramWalk
from certification.program_review.wording import kinds_in, lines_of
from lms.kit.tables import Column


def columns(walk: ProgramWalk, label: str, titles: Mapping[str, str]) -> Sequence[Column]:
    """Return the columns; the items are `ImpactRow`."""
    return [
        ("program", lambda row: walk.program_key),
        ("version", lambda row: label),
        ("would_count_from", lambda row: walk.effective_on),
        ("as_of", lambda row: row.on),
        ("worker", lambda row: row.person.name),
        ("person_uuid", lambda row: row.person.uuid),
        ("agency", lambda row: row.agency.name if row.agency else ""),
        ("changes", lambda row: " ".join(kind.value for kind in kinds_in(row.kinds))),
        ("in_words", lambda row: ". ".join(lines_of(row.details, titles))),
        ("standing_after", lambda row: _after(row, "status")),
        ("unmet_after", lambda row: _after(row, "unmet")),
        ("overdue_after", lambda row: _after(row, "overdue")),
        ("next_due_after", lambda row: _after(row, "next_due_on")),
    ]


def _after(row: ImpactRow, name: str) -> Any:
    value = row.details.get("after", {}).get(name)
    return "" if value is None else value
