"""Work out what the rules would have issued, and on which days, had they been asked all along.

For records that arrive late (another system's history, the demo): a certificate then begins on
the day on which the last requirement was met, and not on the day of the import.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from certification.credentials.cases import Case, Earned
from certification.credentials.earning import Turn, counted_facts, decide_turn
from certification.credentials.fold import Status
from certification.engine.dates import add_months
from certification.engine.decision import Outcome
from certification.engine.timeline import timeline


def earned_over_time(case: Case, through: date) -> list[Earned]:
    """Return every credential that the person earned through a date, oldest first.

    The first period begins on the first day on which all is met, a later one on the first such
    day after the one before has expired; what is held already counts as issued.
    """
    days = [fact.on for facts in case.facts.values() for fact in facts]
    days += [each.starts_on for each in case.dossier.spells]
    found: list[Earned] = []
    if days:
        for key in {rule.key: None for each in case.versions for rule in each.rules.credentials}:
            found.extend(_periods(case, key, min(days), through))
    return sorted(found, key=lambda each: (each.on, each.rule.key))


def _periods(case: Case, key: str, start: date, through: date) -> list[Earned]:
    """Return the periods of one credential, each beginning after the one before has ended."""
    begun = _first_turn(case, key, start, through)
    found: list[Earned] = []
    while begun is not None:
        turn, day = begun
        earned = _first_met(case, key, turn, day, through)
        if earned is None:
            break
        found.append(earned)
        months = earned.rule.valid_months
        ends = add_months(earned.on, months) if months else None
        begun = (Turn(turn.period + 1, earned.on), ends) if ends and ends <= through else None
    return found


def _first_turn(case: Case, key: str, start: date, through: date) -> tuple[Turn, date] | None:
    """Return the period that may be earned next and the first day on which it may begin."""
    held = [each for each in case.held if each.credential_key == key]
    if not held:
        return Turn(1, None), start
    last = max(held, key=lambda each: each.period)
    if last.valid_until is None or last.worth(through).status is not Status.EXPIRED:
        return None
    return Turn(last.period + 1, last.valid_from), last.valid_until


def _first_met(case: Case, key: str, turn: Turn, start: date, through: date) -> Earned | None:
    """Return the credential as of the first day from `start` on which it is earned, or None."""
    for day in _days_met(case, key, turn, start, through):
        version = case.version(day)
        rule = version.rules.credential(key)
        if rule is None:
            continue
        known = case.facts_on(version.rules, day)
        # A decision of that day does not tell what came later.
        facts = replace(known, facts=tuple(fact for fact in known.facts if fact.on <= day))
        decision = decide_turn(rule, version.rules.requirements, facts, day, turn)
        if decision.outcome is Outcome.MET:
            return Earned(case.dossier, version, rule, decision, facts, turn, day)
    return None


def _days_met(case: Case, key: str, turn: Turn, start: date, through: date) -> Sequence[date]:
    """Return the days on which the requirements behind the credential's gates begin to be met."""
    days: list[date] = []
    for place, version in enumerate(case.versions):
        rule = version.rules.credential(key)
        begin = start if place == 0 else max(start, version.effective_on)
        end = through + timedelta(days=1)
        if version.until_on is not None:
            end = min(end, version.until_on)
        if rule is None or begin >= end:
            continue
        gates = frozenset(rule.gates + (rule.renewal_gates if turn.since is not None else ()))
        facts = counted_facts(rule, case.facts_on(version.rules, begin), turn)
        spans = timeline(version.rules, facts, begin, end, gates=gates)
        days.extend(span.from_on for span in spans if span.outcome is Outcome.MET)
    return days
