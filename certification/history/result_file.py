"""Print an import row by row, for the screen, for programs and as a file to download; pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from certification.history.records import Outcome, PlannedRow
from certification.history.wording import sentence
from lms.kit.tables import Column

_NAMES: Final = (
    "row", "person_key", "person", "name", "credential", "record", "completed_on", "valid_from",
    "valid_until", "hours", "outcome", "detail", "id",
)  # fmt: skip
DOWNLOAD: Final[tuple[Column, ...]] = tuple((name, itemgetter(name)) for name in _NAMES)
"""The columns of the result file; their names are stable."""


def result_rows(planned: Sequence[PlannedRow], ids: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return each row with its outcome, why, and the id of what was written."""
    return [_row(each, ids) for each in planned]


def error_rows(planned: Sequence[PlannedRow]) -> list[dict[str, Any]]:
    """Return every error with its row, its column and what to do."""
    return [
        {"row": each.row.number, "column": fault.column, "problem": sentence(fault)}
        for each in planned
        for fault in each.faults
    ]


def counts(planned: Sequence[PlannedRow]) -> dict[str, int]:
    """Return how many rows have each outcome, every outcome named."""
    found = Counter(each.outcome.value for each in planned)
    return {outcome.value: found[outcome.value] for outcome in Outcome}


def _row(each: PlannedRow, ids: Mapping[int, str]) -> dict[str, Any]:
    row = each.row
    said = [f"{fault.column}: {sentence(fault)}" for fault in each.faults]
    return {
        "row": row.number,
        "person_key": row.person_key,
        "person": each.who.uuid if each.who else "",
        "name": each.who.name if each.who else "",
        "credential": row.credential,
        "record": each.way.value if each.way else "",
        "completed_on": row.completed_on or "",
        "valid_from": row.valid_from or "",
        "valid_until": row.valid_until or "",
        "hours": "" if row.hours is None else row.hours,
        "outcome": each.outcome.value,
        "detail": " ".join([*said, *(sentence(note) for note in each.notes)]),
        "id": ids.get(row.number, ""),
    }
