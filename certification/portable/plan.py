"""Work out what importing a record would write, fact by fact; pure.

Nothing is dropped: what does not count is listed with the reason. Of one fact elsewhere every
clause here is credited once at most, and every program at most the hours that were learned.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from certification.engine.requirements import Kind, Node, Requirement, matches, walk
from certification.portable.equivalence import SUBJECT, Equivalence, Line, Target
from certification.portable.outcomes import Outcome, Reason
from certification.portable.records import (
    HOURS_TYPES,
    KINDS,
    Origin,
    PortableRecord,
    SourceFact,
    SourceLicence,
)

OTHER: Final = "OTHER"
_SPACE: Final = UUID("0d0f7c1a-5c5d-4a3f-9d49-9a3f6b0f1f57")
_CENT: Final = Decimal("0.01")
_NOTHING: Final = Decimal("0.00")
_GRANTED: Final = (Kind.CREDENTIAL, Kind.BACKGROUND)
_GRANTED_KEYS: Final = ("credential:", "background:")

Clause = tuple[str, str]
"""A program and the id of one of its requirements."""


class Clauses:
    """Which clauses of the programs here a key counts for."""

    def __init__(self, programs: Mapping[str, Sequence[Node]]) -> None:
        self._nodes = [
            ((program, node.id), node)
            for program, nodes in programs.items()
            for _, node in walk(nodes)
            if isinstance(node, Requirement)
        ]
        self._known: dict[str, frozenset[Clause]] = {}

    def of(self, key: str) -> frozenset[Clause]:
        """Return the clauses for which evidence with this key counts."""
        if key not in self._known:
            self._known[key] = frozenset(
                clause
                for clause, node in self._nodes
                if any(matches(each, key) for each in node.keys)
            )
        return self._known[key]

    def granted(self, key: str) -> bool:
        """Say whether a key stands for what others grant: that is a licence, never a fact."""
        return key.startswith(_GRANTED_KEYS) or any(
            node.kind in _GRANTED and any(matches(each, key) for each in node.keys)
            for _, node in self._nodes
        )


class Credited(NamedTuple):
    """What an earlier import made of a fact: the key, the hours, and the evidence here."""

    target: str
    hours: Decimal
    evidence: str
    reversed: bool


class Before(NamedTuple):
    """What an earlier import from the same academy wrote for one of its facts, by its id there."""

    source_id: str
    origin: Origin
    subject: str
    title: str
    target: str
    evidence: str


class LicenceKey(NamedTuple):
    """What two licences on record do not share."""

    kind: str
    requirement: str
    valid_from: date
    number: str


@dataclass(frozen=True, slots=True)
class Here:
    """What is on record here before the import.

    `credited`: what became of facts, by origin. `standing`: (key, day) of the evidence that no
    import wrote. `earlier`: what imports from this issuer wrote and still stands.
    """

    did: str
    now: datetime
    clauses: Clauses
    day_of: Callable[[datetime], date]
    credited: Mapping[Origin, Sequence[Credited]] = field(default_factory=dict)
    standing: frozenset[tuple[str, date]] = frozenset()
    earlier: Sequence[Before] = ()
    licences: frozenset[UUID] = frozenset()
    licence_keys: frozenset[LicenceKey] = frozenset()
    licence_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedFact:
    """What becomes of a fact toward one key; `act` is the same for the same fact and key."""

    source: SourceFact
    origin: Origin
    target: str
    outcome: Outcome
    reason: Reason | None = None
    note: str = ""
    basis: str = ""
    hours: Decimal = _NOTHING
    score: Decimal | None = None
    act: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLicence:
    """What becomes of a licence; `uuid` is its id here, the same however often it is told."""

    source: SourceLicence
    uuid: UUID
    kind: str
    outcome: Outcome
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would write, and everything that it would not."""

    facts: tuple[PlannedFact, ...]
    licences: tuple[PlannedLicence, ...]
    reversals: tuple[Before, ...]

    @property
    def adding(self) -> tuple[PlannedFact, ...]:
        """Return the facts to write."""
        return tuple(each for each in self.facts if each.outcome is Outcome.ADD)

    @property
    def left(self) -> tuple[PlannedFact, ...]:
        """Return what is not counted."""
        return tuple(each for each in self.facts if each.outcome is Outcome.NOT_COUNTED)

    @property
    def new_licences(self) -> tuple[PlannedLicence, ...]:
        """Return the licences to write."""
        return tuple(each for each in self.licences if each.outcome is Outcome.ADD)

    @property
    def changes(self) -> bool:
        """Whether the import would write anything."""
        return bool(self.adding or self.new_licences or self.reversals)


def plan_import(record: PortableRecord, here: Here, equivalence: Equivalence | None) -> Plan:
    """Return what importing a record would do, by a map or, without one, key by key as it is."""
    gone = set(record.taken_back)
    return Plan(
        facts=tuple(
            planned
            for fact in record.facts
            for planned in _planned(record, fact, here, equivalence)
        ),
        licences=tuple(_licence(record, each, here) for each in record.licences),
        reversals=tuple(each for each in here.earlier if each.source_id in gone),
    )


def _planned(
    record: PortableRecord, fact: SourceFact, here: Here, equivalence: Equivalence | None
) -> list[PlannedFact]:
    origin = record.origin_of(fact)
    line = _line(record, fact, equivalence)
    wrong = _wrong(fact, origin, here, line)
    if wrong is not None or line is None:
        note, basis = (line.note, line.basis) if line else ("", "")
        out = Outcome.NOT_COUNTED
        return [PlannedFact(fact, origin, "", out, wrong or Reason.NOT_MAPPED, note, basis)]
    budget = _Budget(fact, here, here.credited.get(origin, ()))
    return [budget.spend(origin, target, line) for target in line.targets]


