"""Decide how one person stands against requirements on one date."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from certification.engine.decision import Decision, Finding, Outcome, Unit
from certification.engine.facts import FactKind, PersonFacts
from certification.engine.measure import FactIndex, candidates, have, index, need_on, relied_on
from certification.engine.requirements import (
    EVERYONE,
    ONE,
    ZERO,
    CredentialRule,
    Group,
    Node,
    ProvisionalRule,
    Requirement,
    applies,
    chain,
    concerns,
)

ENGINE_VERSION = "mrss-rules/1"
_NEVER = date.max
_WORST = (Outcome.UNMET, Outcome.NEEDS_REVIEW, Outcome.MET)
# What others granted has dates of its own.
_STANDING = frozenset({FactKind.CREDENTIAL, FactKind.BACKGROUND})


class _Person(NamedTuple):
    """What every requirement of one decision is read against."""

    by_key: FactIndex
    # What has to come first may be older than what counts.
    all_by_key: FactIndex
    roles: frozenset[str]
    anchors: Mapping[str, date]
    on: date
    requirements: Sequence[Node]
    # What was read because others come after it, by id; None while it is being read.
    earlier: dict[str, "_Reading | None"]


class _Reading(NamedTuple):
    """One node as it stands; `reviewable`: it would be met if its evidence were verified."""

    findings: list[Finding]
    reviewable: bool
    relied: list[tuple[date, str]]


def decide(
    requirements: Sequence[Node],
    facts: PersonFacts,
    on: date,
    *,
    gates: frozenset[str] | None = None,
    known: Sequence[Node] | None = None,
    since: date | None = None,
) -> Decision:
    """Return the standing on a legal date, with one finding for each applicable requirement.

    Without `gates` every applicable requirement gets a finding, and those that are only
    optional, reported or for renewal do not touch the outcome. With `gates` the decision is
    about the requirements behind those gates, and no others. The outcome is NEEDS_REVIEW when
    verifying evidence already on file would make it MET. Where nothing applies it is UNMET:
    silence never qualifies anybody. `known` are all nodes of the program where `requirements`
    are only some of them: what has to come first may be among the others. With `since` only newer
    evidence counts, though not for what has to come first.
    """
    everything = index(facts.facts)
    counted = everything if since is None else index(newer(facts, since).facts)
    roles, nodes = facts.roles_on(on), known or requirements
    person = _Person(counted, everything, roles, facts.anchors, on, nodes, {})
    findings: list[Finding] = []
    asked = unmet = hopeless = 0
    for node in requirements:
        if not applies(node, person.roles):
            continue
        decisive = concerns(node, gates)
        if gates is not None and not decisive:
            continue
        reading = _read(node, person, "")
        findings.extend(reading.findings)
        if decisive:
            asked += 1
            unmet += not reading.findings[0].met
            hopeless += not reading.reviewable
    return Decision(outcome_of(asked, unmet, hopeless), on, tuple(findings), ENGINE_VERSION)


def outcome_of(asked: int, unmet: int, hopeless: int) -> Outcome:
    """Return the outcome from how many requirements decide, are unmet, and are past reviewing."""
    if asked and not unmet:
        return Outcome.MET
    return Outcome.NEEDS_REVIEW if asked and not hopeless else Outcome.UNMET


def decide_credential(
    rule: CredentialRule,
    requirements: Sequence[Node],
    facts: PersonFacts,
    on: date,
    *,
    renewal: bool = False,
    since: date | None = None,
) -> Decision:
    """Return whether a person has earned a credential on a date, or may renew it.

    The first finding says whether a role of the rule is held; without one the requirements
    left over could be so few that anybody would pass. For a renewal `since` is when the last
    period was decided: only newer evidence counts behind the renewal gates.
    """
    parts: list[Decision] = []
    renewing = frozenset(rule.renewal_gates if renewal else ())
    asked = frozenset(rule.gates) if not (renewing and rule.renewal_only) else frozenset()
    if asked:
        # What a renewal asks anew is left to the second part.
        before = [node for node in requirements if renewing.isdisjoint(node.gates)]
        parts.append(decide(before, facts, on, gates=asked, known=requirements))
    if renewing:
        parts.append(decide(requirements, facts, on, gates=renewing, since=since))
    # A part that asks nothing of somebody leaves the other one to decide.
    parts = [each for each in parts if each.findings]
    held = EVERYONE in rule.roles or not facts.roles_on(on).isdisjoint(rule.roles)
    finding = Finding(
        requirement=f"{rule.key}.role",
        met=held,
        have=ONE if held else ZERO,
        need=ONE,
        unit=Unit.COUNT,
        because=(),
        due=None,
        source=rule.source,
    )
    outcome = Outcome.UNMET
    if held and parts:
        outcome = min((part.outcome for part in parts), key=_WORST.index)
    findings = [each for part in parts for each in part.findings]
    return Decision(outcome, on, (finding, *findings), ENGINE_VERSION)


def newer(facts: PersonFacts, since: date) -> PersonFacts:
    """Return the facts that are newer than a date, and those with dates of their own.

    What others granted (licences, background checks) does not have to be earned again for each
    period.
    """
    fresh = tuple(each for each in facts.facts if each.kind in _STANDING or each.on > since)
    return replace(facts, facts=fresh)


def is_provisional(rule: ProvisionalRule | None, decision: Decision, facts: PersonFacts) -> bool:
    """Say whether a decision made without gates lets its person work, if only in a pair.

    Having met everything is never less than having met some of it: until the certificate is
    there, the pairing requirements alone decide.
    """
    if rule is None:
        return False
    if rule.until is not None:
        last = rule.until.on(facts.anchors)
        if last is None or decision.as_of > last:
            return False
    if rule.supervised and not facts.supervised_on(decision.as_of):
        return False
    met = {each.requirement.rpartition("/")[2] for each in decision.findings if each.met}
    return met.issuperset(rule.requirements)


def _read(node: Node, person: _Person, parent: str) -> _Reading:
    path = f"{parent}/{node.id}" if parent else node.id
    if isinstance(node, Group):
        return _read_group(node, person, path)
    return _read_requirement(node, person, path)


def _read_requirement(node: Requirement, person: _Person, path: str) -> _Reading:
    on = person.on
    standing = [
        each
        for each in candidates(node, person.by_key, person.anchors)
        if each.start <= on and (each.end is None or on < each.end)
    ]
    blocked, hopeless = _blocked(node, person)
    verified = [] if blocked else [each for each in standing if each.verified]
    need = need_on(node, person.by_key, on)
    amount = have(node, verified, need)
    met = not blocked and amount >= need
    relied = [(each.start, each.fact) for each in relied_on(node, verified, need)]
    finding = Finding(
        requirement=path,
        met=met,
        have=amount,
        need=need,
        unit=node.unit,
        because=tuple(fact for _, fact in relied),
        due=node.due.on(person.anchors, node.roles) if node.due else None,
        source=node.source,
        blocked_by=blocked,
    )
    reviewable = met or (not hopeless and have(node, standing, need) >= need)
    return _Reading([finding], reviewable, relied)


def _blocked(node: Requirement, person: _Person) -> tuple[tuple[str, ...], bool]:
    """Return what has to be met first and is not, and whether reviewing could not change that."""
    if not node.after:
        return (), False
    earlier = [(each, _earlier(each, person)) for each in node.after]
    unmet = [(each, reading) for each, reading in earlier if reading is None or not _met(reading)]
    return (
        tuple(each for each, _ in unmet),
        any(reading is None or not reading.reviewable for _, reading in unmet),
    )


def _met(reading: _Reading) -> bool:
    return not reading.findings or reading.findings[0].met


def _earlier(name: str, person: _Person) -> _Reading | None:
    """Read a node that others come after; None: it waits for itself, or is not in the program.

    A node that is not demanded of the person holds nobody up.
    """
    if name not in person.earlier:
        person.earlier[name] = None
        found = chain(person.requirements, name)
        if found and all(applies(each, person.roles) for each in found):
            before = person._replace(by_key=person.all_by_key)
            person.earlier[name] = _read(found[-1], before, "")
        elif found:
            person.earlier[name] = _Reading([], True, [])
    return person.earlier[name]


def _read_group(node: Group, person: _Person, path: str) -> _Reading:
    members = [_read(each, person, path) for each in node.members if applies(each, person.roles)]
    heads = [each.findings[0] for each in members]
    needed = len(heads) if node.needed is None else node.needed
    met_count = sum(head.met for head in heads)
    relied = sorted({pair for each in members if each.findings[0].met for pair in each.relied})
    finding = Finding(
        requirement=path,
        met=met_count >= needed,
        have=Decimal(met_count),
        need=Decimal(needed),
        unit=Unit.COUNT,
        because=tuple(fact for _, fact in relied),
        due=group_due(node, needed, [(head.met, head.due) for head in heads], person.anchors),
        source=node.source,
    )
    reviewable = sum(each.reviewable for each in members) >= needed
    below = [finding for each in members for finding in each.findings]
    return _Reading([finding, *below], reviewable, relied)


def group_due(
    node: Group,
    needed: int,
    members: Sequence[tuple[bool, date | None]],
    anchors: Mapping[str, date],
) -> date | None:
    """Return a group's deadline: its own, or the last day the missing members can wait for.

    With `k` members still missing, somebody who picks the `k` latest deadlines has until the
    earliest of those. For "all" that is the next deadline, for "any" the last one.
    """
    if node.due is not None:
        return node.due.on(anchors, node.roles)
    missing = needed - sum(met for met, _ in members)
    waiting = [due or _NEVER for met, due in members if not met or missing <= 0]
    rank = missing if missing > 0 else needed
    if not 0 < rank <= len(waiting):
        return None
    due = sorted(waiting, reverse=True)[rank - 1]
    return None if due == _NEVER else due
