"""Turn facts into what counts toward one requirement, each with the days on which it counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from certification.engine.dates import end_after
from certification.engine.decision import Unit
from certification.engine.facts import Fact
from certification.engine.requirements import ONE, ZERO, Kind, Requirement, matches

# More hours than anybody works in ten years: a mistake, never evidence.
_MOST_HOURS = Decimal(100_000)
_MOST_PERCENT = Decimal(100)

FactIndex: TypeAlias = Mapping[str, Sequence[Fact]]


class Candidate(NamedTuple):
    """Evidence that counts from `start` until the day before `end`, worth `amount` of the unit."""

    start: date
    end: date | None
    amount: Decimal
    fact: str
    verified: bool
    key: str = ""
    hours_type: str = ""


def index(facts: Iterable[Fact]) -> FactIndex:
    """Arrange facts by key, oldest first, each id once whatever the order they came in."""
    ordered = sorted(facts, key=_age)
    if len({fact.id for fact in ordered}) != len(ordered):
        # The same id with two contents is a fault upstream; which one is kept must still not
        # depend on the order, and an unverified reading may not hide behind a verified one.
        kept: dict[str, Fact] = {}
        for fact in sorted(ordered, key=lambda each: (each.on, each.id, each.verified, repr(each))):
            kept.setdefault(fact.id, fact)
        ordered = list(kept.values())
    by_key: dict[str, list[Fact]] = {}
    for fact in ordered:
        by_key.setdefault(fact.key, []).append(fact)
    return by_key


def _age(fact: Fact) -> tuple[date, str]:
    return (fact.on, fact.id)


def candidates(
    requirement: Requirement, by_key: FactIndex, anchors: Mapping[str, date]
) -> list[Candidate]:
    """Return what counts toward the requirement at any time, oldest first.

    A requirement measured in percent keeps attempts below its mark, so that `have` can show
    the best of them; every other unit keeps only what was passed at or above the mark.
    """
    found: list[Candidate] = []
    first = requirement.since.on(anchors) if requirement.since else None
    for key in _keys(requirement, by_key):
        for fact in by_key.get(key, ()):
            if first is not None and fact.on < first:
                continue
            amount = _amount(requirement, fact)
            if amount is None:
                continue
            end = expiry(requirement, fact)
            if end is None or fact.on < end:
                found.append(
                    Candidate(fact.on, end, amount, fact.id, fact.verified, key, fact.hours_type)
                )
    if len(found) > 1:
        found.sort(key=lambda each: (each.start, each.fact))
    return found


def _keys(requirement: Requirement, by_key: FactIndex) -> Iterable[str]:
    if not requirement.wild:
        return requirement.keys
    return [key for key in by_key if any(matches(each, key) for each in requirement.keys)]


def expiry(requirement: Requirement, fact: Fact) -> date | None:
    """Return the first date the fact no longer counts, or None when it never stops counting.

    The date printed on a credential is its issuer's word and replaces `valid_months`; for
    everything else, whichever of the two comes first.
    """
    printed = fact.valid_until
    if requirement.valid_months is None:
        return printed
    if printed is not None and requirement.kind is Kind.CREDENTIAL:
        return printed
    computed = end_after(fact.on, requirement.valid_months)
    if printed is None or computed is None:
        return printed or computed
    return min(printed, computed)


def have(requirement: Requirement, active: Sequence[Candidate], need: Decimal) -> Decimal:
    """Add up what counts on a day, in the requirement's unit, within its caps."""
    if requirement.unit is Unit.PERCENT:
        return max((each.amount for each in active), default=ZERO)
    if requirement.plain:
        return sum((each.amount for each in active), ZERO)
    return sum((amount for _, amount in counted(requirement, active, need)), ZERO)


def counted(
    requirement: Requirement, active: Sequence[Candidate], need: Decimal
) -> list[tuple[Candidate, Decimal]]:
    """Return what counts on a day with the amount it adds, oldest first, within the caps.

    `active` is oldest first. What adds nothing is left out.
    """
    if not requirement.repeats:
        best: dict[str, Candidate] = {}
        for each in active:
            if each.key not in best or each.amount > best[each.key].amount:
                best[each.key] = each
        active = [each for each in active if best[each.key] is each]
    left = [cap.limit(need) for cap in requirement.caps]
    found: list[tuple[Candidate, Decimal]] = []
    for each in active:
        amount = each.amount
        for which, cap in enumerate(requirement.caps):
            if cap.names(each.key, each.hours_type):
                amount = min(amount, left[which])
                left[which] -= amount
                break
        if amount > 0:
            found.append((each, amount))
    return found


