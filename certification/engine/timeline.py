"""Lay a person's standing out over time, as the few spans between which nothing changes.

A requirement changes only when a fact begins or stops to count, when a role spell begins or
ends, and on the day after a deadline. Each requirement is reduced to its own few changes, and
one sweep over all of them keeps running totals; no date in between is ever looked at.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from certification.engine.dates import add_days
from certification.engine.decide import outcome_of
from certification.engine.decision import Outcome
from certification.engine.facts import PersonFacts
from certification.engine.history import ABSENT, History, State, histories, pairing_limits
from certification.engine.requirements import ZERO, Node, ProvisionalRule, concerns

_NEVER = date.max


class Status(StrEnum):
    """Where a person is, before any credential is considered."""

    IN_TRAINING = "in_training"
    PROVISIONAL = "provisional"
    MET = "met"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Span:
    """A standing that holds from `from_on` until the day before `until_on` (None: no end known).

    `unmet` and `overdue` count the requirements that decide the outcome; `next_due` is the
    earliest deadline among the unmet, past ones included, and `next_requirement` the clause it
    belongs to (the first unmet clause when none has a deadline). Hours are those of
    requirements measured in hours, what is had never above what is needed of each.
    """

    from_on: date
    until_on: date | None
    status: Status
    provisional: bool
    unmet: int
    overdue: int
    have_hours: Decimal
    need_hours: Decimal
    next_due: date | None
    next_requirement: str
    outcome: Outcome


class TrainingProgram(Protocol):
    """The part of a program that a timeline needs."""

    @property
    def requirements(self) -> Sequence[Node]: ...

    @property
    def provisional(self) -> ProvisionalRule | None: ...


def timeline(
    program: TrainingProgram,
    facts: PersonFacts,
    start: date,
    end: date | None,
    *,
    gates: frozenset[str] | None = None,
) -> tuple[Span, ...]:
    """Return the spans that cover `start` until the day before `end` (None: for ever).

    On every date the span says what `decide(program.requirements, facts, on, gates=gates)`
    says of that date. Neighbouring spans always differ.
    """
    if end is not None and start >= end:
        return ()
    known = histories(program.requirements, facts)
    decisive = [
        (node.id, known[node.id])
        for node in program.requirements
        if known[node.id] is not ABSENT and concerns(node, gates)
    ]
    pairing = None
    if program.provisional is not None:
        pairing = [known.get(each, ABSENT) for each in program.provisional.requirements]
        pairing += pairing_limits(program.provisional, facts)
    return _sweep(decisive, pairing, start, end)


class _Totals:
    """Running totals over the nodes that decide the outcome."""

    def __init__(self, names: Sequence[str], pairing: int | None) -> None:
        self.names = names
        self.missing_for_pairing = pairing
        self.asked = self.hopeless = 0
        self.had = self.needed = ZERO
        # (deadline, place in the program) of everything unmet, earliest first.
        self.open: list[tuple[date, int]] = []

    def add(self, which: int, state: State) -> None:
        """Count a node in."""
        self.asked += 1
        self.had += state.had
        self.needed += state.needed
        self.hopeless += not state.reviewable
        if not state.met:
            insort(self.open, (state.due or _NEVER, which))

    def remove(self, which: int, state: State) -> None:
        """Take a node out again, exactly as it was counted in."""
        self.asked -= 1
        self.had -= state.had
        self.needed -= state.needed
        self.hopeless -= not state.reviewable
        if not state.met:
            del self.open[bisect_left(self.open, (state.due or _NEVER, which))]

    def apply(
        self, changes: Sequence[tuple[int, State | None, State | None]], pairing_step: int
    ) -> None:
        """Take in all that changes on one day."""
        for which, before, after in changes:
            if before is not None:
                self.remove(which, before)
            if after is not None:
                self.add(which, after)
        if self.missing_for_pairing is not None:
            self.missing_for_pairing += pairing_step

    def span(self, on: date) -> Span:
        """Return the standing on a date, its end not yet known."""
        unmet = len(self.open)
        overdue = bisect_left(self.open, (on, -1))
        outcome = outcome_of(self.asked, unmet, self.hopeless)
        met = outcome is Outcome.MET
        provisional = self.missing_for_pairing == 0
        due, which = self.open[0] if self.open else (_NEVER, -1)
        status = Status.PROVISIONAL if provisional else Status.IN_TRAINING
        return Span(
            from_on=on,
            until_on=None,
            status=Status.MET if met else Status.OVERDUE if overdue else status,
            provisional=provisional,
            unmet=unmet,
            overdue=overdue,
            have_hours=self.had,
            need_hours=self.needed,
            next_due=None if due == _NEVER else due,
            next_requirement=self.names[which] if which >= 0 else "",
            outcome=outcome,
        )


def _sweep(
    decisive: Sequence[tuple[str, History]],
    pairing: Sequence[History] | None,
    start: date,
    end: date | None,
) -> tuple[Span, ...]:
    """Walk the changes once, oldest first, and keep a span wherever the totals differ."""
    totals = _Totals([name for name, _ in decisive], None if pairing is None else len(pairing))
    changes: dict[date, list[tuple[int, State | None, State | None]]] = {start: []}
    for which, (_, history) in enumerate(decisive):
        before: State | None = None
        for since, state in history:
            changes.setdefault(max(since, start), []).append((which, before, state))
            before = state
            late = add_days(state.due, 1) if state and state.due and not state.met else None
            if late is not None:
                changes.setdefault(max(late, start), [])
    steps: dict[date, int] = {}
    for history in pairing or ():
        ready = False
        for since, state in history:
            now = state is not None and state.met
            if now != ready:
                day = max(since, start)
                steps[day] = steps.get(day, 0) + (1 if ready else -1)
                changes.setdefault(day, [])
            ready = now
    spans: list[Span] = []
    for day in sorted(changes):
        if end is not None and day >= end:
            break
        totals.apply(changes[day], steps.get(day, 0))
        _extend(spans, totals.span(day))
    return _closed(spans, end)


def _extend(spans: list[Span], span: Span) -> None:
    """Add a span unless it says the same as the last one."""
    if not spans or replace(spans[-1], from_on=span.from_on) != span:
        spans.append(span)


def _closed(spans: Sequence[Span], end: date | None) -> tuple[Span, ...]:
    """End each span where the next begins."""
    ends = [span.from_on for span in spans[1:]] + [end]
    return tuple(replace(span, until_on=until) for span, until in zip(spans, ends, strict=True))
