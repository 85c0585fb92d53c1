"""Reduce each requirement to the few dates on which it changes for one person."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from certification.engine.dates import add_days
from certification.engine.decide import group_due
from certification.engine.decision import Unit
from certification.engine.facts import PersonFacts, RoleSpell
from certification.engine.measure import Candidate, FactIndex, candidates, have, index, needs
from certification.engine.requirements import (
    EVERYONE,
    ZERO,
    Group,
    Node,
    ProvisionalRule,
    Requirement,
    chain,
)


class State(NamedTuple):
    """One node between two changes; hours are (had, needed) of what must all be done."""

    met: bool
    reviewable: bool
    due: date | None
    had: Decimal
    needed: Decimal


# The roles of a node and of the groups around it; one of each must be held.
_Demand: TypeAlias = tuple[tuple[str, ...], ...]
# What a node says from a date on; None: it is not demanded.
History: TypeAlias = list[tuple[date, State | None]]
ABSENT: History = [(date.min, None)]
_YES = State(True, True, None, ZERO, ZERO)
_NO = State(False, False, None, ZERO, ZERO)


class _Person(NamedTuple):
    by_key: FactIndex
    spells: tuple[RoleSpell, ...]
    anchors: Mapping[str, date]
    # Days on which a demand begins or stops to apply, worked out once for each demand.
    presence: dict[_Demand, list[tuple[date, bool]]]
    histories: dict[str, History]
    requirements: Sequence[Node]
    # Nodes that wait for others and are being read: who waits for itself waits for ever.
    waiting: set[str]


def histories(requirements: Sequence[Node], facts: PersonFacts) -> dict[str, History]:
    """Return the history of every node by its id, members of groups included."""
    person = _Person(index(facts.facts), facts.roles, facts.anchors, {}, {}, requirements, set())
    for node in requirements:
        _history(node, person, ())
    return person.histories


def pairing_limits(rule: ProvisionalRule, facts: PersonFacts) -> list[History]:
    """Return what else provisional work depends on: its last day, and a named supervisor."""
    limits: list[History] = []
    if rule.until is not None:
        last = rule.until.on(facts.anchors)
        if last is None:
            return [ABSENT]
        after = add_days(last, 1)
        limits.append([(date.min, _YES), *([(after, _NO)] if after else [])])
    if rule.supervised:
        edges = {date.min, *(spell.from_on for spell in facts.roles)}
        edges.update(spell.until_on for spell in facts.roles if spell.until_on is not None)
        limits.append(
            [(edge, _YES if facts.supervised_on(edge) else _NO) for edge in sorted(edges)]
        )
    return limits


def _history(node: Node, person: _Person, around: _Demand) -> History:
    demand = (*around, node.roles)
    if isinstance(node, Group):
        history = _group_history(node, person, demand)
    else:
        history = _requirement_history(node, person, demand)
    person.histories[node.id] = history
    return history


def _presence(demand: _Demand, person: _Person) -> list[tuple[date, bool]]:
    """Return the dates on which a demand begins or stops to apply, from the beginning of time."""
    known = person.presence.get(demand)
    if known is not None:
        return known
    edges = {date.min}
    edges.update(spell.from_on for spell in person.spells)
    edges.update(spell.until_on for spell in person.spells if spell.until_on is not None)
    changes: list[tuple[date, bool]] = []
    for edge in sorted(edges):
        held = {spell.role for spell in person.spells if spell.covers(edge)} | {EVERYONE}
        applies = all(not held.isdisjoint(roles) for roles in demand)
        if not changes or applies != changes[-1][1]:
            changes.append((edge, applies))
    person.presence[demand] = changes
    return changes


def _requirement_history(node: Requirement, person: _Person, demand: _Demand) -> History:
    presence = _presence(demand, person)
    if presence == [(date.min, False)]:
        return ABSENT
    due = node.due.on(person.anchors, node.roles) if node.due else None
    in_hours = node.unit is Unit.HOURS
    needed = node.need if in_hours else ZERO
    states: History = []
    found = candidates(node, person.by_key, person.anchors)
    if node.plain and not node.reductions:
        for since, amount, promised in _amounts(node, found):
            met = amount >= node.need
            had = min(amount, needed) if in_hours else ZERO
            states.append((since, State(met, met or promised >= node.need, due, had, needed)))
    else:
        states = _reckoned(node, found, due, person)
    if node.after:
        states = _held_up(node, states, person)
    return _masked(states, presence)


def _reckoned(
    node: Requirement, found: Sequence[Candidate], due: date | None, person: _Person
) -> History:
    """Reckon each stretch anew where amounts do not simply add up or the need changes."""
    in_hours = node.unit is Unit.HOURS
    steps = needs(node, person.by_key)
    edges = {date.min, *(each.start for each in found), *(day for day, _ in steps)}
    edges.update(each.end for each in found if each.end is not None)
    states: History = []
    for edge in sorted(edges):
        standing = [
            each for each in found if each.start <= edge and (not each.end or edge < each.end)
        ]
        need = [amount for day, amount in steps if day <= edge][-1]
        amount = have(node, [each for each in standing if each.verified], need)
        met = amount >= need
        reviewable = met or have(node, standing, need) >= need
        had, needed = (min(amount, need), need) if in_hours else (ZERO, ZERO)
        states.append((edge, State(met, reviewable, due, had, needed)))
    return states


def _held_up(node: Requirement, states: History, person: _Person) -> History:
    """Count nothing on the days on which something that has to come first is not met."""
    person.waiting.add(node.id)
    earlier = [_earlier(each, person) for each in node.after]
    person.waiting.discard(node.id)
    edges = sorted({since for history in (states, *earlier) for since, _ in history})
    held: History = []
    for edge in edges:
        state = _state_on(states, edge)
        first = [_state_on(history, edge) for history in earlier]
        unmet = [each for each in first if each is not None and not each.met]
        if state is not None and unmet:
            reviewable = state.reviewable and all(each.reviewable for each in unmet)
            state = state._replace(met=False, reviewable=reviewable, had=ZERO)
        held.append((edge, state))
    return held


def _earlier(name: str, person: _Person) -> History:
    """Return the history of a node that others come after."""
    if name in person.histories:
        return person.histories[name]
    found = chain(person.requirements, name)
    if not found or found[-1].id in person.waiting:
        return [(date.min, State(False, False, None, ZERO, ZERO))]
    person.waiting.add(name)
    around = tuple(each.roles for each in found[:-1])
    history = _history(found[-1], person, around)
    person.waiting.discard(name)
    return history


def _state_on(history: History, edge: date) -> State | None:
    return history[bisect_right(history, edge, key=lambda each: each[0]) - 1][1]


def _amounts(
    node: Requirement, found: Sequence[Candidate]
) -> Iterable[tuple[date, Decimal, Decimal]]:
    """Yield (since, verified amount, amount with unverified) wherever either may change."""
    edges = {each.start for each in found}
    edges.update(each.end for each in found if each.end is not None)
    edges.discard(date.min)
    if node.unit is Unit.PERCENT:
        for edge in (date.min, *sorted(edges)):
            standing = [
                each for each in found if each.start <= edge and (not each.end or edge < each.end)
            ]
            verified = max((each.amount for each in standing if each.verified), default=ZERO)
            yield edge, verified, max((each.amount for each in standing), default=ZERO)
        return
    changes: dict[date, list[Decimal]] = {edge: [ZERO, ZERO] for edge in edges}
    changes[date.min] = [ZERO, ZERO]
    for each in found:
        for day, amount in ((each.start, each.amount), (each.end, -each.amount)):
            if day is not None:
                changes[day][1] += amount
                if each.verified:
                    changes[day][0] += amount
    verified = promised = ZERO
    for edge in sorted(changes):
        verified += changes[edge][0]
        promised += changes[edge][1]
        yield edge, verified, promised


def _masked(states: History, presence: Sequence[tuple[date, bool]]) -> History:
    """Blank a history out wherever the requirement is not demanded, and drop what is no change."""
    if len(presence) == 1:
        return states if presence[0][1] else ABSENT
    edges = sorted({since for since, _ in states} | {since for since, _ in presence})
    masked: History = []
    at = role = 0
    for edge in edges:
        while at + 1 < len(states) and states[at + 1][0] <= edge:
            at += 1
        while role + 1 < len(presence) and presence[role + 1][0] <= edge:
            role += 1
        state = states[at][1] if presence[role][1] else None
        if not masked or masked[-1][1] != state:
            masked.append((edge, state))
    return masked


def _group_history(node: Group, person: _Person, demand: _Demand) -> History:
    members = [_history(each, person, demand) for each in node.members]
    presence = _presence(demand, person)
    edges = sorted({since for history in members for since, _ in history})
    places = [0] * len(members)
    states: History = []
    for edge in edges:
        current: list[State] = []
        for which, history in enumerate(members):
            while places[which] + 1 < len(history) and history[places[which] + 1][0] <= edge:
                places[which] += 1
            state = history[places[which]][1]
            if state is not None:
                current.append(state)
        states.append((edge, _group_state(node, current, person.anchors)))
    return _masked(states, presence)


def _group_state(
    node: Group, members: Sequence[State], anchors: Mapping[str, date]
) -> State | None:
    if not members:
        return None
    needed = len(members) if node.needed is None else node.needed
    every = node.needed is None
    return State(
        met=sum(each.met for each in members) >= needed,
        reviewable=sum(each.reviewable for each in members) >= needed,
        due=group_due(node, needed, [(each.met, each.due) for each in members], anchors),
        # Only where all members are demanded do their hours add up to something needed.
        had=sum((each.had for each in members), ZERO) if every else ZERO,
        needed=sum((each.needed for each in members), ZERO) if every else ZERO,
    )
