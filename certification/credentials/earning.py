"""Tell whether somebody has earned the next period of a credential; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from certification.credentials.fold import Status
from certification.credentials.records import Held
from certification.engine.dates import add_days, end_after
from certification.engine.decide import decide_credential, newer
from certification.engine.decision import Decision, Finding, Unit
from certification.engine.facts import PersonFacts
from certification.engine.measure import hours_counted
from certification.engine.requirements import CredentialRule, Expiry, Node, Requirement

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The period that may be earned now.

    `since` is when the last one was decided, None where everything is earned from the start;
    `until` is the first day on which the last one is over. `anew`: it is no renewal, but only what
    is newer than `since` counts.
    """

    period: int
    since: date | None
    until: date | None = None
    anew: bool = False


def turn_json(turn: Turn) -> dict[str, Any]:
    """Return a turn for the snapshot of a decision, so that it can be made again."""
    return {
        "period": turn.period,
        "since": turn.since.isoformat() if turn.since else None,
        "until": turn.until.isoformat() if turn.until else None,
        "anew": turn.anew,
    }


def turn_from(row: Mapping[str, Any]) -> Turn:
    """Return the turn of a snapshot."""
    since, until = (
        date.fromisoformat(row[name]) if row[name] else None for name in ("since", "until")
    )
    return Turn(row["period"], since, until, row["anew"])


@dataclass(frozen=True, slots=True)
class Term:
    """When a period begins and ends, from when it may be renewed, and until when it is in grace.

    All but the first are exclusive or None, as in `Credential`.
    """

    valid_from: date
    valid_until: date | None
    renew_from: date | None
    grace_until: date | None


def last_of(held: Sequence[Held], on: date) -> Held:
    """Return the newest of the periods of one credential, in its newest edition.

    Of two that were joined with their records, the one that took the other's place, even where
    that one began later.
    """
    standing = [each for each in held if each.worth(on).status is not Status.SUPERSEDED]
    return max(standing or held, key=lambda each: each.age)


def next_turn(rule: CredentialRule, held: Sequence[Held], on: date) -> Turn | None:
    """Return the period that rules may issue on a date, or None.

    The first when none was issued; the next from the day on which the last one may be renewed,
    or once it has expired. A credential that is suspended, revoked or laid down is never issued
    again by rules: only an officer may decide, whatever new evidence arrives.
    """
    if not held:
        return Turn(1, None)
    last = last_of(held, on)
    status = last.worth(on).status
    early = status is Status.VALID and last.renew_from is not None and on >= last.renew_from
    if any(each.valid_from > on for each in held) or not (early or status is Status.EXPIRED):
        return None
    return following(rule, held, on)


def following(rule: CredentialRule, held: Sequence[Held], on: date) -> Turn:
    """Return the turn that comes after the last period, renewed or earned anew."""
    last = last_of(held, on)
    ended = last.grace_until or last.valid_until
    late = ended is not None and on >= ended
    return Turn(
        period=max(each.period for each in held) + 1,
        since=last.decided_on,
        until=last.valid_until,
        anew=not rule.renewal_gates or (rule.anew_after_grace and late),
    )


def term_of(rule: CredentialRule, turn: Turn, on: date) -> Term:
    """Return the days of a period that is earned on a date.

    A renewal that is in time begins where the last period ends, unless the end is reckoned from
    the day of completion. One that is late begins on the day, and where it is reckoned from the
    previous end it loses the days in between. After the grace nothing is reckoned from before.
    """
    months, until = rule.valid_months, turn.until
    starts = on
    if rule.expiry is not Expiry.COMPLETION and until is not None and on < until:
        starts = until
    ends: date | None = None
    if months is not None:
        ends = end_after(starts, months)
        if rule.expiry is Expiry.PREVIOUS_EXPIRY and until is not None and not turn.anew:
            grace, reckoned = add_days(until, rule.grace_days), end_after(until, months)
            in_time = grace is not None and on < grace
            ends = reckoned if in_time and reckoned and reckoned > starts else ends
        if rule.expiry is Expiry.FIXED_DATE and rule.fixed_day and ends is not None:
            ends = _fixed_end(rule.fixed_day, starts, ends)
    if ends is None:
        return Term(starts, None, None, None)
    # Never before it begins: a window may be longer than a short last period.
    window = add_days(ends, -rule.window_days) if rule.window_days else None
    grace = add_days(ends, rule.grace_days) if rule.grace_days else None
    return Term(starts, ends, max(window, starts) if window else None, grace)