def _line(record: PortableRecord, fact: SourceFact, equivalence: Equivalence | None) -> Line | None:
    """Return what is said of a fact; without a map, that its key is ours as well."""
    if equivalence is None:
        return Line(record.did, fact.subject, (Target(fact.subject),), "", "")
    return equivalence.line_for(record.did, fact.subject)


def _wrong(fact: SourceFact, origin: Origin, here: Here, line: Line | None) -> Reason | None:
    """Return why a fact counts for nothing, whatever the map may say of its keys."""
    if origin.did == here.did:
        return Reason.OWN
    if fact.kind not in KINDS or fact.hours_type not in HOURS_TYPES:
        return Reason.UNKNOWN_KIND
    if fact.hours and fact.hours_type == "none":
        return Reason.UNKNOWN_KIND
    if fact.occurred_at > here.now:
        return Reason.FUTURE
    if line is not None and not line.targets:
        return Reason.REFUSED
    return None


class _Budget:
    """What is left of one fact: the clauses that it has not credited, the hours of each program."""

    def __init__(self, fact: SourceFact, here: Here, credited: Sequence[Credited]) -> None:
        self.fact = fact
        self.here = here
        self.credited = {each.target: each for each in credited}
        self.clauses: set[Clause] = set()
        self.used: dict[str, Decimal] = {}
        for each in credited:
            if not each.reversed:
                self._take(each.target, each.hours)

    def spend(self, origin: Origin, target: Target, line: Line) -> PlannedFact:
        """Return what becomes of the fact toward one key."""
        hours = self._wanted(target)
        outcome, reason = self._outcome(target.key, hours)
        if outcome is Outcome.ADD and hours:
            left = self._left(target.key)
            if left <= 0:
                outcome, reason = Outcome.NOT_COUNTED, Reason.HOURS_USED
            hours = min(hours, left)
        counts = outcome is Outcome.ADD
        if counts:
            self._take(target.key, hours)
            if hours < self.fact.hours:
                reason = Reason.PART
            elif not self.here.clauses.of(target.key):
                reason = Reason.NO_CLAUSE
        return PlannedFact(
            source=self.fact,
            origin=origin,
            target=target.key,
            outcome=outcome,
            reason=reason,
            note=line.note,
            basis=line.basis,
            hours=hours if outcome is not Outcome.NOT_COUNTED else _NOTHING,
            score=self.fact.score if target.keeps_score else None,
            act=_act(origin, target.key),
        )

    def _outcome(self, key: str, hours: Decimal) -> tuple[Outcome, Reason | None]:
        known = self.credited.get(key)
        if known is not None:
            if known.reversed:
                return Outcome.ON_RECORD, Reason.TAKEN_BACK
            other = known.hours != hours
            return Outcome.ON_RECORD, Reason.OTHER_HOURS if other else None
        if not SUBJECT.fullmatch(key):
            return Outcome.NOT_COUNTED, Reason.BAD_KEY
        if self.here.clauses.granted(key):
            return Outcome.NOT_COUNTED, Reason.GRANTED
        if (key, self.here.day_of(self.fact.occurred_at)) in self.here.standing:
            return Outcome.NOT_COUNTED, Reason.SAME_HERE
        if not self.clauses.isdisjoint(self.here.clauses.of(key)):
            return Outcome.NOT_COUNTED, Reason.CLAUSE_TWICE
        return Outcome.ADD, None

    def _wanted(self, target: Target) -> Decimal:
        hours = self.fact.hours * target.factor
        if target.cap is not None:
            hours = min(hours, target.cap)
        return hours.quantize(_CENT, ROUND_DOWN)

    def _left(self, key: str) -> Decimal:
        """Return the hours that every program which counts the key has not been given yet."""
        programs = {program for program, _ in self.here.clauses.of(key)} or {""}
        return self.fact.hours - max(self.used.get(each, _NOTHING) for each in programs)

    def _take(self, key: str, hours: Decimal) -> None:
        clauses = self.here.clauses.of(key)
        self.clauses |= clauses
        for program in {program for program, _ in clauses} or {""}:
            self.used[program] = self.used.get(program, _NOTHING) + hours


def _licence(record: PortableRecord, each: SourceLicence, here: Here) -> PlannedLicence:
    uuid = uuid5(_SPACE, json.dumps([record.did, str(each.id)]))
    kind = each.kind if each.kind in here.licence_kinds else OTHER
    key = LicenceKey(kind, each.requirement, each.valid_from, each.number)
    if uuid in here.licences:
        return PlannedLicence(each, uuid, kind, Outcome.ON_RECORD)
    if key in here.licence_keys:
        return PlannedLicence(each, uuid, kind, Outcome.ON_RECORD, Reason.SAME_HERE)
    if each.until is not None and each.until <= each.valid_from:
        return PlannedLicence(each, uuid, kind, Outcome.NOT_COUNTED, Reason.BAD_KEY)
    return PlannedLicence(each, uuid, kind, Outcome.ADD)


def _act(origin: Origin, target: str) -> str:
    """Return the act key: one fact, wherever it comes from, is one act toward one key."""
    statement = json.dumps([origin.did, origin.id, target])
    return f"portable:{hashlib.sha256(statement.encode()).hexdigest()[:40]}"
