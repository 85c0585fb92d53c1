"""Read the cells of a history file, row by row, and name every fault with its column; pure.

Nothing is guessed: a date is written one way, a number has a point, and what cannot be read is a
fault that names its column.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

NEEDED: Final = ("person_key", "credential")
"""Columns without which no row can be read."""
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2100, 12, 31)
"""Days outside are typing mistakes; "no end" is an empty cell, not the year 9999."""
MOST_HOURS: Final = Decimal(1000)

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOURS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about one cell: a code that `wording` has a sentence for, and values."""

    code: str
    column: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row as it was read. `valid_until` is the last valid day, as in the file.

    `number` is the row as a spreadsheet shows it; an empty cell is None or "".
    """

    number: int
    person_key: str = ""
    credential: str = ""
    completed_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    hours: Decimal | None = None
    evidence: str = ""
    faults: tuple[Remark, ...] = ()

    @property
    def faulty(self) -> frozenset[str]:
        """Return the columns that have a fault."""
        return frozenset(fault.column for fault in self.faults)


def read_rows(rows: Iterable[tuple[int, Mapping[str, str]]], *, today: date) -> list[HistoryRow]:
    """Return the rows of a file, given as numbers and cells by column."""
    return [_read(number, cells, today) for number, cells in rows]


def _read(number: int, cells: Mapping[str, str], today: date) -> HistoryRow:
    faults: list[Remark] = [
        Remark(f"no_{column}", column) for column in NEEDED if not cells.get(column)
    ]
    completed_on = _day(cells, "completed_on", faults)
    if completed_on is not None and completed_on > today:
        faults.append(Remark("future", "completed_on", {"today": today.isoformat()}))
    valid_from = _day(cells, "valid_from", faults)
    valid_until = _day(cells, "valid_until", faults)
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        faults.append(Remark("ends_early", "valid_until", {"day": valid_from.isoformat()}))
    return HistoryRow(
        number,
        person_key=cells.get("person_key", ""),
        credential=cells.get("credential", ""),
        completed_on=completed_on,
        valid_from=valid_from,
        valid_until=valid_until,
        hours=_hours(cells.get("hours", ""), faults),
        evidence=" ".join(cells.get("evidence", "").split()),
        faults=tuple(faults),
    )


def _day(cells: Mapping[str, str], column: str, faults: list[Remark]) -> date | None:
    text = cells.get(column, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        faults.append(Remark("no_date", column, {"text": text[:_SHOWN]}))
    elif not EARLIEST <= day <= LATEST:
        first, last = EARLIEST.isoformat(), LATEST.isoformat()
        faults.append(Remark("far_date", column, {"first": first, "last": last}))
    else:
        return day
    return None


def _hours(text: str, faults: list[Remark]) -> Decimal | None:
    if not text:
        return None
    hours = Decimal(text) if _HOURS.fullmatch(text) else None
    if hours is None or hours > MOST_HOURS:
        faults.append(Remark("no_hours", "hours", {"text": text[:_SHOWN], "most": MOST_HOURS}))
        return None
    return hours.quantize(Decimal("0.01"))
