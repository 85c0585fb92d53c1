"""Reckon what a new version of a course asks of whom. Pure.

Evidence never changes. What changes is how much of it counts towards the published version: all
of it, unless the course must be done again from a date that has come.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Final

from courses.catalog.outline import Change, Outline
from courses.learning.records import EvidenceRecord

REDO: Final = "redo"
TOP_UP: Final = "top_up"
# Kinds of facts whose revision is the label of a course version.
CITING: Final = frozenset({"lesson", "module", "course"})


def counting(outline: Outline, evidence: Iterable[EvidenceRecord]) -> list[EvidenceRecord]:
    """Return the evidence that counts towards this version, in the same order.

    After a version that must be done again, and from its date on, what was done of an older
    version does not count. It stays on the record and in everything that was granted for it.
    """
    rows = list(evidence)
    last = max(
        (at for at, each in enumerate(outline.changes) if each.effect == REDO and each.in_force),
        default=None,
    )
    if last is None:
        return rows
    return [row for row in rows if _is_after(row, outline.changes, last)]


def asked(
    outline: Outline, finish: EvidenceRecord | None, *, new_only: bool = False
) -> dict[str, Change] | None:
    """Return what is still asked of who finished, by evidence key; None: nothing was finished.

    That is what the versions after the finished one ask as a top-up, and the newest of them that
    asks it. ``new_only``: what those versions brought along, whether or not they asked for it.
    """
    if finish is None:
        return None
    later = [
        change
        for at, change in enumerate(outline.changes)
        if not _is_after(finish, outline.changes, at)
    ]
    found: dict[str, Change] = {}
    for change in later:
        subjects = change.new if new_only else change.subjects if change.effect == TOP_UP else ()
        found |= dict.fromkeys(subjects, change)
    return found


def answers(outline: Outline, row: EvidenceRecord, change: Change) -> bool:
    """Tell whether a fact was earned on the version of this change or on a later one."""
    return _is_after(row, outline.changes, outline.changes.index(change))


def done_since(
    outline: Outline, wanted: Mapping[str, Change], evidence: Iterable[EvidenceRecord]
) -> set[str]:
    """Return which of the keys asked for were done on the version that asked, or later."""
    return {
        row.subject
        for row in evidence
        if row.passed and row.subject in wanted and answers(outline, row, wanted[row.subject])
    }


def delta_hours(unit: str, wanted: Mapping[str, Change], minutes: Mapping[str, int]) -> Decimal:
    """Return the hours that a top-up gives for a unit, a course or module.

    Each version that asked gives what it claims more than the one before, and all of them never
    more than the minutes that were asked: an hour that was given once is not given again.
    """
    changes: Sequence[Change] = list({each.to_label: each for each in wanted.values()}.values())
    more = sum((each.more.get(unit, Decimal(0)) for each in changes), Decimal(0))
    spent = Decimal(sum(minutes.get(subject, 0) for subject in wanted)) / 60
    return min(more, spent).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def _is_after(row: EvidenceRecord, changes: Sequence[Change], at: int) -> bool:
    """Tell whether a fact belongs to the version of change number ``at``, or to a later one.

    A fact that cites a version of the course is held to that; any other to when it happened.
    """
    if row.kind in CITING:
        if row.content_revision in [each.to_label for each in changes[at:]]:
            return True
        if row.content_revision in [each.from_label for each in changes[: at + 1]]:
            return False
    return row.occurred_at >= changes[at].at
