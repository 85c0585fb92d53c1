"""Reckon how far each member of a cohort is, and who is stuck where. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from courses.catalog.outline import Outline
from courses.learning.progress import QUIZ, Item, Progress, progress_of
from courses.learning.records import EvidenceRecord

QUIET_DAYS: Final = 14
"""Begun, not finished, and nothing new for so many days: stuck. The page offers others."""
FAILS: Final = 2
"""So often failed and not passed: stuck at this quiz."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One person and one module: how many of the required items are done."""

    done: int
    total: int

    @property
    def state(self) -> str:
        """Return done, part, none, or empty where the module requires nothing of them."""
        if not self.total:
            return "empty"
        return "done" if self.done == self.total else "part" if self.done else "none"


@dataclass(frozen=True, slots=True)
class Member:
    """Who is in the cohort, as of now."""

    id: int
    uuid: UUID
    name: str
    place: str
    since: date
    nudged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One member and how far they are in a course. ``last_at`` None: nothing was done yet."""

    member: Member
    outline: Outline
    progress: Progress
    cells: tuple[Cell, ...]
    last_at: datetime | None
    failed: tuple[Item, ...]
    quiet: bool

    @property
    def finished(self) -> bool:
        """Tell whether the course was finished and no newer version asks for more."""
        return self.progress.finished_at is not None and not self.progress.asks

    @property
    def begun(self) -> bool:
        """Tell whether anything was done."""
        return self.last_at is not None

    @property
    def stuck(self) -> str:
        """Return why somebody is stuck: quiz, quiet, or nothing."""
        if self.finished:
            return ""
        return "quiz" if self.failed else "quiet" if self.quiet else ""

    @property
    def where(self) -> Item | None:
        """Return the item where they stand: the quiz they failed, or the next thing to do."""
        if self.finished:
            return None
        return self.failed[0] if self.failed else next_of(self.progress)

    @property
    def state(self) -> str:
        """Return finished, stuck, none or part."""
        if self.finished:
            return "finished"
        return "stuck" if self.stuck else "part" if self.begun else "none"

    @property
    def items_done(self) -> int:
        """Return how many required items are done."""
        return sum(cell.done for cell in self.cells)

    @property
    def items_total(self) -> int:
        """Return how many items are required."""
        return sum(cell.total for cell in self.cells)

    @property
    def items_left(self) -> int:
        """Return how many items are left; none of a course that was finished."""
        return 0 if self.finished else self.items_total - self.items_done

    @property
    def minutes_left(self) -> int:
        """Return how many minutes the items left usually take."""
        return 0 if self.finished else self.progress.minutes_total - self.progress.minutes_done

    @property
    def hours_left(self) -> Decimal:
        """Return the same in clock hours, to one decimal: what many minutes are told in."""
        return (Decimal(self.minutes_left) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)


def next_of(progress: Progress) -> Item | None:
    """Return the first required item that is not done, also where a trainer records it."""
    return next((item for item in progress.items if not item.done and not item.optional), None)


def row_of(
    member: Member,
    outline: Outline,
    evidence: Sequence[EvidenceRecord],
    *,
    part: Outline,
    tried_at: datetime | None,
    now: datetime,
    quiet_days: int = QUIET_DAYS,
) -> Row:
    """Return how far one member is, from their standing evidence, oldest first.

    ``part``: what of the course their role takes. ``tried_at``: when they last began a quiz of
    the course. ``now``: an aware instant.
    """
    progress = progress_of(part, evidence)
    mine = {item.subject for item in progress.items} | {f"course:{outline.course_key}"}
    told = [row.occurred_at for row in evidence if row.subject in mine]
    last_at = max([*told, *([tried_at] if tried_at else [])], default=None)
    return Row(
        member=member,
        outline=outline,
        progress=progress,
        cells=cells_of(outline, progress),
        last_at=last_at,
        failed=_failed(progress, evidence),
        quiet=last_at is not None and last_at <= now - timedelta(days=quiet_days),
    )


def cells_of(outline: Outline, progress: Progress) -> tuple[Cell, ...]:
    """Return one cell for each module, in the order of the course."""
    total: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for item in progress.items:
        if not item.optional:
            total[item.module] += 1
            done[item.module] += item.done
    return tuple(Cell(done[module.slug], total[module.slug]) for module in outline.modules)


def _failed(progress: Progress, evidence: Iterable[EvidenceRecord]) -> tuple[Item, ...]:
    fails = Counter(row.subject for row in evidence if row.kind == QUIZ and not row.passed)
    return tuple(
        item
        for item in progress.items
        if item.kind == QUIZ and not item.done and fails[item.subject] >= FAILS
    )


def stuck_places(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """Return where people are stuck and how many, most first."""
    places = Counter(row.where.title for row in rows if row.stuck and row.where)
    return sorted(places.items(), key=lambda each: (-each[1], each[0]))
