"""Filter, sort and write out the rows of a cohort."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from courses.catalog.outline import Outline
from courses.learning.progress import Item
from courses.teaching.grid import Cell, Row
from lms.kit.formats import academy_zone
from lms.kit.matching import name_key
from lms.kit.tables import Column

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
SORTS: Final[dict[str, Callable[[Row], Any]]] = {
    "name": lambda row: name_key(row.member.name),
    "left": lambda row: (row.items_left, row.minutes_left),
    "last": lambda row: row.last_at or LONG_AGO,
    "nudged": lambda row: row.member.nudged_at or LONG_AGO,
}


def filtered(rows: Iterable[Row], state: str, words: str) -> list[Row]:
    """Return the rows of a filter ("" for everybody) whose name holds all the words."""
    wanted = name_key(words).split()
    return [
        row
        for row in rows
        if (not state or row.state == state)
        and all(word in name_key(row.member.name) for word in wanted)
    ]


def ordered(rows: Iterable[Row], sort: str) -> Sequence[Row]:
    """Return rows by one of SORTS, "-" before the key for descending; by name otherwise."""
    named = sorted(rows, key=lambda row: (name_key(row.member.name), row.member.id))
    key = SORTS.get(sort.removeprefix("-"))
    return sorted(named, key=key, reverse=sort.startswith("-")) if key else named


# --- one person -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Part:
    """One module for one person: its items, required ones first as in the course."""

    title: str
    cell: Cell
    items: tuple[Item, ...]


def parts(row: Row) -> list[Part]:
    """Return the modules that a person takes, item by item."""
    found = []
    for module, cell in zip(row.outline.modules, row.cells, strict=True):
        items = tuple(item for item in row.progress.items if item.module == module.slug)
        if items:
            found.append(Part(module.title, cell, items))
    return found


# --- a file ---------------------------------------------------------------------------------
def columns(outline: Outline | None) -> list[Column]:
    """Return the columns of the download: one line for each person, one column each module."""
    known: list[Column] = [
        ("name", lambda row: row.member.name),
        ("organization", lambda row: row.member.place),
        ("state", lambda row: row.state),
        ("stuck", lambda row: row.stuck),
        ("where", lambda row: row.where.title if row.where else ""),
        ("items_done", lambda row: row.items_done),
        ("items_left", lambda row: row.items_left),
        ("minutes_left", lambda row: row.minutes_left),
        ("last_activity_on", lambda row: _day(row.last_at)),
        ("last_reminded_on", lambda row: _day(row.member.nudged_at)),
    ]
    modules = outline.modules if outline else ()
    return known + [
        (f"{number} {module.title}", _cell(number - 1))
        for number, module in enumerate(modules, start=1)
    ]


def _cell(place: int) -> Callable[[Row], str]:
    def words(row: Row) -> str:
        cell = row.cells[place]
        if not cell.total:
            return ""
        return _("%(done)s of %(total)s") % {"done": cell.done, "total": cell.total}

    return words


def _day(instant: datetime | None) -> date | None:
    return instant.astimezone(academy_zone()).date() if instant else None
