"""Lay what was known at an instant beside what is known now, requirement by requirement."""

from dataclasses import dataclass
from datetime import date, datetime

from certification.credentials.cases import Report, report_on
from certification.dashboards.findings import Item, keys_of, read_findings
from certification.dashboards.teams import Text, standing_chip
from courses.public import subject_titles

Chip = tuple[str, Text, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """One requirement: as known then and as known now; None where it was not asked."""

    title: str
    then: Item | None
    now: Item | None

    @property
    def changed(self) -> bool:
        """Tell whether the two answers differ."""
        return _said(self.then) != _said(self.now)


@dataclass(frozen=True, slots=True)
class TwoTimes:
    """How somebody stood on one date, by what was known then and by what is known now.

    `then_chip` and `now_chip` are (tone, words, icon) of the standing. `pairs`: those that differ
    first, else in the order of the rules.
    """

    then: Report
    now: Report
    then_chip: Chip
    now_chip: Chip
    pairs: tuple[Pair, ...]

    @property
    def changes(self) -> int:
        """Return how many requirements have another answer now."""
        return sum(each.changed for each in self.pairs)


def two_times(
    *, person_id: int, program_key: str, on: date, known_at: datetime, licences: bool
) -> TwoTimes:
    """Return both answers for a date. Findings on licences only where the reader may see them.

    Raises:
        UnknownProgram, UnknownPerson: there is none.
    """
    now = report_on(person_id=person_id, program_key=program_key, on=on)
    then = report_on(person_id=person_id, program_key=program_key, on=on, known_at=known_at)
    before, after = _items(then, licences), _items(now, licences)
    names = [*after, *(name for name in before if name not in after)]
    pairs = [
        Pair((after.get(name) or before[name]).title, before.get(name), after.get(name))
        for name in names
    ]
    return TwoTimes(
        then=then,
        now=now,
        then_chip=standing_chip(then.status, 0),
        now_chip=standing_chip(now.status, 0),
        pairs=tuple(sorted(pairs, key=lambda pair: not pair.changed)),
    )


def _items(report: Report, licences: bool) -> dict[str, Item]:
    titles = subject_titles(subjects=keys_of(report.rules))
    found = read_findings(report.decision, report.rules, report.facts, titles, licences=licences)
    return {each.id: each for each in (*found.left, *found.renewal, *found.done)}


def _said(item: Item | None) -> tuple[object, ...] | None:
    return (item.met, item.have, item.need, item.due) if item else None