def _fixed_end(fixed: tuple[int, int], starts: date, latest: date) -> date:
    """Return the day after the last such day of a year that the longest term still reaches."""
    later = [_day_in(year, fixed) + _ONE_DAY for year in range(starts.year, latest.year + 2)]
    return next(
        (each for each in reversed(later) if starts < each <= latest),
        next(each for each in later if each > starts),
    )


def _day_in(year: int, fixed: tuple[int, int]) -> date:
    """Return a day of a year; 29 February is 28 February where there is none."""
    month, day = fixed
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)


def decide_turn(
    rule: CredentialRule,
    requirements: Sequence[Node],
    facts: PersonFacts,
    on: date,
    turn: Turn,
) -> Decision:
    """Return whether the period is earned.

    A renewal is earned by the renewal gates, and by the others where the program asks for them.
    Where there are none, or the grace is over, everything must be learned again: what earned the
    last period does not earn the next.
    """
    if turn.since is None:
        return decide_credential(rule, requirements, facts, on)
    if turn.anew:
        return decide_credential(rule, requirements, newer(facts, turn.since), on)
    return decide_credential(rule, requirements, facts, on, renewal=True, since=turn.since)


def hours_by_type(
    rule: CredentialRule, requirements: Sequence[Node], decision: Decision, facts: PersonFacts
) -> dict[str, Decimal]:
    """Return the hours that the decision rests on, by how they were earned.

    Of each requirement only as many hours count as it needs, the oldest evidence first. They add
    up to the hours printed on the certificate: where its first gates are prerequisites whose
    hours are not counted among them, those are left out. Where no way of counting adds up to
    what is printed, nothing is said by type.
    """
    for first in range(len(rule.gates)):
        counted = frozenset(rule.gates[first:])
        asked = [node for node in requirements if not counted.isdisjoint(node.gates)]
        totals = _totals(asked, decision, facts)
        if rule.hours is None or sum(totals.values()) == rule.hours:
            return totals
    return {}


def _totals(asked: Sequence[Node], decision: Decision, facts: PersonFacts) -> dict[str, Decimal]:
    known = {each.id: each for each in facts.facts}
    findings = {each.requirement: each for each in decision.findings}
    totals: dict[str, Decimal] = {}
    for node in asked:
        for leaf, finding in _leaves(node, node.id, findings):
            if finding.unit is not Unit.HOURS:
                continue
            missing = finding.need
            relied = [known[each] for each in finding.because]
            for fact, amount in hours_counted(leaf, relied, finding.need):
                hours = min(amount, missing)
                if hours > 0:
                    totals[fact.hours_type] = totals.get(fact.hours_type, Decimal(0)) + hours
                    missing -= hours
    return totals


def _leaves(
    node: Node, path: str, findings: Mapping[str, Finding]
) -> list[tuple[Requirement, Finding]]:
    """Return the requirements that a node rests on: of a choice, as many as it needs."""
    if path not in findings:
        return []
    if isinstance(node, Requirement):
        return [(node, findings[path])]
    members = [
        (each, f"{path}/{each.id}") for each in node.members if f"{path}/{each.id}" in findings
    ]
    if node.needed is not None:
        members = [pair for pair in members if findings[pair[1]].met][: node.needed]
    return [leaf for each, below in members for leaf in _leaves(each, below, findings)]
