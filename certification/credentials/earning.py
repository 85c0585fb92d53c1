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
    """Return whether the period is earned.

    A renewal is earned by the renewal gates where the program has them. Where it has none,
    everything must be learned again: what earned the last period does not earn the next.
    """
    renewal = turn.since is not None
    if turn.since is not None and not rule.renewal_gates:
        fresh = tuple(
            each for each in facts.facts if each.kind in _STANDING or each.on > turn.since
        )
        facts = replace(facts, facts=fresh)
    return decide_credential(rule, requirements, facts, on, renewal=renewal)


def hours_by_type(decision: Decision, facts: PersonFacts) -> dict[str, Decimal]:
    """Return the hours that the decision rests on, by how they were earned.

    Of each requirement only as many hours count as it needs, the oldest evidence first.
    """
    known = {each.id: each for each in facts.facts}
    totals: dict[str, Decimal] = {}
    for finding in decision.findings:
        if finding.unit is not Unit.HOURS or not finding.met or "/" in finding.requirement:
            continue
        missing = finding.need
        for each in finding.because:
            fact = known[each]
            counted = min(fact.hours, missing)
            if counted > 0:
                totals[fact.hours_type] = totals.get(fact.hours_type, Decimal(0)) + counted
                missing -= counted
    return totals
