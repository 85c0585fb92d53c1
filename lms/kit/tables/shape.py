"""Say what a table is, and turn raw rows of cells into one or refuse them by row number."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 2_000

_ROWS_NAMED: Final = 10
_INVISIBLE: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
# Our own exports put an apostrophe before text that could be a formula; reading takes it away.
_EXPORTED: Final = re.compile("^'(?=[-=+@\uff1d\uff0b\uff0d\uff20])")
_SPREADSHEET_ERRORS: Final = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
)


class TableError(ValueError):
    """The file cannot be read as a table; the text says why and what to do about it.

    `rows` holds the numbers of the rows at fault, as a spreadsheet shows them.
    """

    def __init__(self, message: str, *, rows: Sequence[int] = ()) -> None:
        super().__init__(message)
        self.rows = tuple(rows)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (headings are row 1), and text by heading."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text. `notes` tells the person what was assumed while reading the file."""

    headers: tuple[str, ...]
    rows: list[Row]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Faults:
    """Row numbers by what is wrong with them, so that one upload names every fault."""

    ragged: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)

    def raise_any(self, width: int) -> None:
        sentences = []
        if self.ragged:
            sentences.append(
                ngettext(
                    "%(rows)s does not have the same number of cells as the heading row"
                    " (%(width)d). Look for a missing comma, or a comma inside a value that is"
                    " not in double quotes.",
                    "%(rows)s do not have the same number of cells as the heading row"
                    " (%(width)d). Look for a missing comma, or a comma inside a value that is"
                    " not in double quotes.",
                    len(self.ragged),
                )
                % {"rows": row_list(self.ragged), "width": width}
            )
        if self.long:
            sentences.append(
                _("%(rows)s: a cell is longer than %(most)d characters. Shorten it.")
                % {"rows": row_list(self.long), "most": MAX_CELL}
            )
        if self.failed:
            sentences.append(
                _("%(rows)s: a formula shows an error such as #REF!. Correct it or clear the cell.")
                % {"rows": row_list(self.failed)}
            )
        if sentences:
            rows = sorted({*self.ragged, *self.long, *self.failed})
            raise TableError(" ".join(sentences), rows=rows)


def build_table(
    records: Iterable[Sequence[str]],
    notes: Sequence[str],
    *,
    padded: bool,
    max_rows: int = MAX_ROWS,
) -> Table:
    """Return the table in `records`, whose first record holds the headings.

    Cells are trimmed and blank rows are left out, but keep their numbers. `padded` says that
    short records are normal, as in a workbook; otherwise they are refused.

    Raises:
        TableError: no headings, headings twice, ragged rows, too much of anything.
    """
    remarks = list(notes)
    numbered = _tidied(records, remarks)
    first = next(numbered, None)
    if first is None or not any(first[1]):
        raise TableError(_("The first row must hold the column headings, but it is empty."))
    headers = _headers(first[1])
    faults, rows = _Faults(), list[Row]()
    for number, cells in numbered:
        if not any(cells):
            continue
        if len(rows) >= max_rows:
            raise TableError(
                _("The file has more than %(most)d rows. Split it into smaller files.")
                % {"most": max_rows}
            )
        row = _fit(cells, len(headers), padded=padded)
        if row is None:
            faults.ragged.append(number)
            continue
        if any(len(cell) > MAX_CELL for cell in row):
            faults.long.append(number)
        if any(cell in _SPREADSHEET_ERRORS for cell in row):
            faults.failed.append(number)
        rows.append(Row(number, dict(zip(headers, row, strict=True))))
    faults.raise_any(len(headers))
    return Table(headers, rows, tuple(remarks))


def row_list(numbers: Sequence[int]) -> str:
    """Return row numbers as the start of a sentence: "Row 7" or "Rows 3, 7 and 12 more"."""
    named = ", ".join(str(number) for number in numbers[:_ROWS_NAMED])
    more = len(numbers) - _ROWS_NAMED
    if more > 0:
        return _("Rows %(named)s and %(more)d more") % {"named": named, "more": more}
    return ngettext("Row %(named)s", "Rows %(named)s", len(numbers)) % {"named": named}


def _tidied(
    records: Iterable[Sequence[str]], remarks: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """Yield row numbers and trimmed cells, and remark once on characters taken out."""
    remarked = False
    for number, record in enumerate(records, start=1):
        cells = [_EXPORTED.sub("", _INVISIBLE.sub("", cell).strip()) for cell in record]
        if not remarked and any(_INVISIBLE.search(cell) for cell in record):
            remarked = True
            remarks.append(_("Invisible characters were left out of some cells."))
        yield number, cells


def _headers(cells: list[str]) -> tuple[str, ...]:
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise TableError(
            _("The file has more than %(most)d columns. Keep only those that are needed.")
            % {"most": MAX_COLUMNS}
        )
    seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if not name:
            raise TableError(
                _("Column %(number)d has no heading. Give it one or remove the column.")
                % {"number": position},
                rows=[1],
            )
        if len(name) > MAX_CELL:
            raise TableError(_("A column heading is too long. Shorten it."), rows=[1])
        if name.casefold() in seen:
            raise TableError(
                _("Two columns are headed “%(name)s” (%(first)d and %(second)d). Rename one.")
                % {"name": name, "first": seen[name.casefold()], "second": position},
                rows=[1],
            )
        seen[name.casefold()] = position
    return tuple(names)


def _fit(cells: list[str], width: int, *, padded: bool) -> list[str] | None:
    """Return exactly `width` cells, or None when that would lose or invent one."""
    if len(cells) < width:
        return cells + [""] * (width - len(cells)) if padded else None
    return None if any(cells[width:]) else cells[:width]
