"""Decide row by row what importing a history would write, and refuse what cannot be right; pure.

No database, no clock, no words: remarks are codes that `wording` has sentences for.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from certification.history.meanings import Meaning, Way
from certification.history.reading import HistoryRow, Remark
from certification.history.records import (
    FactKey,
    Known,
    LicenceKey,
    NewFact,
    NewPaper,
    Outcome,
    PlannedRow,
    Who,
)

TRAINING: Final = "training"
"""The kind of ledger fact that a row becomes."""
# Letters that a licence has room for.
MOST_ISSUER: Final = 120
MOST_NUMBER: Final = 60
MOST_REQUIREMENT: Final = 40

_SPACE: Final = UUID("6f1f9a52-0f0e-4b56-9b43-6a7f6f1c2f0d")
_NOTHING: Final = Decimal("0.00")


@dataclass(slots=True)
class _Sheet:
    """What the rows read so far say, to find a row that says the same again."""

    said: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def again(self, key: tuple[Any, ...], row: HistoryRow) -> list[Remark]:
        first = self.said.setdefault(key, row.number)
        return [] if first == row.number else [Remark("again", "credential", {"row": first})]


def plan_history(rows: Sequence[HistoryRow], known: Known) -> list[PlannedRow]:
    """Return what importing the rows would do, in their order."""
    sheet = _Sheet()
    return [_plan(row, known, sheet) for row in rows]


def _plan(row: HistoryRow, known: Known, sheet: _Sheet) -> PlannedRow:
    faults = list(row.faults)
    who = _who(row, known, faults)
    meaning = _meaning(row, known, faults)
    if meaning is not None:
        faults += _missing(row, meaning)
    if faults or who is None or meaning is None:
        return PlannedRow(row, Outcome.ERROR, who, meaning.way if meaning else None, (*faults,))
    if meaning.way is Way.TRAINING:
        return _training(row, who, meaning, known, sheet)
    return _licence(row, who, meaning, known, sheet)


def _who(row: HistoryRow, known: Known, faults: list[Remark]) -> Who | None:
    if not row.person_key:
        return None
    found = known.people.get(row.person_key, ())
    if len(found) == 1:
        return found[0]
    if found:
        uuids = ", ".join(sorted(each.uuid for each in found))
        faults.append(Remark("many_people", "person_key", {"uuids": uuids}))
    else:
        faults.append(Remark("nobody" if known.record_ids else "nobody_alone", "person_key"))
    return None


def _meaning(row: HistoryRow, known: Known, faults: list[Remark]) -> Meaning | None:
    if not row.credential:
        return None
    meaning = known.meanings.get(row.credential)
    if meaning is None:
        near = {row.credential.upper(), row.credential.lower()} & known.meanings.keys()
        code, values = ("unknown", {}) if not near else ("unknown_near", {"near": min(near)})
        faults.append(Remark(code, "credential", values))
    elif meaning.way is Way.OURS or meaning.way is Way.GROUP:
        faults.append(Remark(meaning.way.value, "credential"))
    else:
        return meaning
    return None


def _missing(row: HistoryRow, meaning: Meaning) -> list[Remark]:
    """Return what a row of this sort must say and does not."""
    if meaning.way is Way.TRAINING:
        if row.completed_on is None and "completed_on" not in row.faulty:
            return [Remark("no_completed_on", "completed_on")]
        return []
    found = []
    if row.valid_from is None and "valid_from" not in row.faulty:
        found.append(Remark("no_valid_from", "valid_from"))
    issuer, number = _issuer_and_number(row.evidence)
    if len(issuer) > MOST_ISSUER or len(number) > MOST_NUMBER:
        most = {"issuer": MOST_ISSUER, "number": MOST_NUMBER}
        found.append(Remark("long_evidence", "evidence", most))
    if len(meaning.requirement) > MOST_REQUIREMENT:
        found.append(Remark("long_name", "credential", {"most": MOST_REQUIREMENT}))
    return found


def _training(
    row: HistoryRow, who: Who, meaning: Meaning, known: Known, sheet: _Sheet
) -> PlannedRow:
    assert row.completed_on is not None  # noqa: S101 - `_missing` has said so otherwise
    key = FactKey(who.id, row.credential, row.completed_on)
    hours = row.hours or _NOTHING
    faults = sheet.again(key, row)
    told = known.facts.get(key, ())
    same = [each for each in told if each.kind == TRAINING and each.hours == hours]
    standing = [each for each in told if not each.reversed]
    if same:
        back = [] if any(not each.reversed for each in same) else [Remark("taken_back", "")]
        return _done(row, who, Way.TRAINING, faults, Outcome.ON_RECORD, back)
    if standing and standing[0].kind == TRAINING:
        faults.append(Remark("other_hours", "hours", {"hours": standing[0].hours}))
    elif standing:
        faults.append(Remark("own_record", "credential", {"kind": standing[0].kind}))
    statement = [who.uuid, row.credential, row.completed_on.isoformat(), str(hours)]
    fact = NewFact(
        act=f"history:{_digest(statement)}",
        person_id=who.id,
        subject=row.credential,
        day=row.completed_on,
        hours=hours,
        hours_type=meaning.hours_type if hours else "none",
        detail=_detail(row),
    )
    notes = _worth(row, meaning)
    return _done(row, who, Way.TRAINING, faults, Outcome.ADD, notes, fact=fact)


def _worth(row: HistoryRow, meaning: Meaning) -> list[Remark]:
    """Return notes on what a fact will not do, so that nobody is surprised by the decision."""
    notes = []
    if meaning.timed and not row.hours:
        notes.append(Remark("adds_no_hours", "hours", {"names": ", ".join(meaning.timed)}))
    if meaning.marked:
        names = {"names": ", ".join(meaning.marked)}
        alone = not meaning.timed and not meaning.plain
        notes.append(Remark("no_score" if not alone else "only_scores", "credential", names))
    if row.valid_from or row.valid_until:
        notes.append(Remark("program_decides", "valid_until" if row.valid_until else "valid_from"))
    return notes


def _licence(
    row: HistoryRow, who: Who, meaning: Meaning, known: Known, sheet: _Sheet
) -> PlannedRow:
    assert row.valid_from is not None  # noqa: S101 - `_missing` has said so otherwise
    issuer, number = _issuer_and_number(row.evidence)
    # The file names the last valid day; periods here end before their `until`.
    until = row.valid_until + timedelta(days=1) if row.valid_until else None
    key = LicenceKey(who.id, meaning.kind, meaning.requirement, row.valid_from)
    faults = sheet.again((*key, number), row)
    told = known.licences.get(key, ())
    same = [each for each in told if each[:3] == (until, issuer, number)]
    if same:
        changed = [] if any(not each.corrected for each in same) else [Remark("corrected", "")]
        return _done(row, who, Way.LICENCE, faults, Outcome.ON_RECORD, changed)
    # Two licences of one kind can begin on one day; then their numbers tell them apart.
    rivals = [
        each
        for each in told
        if not each.corrected and (each.number == number or not each.number or not number)
    ]
    if rivals:
        faults.append(Remark("other_licence", "credential", {"day": row.valid_from.isoformat()}))
    ends = until.isoformat() if until else ""
    statement = [who.uuid, *key[1:3], row.valid_from.isoformat(), ends, issuer, number]
    paper = NewPaper(
        uuid=uuid5(_SPACE, json.dumps(statement)),
        person_id=who.id,
        kind=meaning.kind,
        requirement=meaning.requirement,
        valid_from=row.valid_from,
        until=until,
        issuer=issuer,
        number=number,
    )
    notes = [Remark("unverified", "credential")]
    unused = [name for name in ("completed_on", "hours") if getattr(row, name)]
    if unused:
        notes.append(Remark("not_kept", unused[0], {"columns": ", ".join(unused)}))
    return _done(row, who, Way.LICENCE, faults, Outcome.ADD, notes, paper=paper)


def _done(
    row: HistoryRow,
    who: Who,
    way: Way,
    faults: Sequence[Remark],
    outcome: Outcome,
    notes: Sequence[Remark],
    *,
    fact: NewFact | None = None,
    paper: NewPaper | None = None,
) -> PlannedRow:
    if faults:
        return PlannedRow(row, Outcome.ERROR, who, way, (*faults,))
    return PlannedRow(row, outcome, who, way, (), (*notes,), fact, paper)


def _detail(row: HistoryRow) -> dict[str, str]:
    detail = {"source": "history import", "evidence": row.evidence}
    for name, day in (("valid_from", row.valid_from), ("valid_through", row.valid_until)):
        if day is not None:
            detail[name] = day.isoformat()
    return detail


def _issuer_and_number(evidence: str) -> tuple[str, str]:
    """Return issuer and number: what stands before and after the last semicolon."""
    before, semicolon, after = evidence.rpartition(";")
    return (before.strip(), after.strip()) if semicolon else (evidence, "")


def _digest(statement: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(statement).encode()).hexdigest()[:40]
