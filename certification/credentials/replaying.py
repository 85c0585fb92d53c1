"""Work out what the rules would have issued, and on which days, had they been asked all along.

For records that arrive late (another system's history, the demo): a certificate then begins on
the day on which the last requirement was met, and not on the day of the import.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from certification.credentials.cases import Case, Earned
from certification.credentials.earning import decide_turn, last_of, next_turn, term_of
from certification.credentials.fold import Event, Happening
from certification.credentials.records import Held
from certification.engine.decide import newer
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
    """Return the periods of one credential, each from the first day on which it could be issued.

    Of a period that is found here nothing but its days is known: it counts as issued by rules,
    and as never suspended.
    """
    held = [each for each in case.held if each.credential_key == key]
    found: list[Earned] = []
    while (earned := _next(case, key, held, start, through)) is not None:
        found.append(earned)
        held.append(_as_held(earned, -len(found)))
        start = earned.on
    return found


def _next(case: Case, key: str, held: Sequence[Held], start: date, through: date) -> Earned | None:
    """Return the next period of a credential and the day on which it is earned, or None."""
    if held:
        last = last_of(held, through)
        begins = last.renew_from or last.valid_until
        if begins is None:
            return None
        start = max(start, begins)
    for day in _days_met(case, key, held, start, through):
        version = case.version(day)
        rule = version.rules.credential(key)
        turn = next_turn(rule, held, day) if rule else None
        if rule is None or turn is None:
            continue
        known = case.facts_on(version.rules, day)
        # A decision of that day does not tell what came later.
        facts = replace(known, facts=tuple(fact for fact in known.facts if fact.on <= day))
        decision = decide_turn(rule, version.rules.requirements, facts, day, turn)
        if decision.outcome is Outcome.MET:
            last_held = last_of(held, day) if held else None
            return Earned(case.dossier, version, rule, decision, facts, turn, day, last_held)
    return None


def _as_held(earned: Earned, number: int) -> Held:
    """Return a period that is not written yet as if it were held."""
    term = term_of(earned.rule, earned.turn, earned.on)
    return Held(
        id=number,
        code="",
        person_id=earned.dossier.file.person.id,
        program_key=earned.version.program_key,
        credential_key=earned.rule.key,
        period=earned.turn.period,
        title=earned.rule.title,
        holder_name="",
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        events=(Event(Happening.ISSUED, term.valid_from, datetime.min.replace(tzinfo=UTC)),),
        renew_from=term.renew_from,
        grace_until=term.grace_until,
        decided_on=earned.on,
    )


def _days_met(
    case: Case, key: str, held: Sequence[Held], start: date, through: date
) -> Sequence[date]:
    """Return the days from `start` on which the credential may begin to be earned, in order.

    Whether it is earned on such a day is for the decision to say: here are all days on which the
    requirements behind its gates begin to be met, by all evidence or by what is new, and those
    on which a window opens or a period ends.
    """
    days: set[date] = set()
    turning = {each for one in held for each in one.turning_days() if start <= each <= through}
    for place, version in enumerate(case.versions):
        rule = version.rules.credential(key)
        begin = start if place == 0 else max(start, version.effective_on)
        end = through + timedelta(days=1)
        if version.until_on is not None:
            end = min(end, version.until_on)
        if rule is None or begin >= end:
            continue
        known = case.facts_on(version.rules, begin)
        fresh = newer(known, last_of(held, through).decided_on) if held else known
        for facts in (known, fresh) if held else (known,):
            for gates in (rule.gates, rule.renewal_gates) if held else (rule.gates,):
                if gates:
                    spans = timeline(version.rules, facts, begin, end, gates=frozenset(gates))
                    days.update(span.from_on for span in spans if span.outcome is Outcome.MET)
    return sorted(days | turning)
