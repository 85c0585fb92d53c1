"""Tell whether somebody has earned the next period of a credential; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from certification.credentials.fold import Status, Worth
from certification.engine.decide import decide_credential
from certification.engine.decision import Decision, Unit
from certification.engine.facts import FactKind, PersonFacts
from certification.engine.requirements import CredentialRule, Node

# What others granted does not have to be earned again for each period: it has its own dates.
_STANDING = frozenset({FactKind.CREDENTIAL, FactKind.BACKGROUND})


class Issued(Protocol):
    """The part of a held credential that matters here."""

    @property
    def period(self) -> int: ...

    @property
    def valid_from(self) -> date: ...

    def worth(self, on: date) -> Worth: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """The period that may be earned now; `since` is when the last one began, None for the first."""

    period: int
    since: date | None


def next_turn(held: Sequence[Issued], on: date) -> Turn | None:
    """Return the period that rules may issue on a date, or None.

    The first when none was issued; the next when the last one has expired. A credential that is
    in force, suspended or revoked is never issued again by rules: after a revocation only an
    officer may decide, whatever new evidence arrives.
    """
    if not held:
        return Turn(1, None)
    last = max(held, key=lambda each: each.period)
    if any(each.valid_from > on for each in held) or last.worth(on).status is not Status.EXPIRED:
        return None
    return Turn(last.period + 1, last.valid_from)


def decide_turn(
    rule: CredentialRule,
    requirements: Sequence[Node],
    facts: PersonFacts,
    on: date,
    turn: Turn,
) -> Decision:
    """Return whether the period is earned; a renewal by the renewal gates as well."""
    counted = counted_facts(rule, facts, turn)
    return decide_credential(rule, requirements, counted, on, renewal=turn.since is not None)


def counted_facts(rule: CredentialRule, facts: PersonFacts, turn: Turn) -> PersonFacts:
    """Return the facts that may earn the period.

    A renewal is earned by the renewal gates where the program has them. Where it has none,
    everything must be learned again: what earned the last period does not earn the next.
    """
    if turn.since is None or rule.renewal_gates:
        return facts
    since = turn.since
    fresh = tuple(each for each in facts.facts if each.kind in _STANDING or each.on > since)
    return replace(facts, facts=fresh)


def hours_by_type(
    rule: CredentialRule, requirements: Sequence[Node], decision: Decision, facts: PersonFacts
) -> dict[str, Decimal]:
    """Return the hours that the decision rests on, by how they were earned.

    Of each requirement only as many hours count as it needs, the oldest evidence first. They add
    up to the hours printed on the certificate: where its first gates are prerequisites whose
    hours are not counted among them, those are left out. Where no way of counting adds up to
    what is printed, nothing is said by type.
    """
    gates = {node.id: frozenset(node.gates) for node in requirements}
    for first in range(len(rule.gates)):
        counted = frozenset(rule.gates[first:])
        totals = _totals(
            decision, facts, {each for each, behind in gates.items() if behind & counted}
        )
        if rule.hours is None or sum(totals.values()) == rule.hours:
            return totals
    return {}


def _totals(decision: Decision, facts: PersonFacts, counted: set[str]) -> dict[str, Decimal]:
    known = {each.id: each for each in facts.facts}
    totals: dict[str, Decimal] = {}
    for finding in decision.findings:
        if finding.unit is not Unit.HOURS or finding.requirement not in counted:
            continue
        missing = finding.need
        for each in finding.because:
            fact = known[each]
            hours = min(fact.hours, missing)
            if hours > 0:
                totals[fact.hours_type] = totals.get(fact.hours_type, Decimal(0)) + hours
                missing -= hours
    return totals