def needs(requirement: Requirement, by_key: FactIndex) -> list[tuple[date, Decimal]]:
    """Return what is needed from which day on, from the beginning of time; experience lowers it."""
    steps = [(date.min, requirement.need)]
    for reduction in requirement.reductions:
        gained = ZERO
        known = [
            fact
            for key in by_key
            if any(matches(each, key) for each in reduction.keys)
            for fact in by_key[key]
            if fact.passed and fact.verified
        ]
        for fact in sorted(known, key=_age):
            gained += (_hours(fact) or ZERO) if reduction.hours else ONE
            if gained >= reduction.at_least:
                steps.append((fact.on, min(reduction.to, requirement.need)))
                break
    lowest = requirement.need
    falling: list[tuple[date, Decimal]] = []
    for day, amount in sorted(steps, key=lambda step: (step[0], -step[1])):
        if not falling or amount < lowest:
            lowest = min(lowest, amount)
            falling.append((day, lowest))
    return falling


def need_on(requirement: Requirement, by_key: FactIndex, on: date) -> Decimal:
    """Return what is needed on a date."""
    if not requirement.reductions:
        return requirement.need
    return [amount for day, amount in needs(requirement, by_key) if day <= on][-1]


def relied_on(
    requirement: Requirement, active: Sequence[Candidate], need: Decimal
) -> Sequence[Candidate]:
    """Return what `have` rests on: all that adds to a sum, or the first of the best scores."""
    if requirement.unit is not Unit.PERCENT or not active:
        if requirement.plain:
            return active
        return [each for each, _ in counted(requirement, active, need)]
    best = max(each.amount for each in active)
    return [next(each for each in active if each.amount == best)]


def hours_counted(
    requirement: Requirement, facts: Sequence[Fact], need: Decimal
) -> list[tuple[Fact, Decimal]]:
    """Return how many hours each of the facts adds that a finding relies on, oldest first."""
    known = {each.id: each for each in facts}
    active = [
        Candidate(each.on, None, each.hours, each.id, True, each.key, each.hours_type)
        for each in facts
    ]
    return [(known[each.fact], amount) for each, amount in counted(requirement, active, need)]


def _amount(requirement: Requirement, fact: Fact) -> Decimal | None:
    """Return what a fact is worth in the requirement's unit, or None when it counts for nothing."""
    if requirement.unit is Unit.PERCENT:
        return _percent(requirement, fact)
    if not fact.passed or not _reaches_mark(requirement, fact):
        return None
    if requirement.hours_types and fact.hours_type not in requirement.hours_types:
        return None
    return ONE if requirement.unit is Unit.COUNT else _hours(fact)


def _hours(fact: Fact) -> Decimal | None:
    """Return usable hours, or None."""
    hours = fact.hours
    return hours if hours.is_finite() and ZERO < hours <= _MOST_HOURS else None


def _percent(requirement: Requirement, fact: Fact) -> Decimal | None:
    score = _score(fact)
    if score is None:
        # An attestation of the requirement itself without a score stands for the pass mark.
        attested = fact.passed and fact.score is None and fact.key == requirement.id
        return requirement.need if attested else None
    # A score at the mark that was not passed (voided, a critical item failed) is not shown,
    # so that `met` always equals `have >= need`.
    return score if fact.passed or score < requirement.need else None


def _reaches_mark(requirement: Requirement, fact: Fact) -> bool:
    mark = requirement.pass_percent
    if not mark:
        return True
    if fact.score is None:
        return fact.key == requirement.id or fact.key in requirement.unscored
    score = _score(fact)
    return score is not None and score >= mark


def _score(fact: Fact) -> Decimal | None:
    """Return a usable score from 0 to 100, or None."""
    score = fact.score
    if score is None or not score.is_finite() or not ZERO <= score <= _MOST_PERCENT:
        return None
    return score
