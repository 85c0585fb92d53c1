"""Find the ends of certificates, of their renewal, of provisional work and of licences."""

from collections.abc import Iterable, Iterator
from datetime import date

from certification.credentials.cases import Case
from certification.credentials.fold import Status
from certification.credentials.records import Held
from certification.credentials.standing import credential_status
from certification.engine.decide import decide, is_provisional
from certification.engine.facts import PersonFacts
from certification.programs.document import Program
from certification.reminders.matters import (
    LATE,
    Matter,
    Occasion,
    Owed,
    followed,
    has_left,
    overseers,
)
from certification.reminders.schedule import Deadline, milestone
from lms.kit.periods import contains, last_day
from lms.public import LicenceRecord, PersonFile, licence_kinds


def ends(case: Case, facts: PersonFacts, on: date) -> Iterator[Matter]:
    """Yield the certificates that end, unless they were taken back, paused or followed by another.

    On the days after the end it is the last day that tells whether it was in force until then.
    """
    hired = facts.anchors.get("hire", date.min)
    for each in case.held:
        last = last_day(each.valid_until)
        if last is None or followed(each, case.held):
            continue
        in_force = each.worth(min(on, last)).status is Status.VALID
        if in_force and each.worth(on).status is not Status.REVOKED:
            deadline = Deadline(last, max(each.valid_from, hired))
            subject = f"credential:{first_code(each, case.held)}"
            yield Matter(subject, each.title, deadline, Occasion.ENDS, ends_on=last)


def renewals(case: Case, on: date) -> Iterator[Matter]:
    """Yield the first day on which a certificate may be renewed, and the last one after its end."""
    for each in case.held:
        last, first = last_day(each.valid_until), each.renew_from
        if last is None or followed(each, case.held):
            continue
        code, status = first_code(each, case.held), each.worth(on).status
        if first is not None and first <= on and status is Status.VALID:
            opening = Deadline(first, first)
            yield Matter(f"opens:{code}", each.title, opening, Occasion.OPENS, ends_on=last)
        lapsed = status is Status.EXPIRED and each.worth(last).status is Status.VALID
        final = last_day(each.grace_until)
        if lapsed and final is not None and final > last:
            grace = Deadline(final, last)
            yield Matter(f"grace:{code}", each.title, grace, Occasion.GRACE, ends_on=last)


def provisional(case: Case, rules: Program, facts: PersonFacts, on: date) -> Iterator[Matter]:
    """Yield the last day of provisional work for somebody who does it, or did until it was over."""
    rule = rules.provisional
    last = rule.until.on(facts.anchors) if rule and rule.until else None
    if rule is None or rule.until is None or last is None or not on - LATE <= last:
        return
    if credential_status(case.held, on)[0] is not None:
        return
    then = min(on, last)
    if is_provisional(rule, decide(rules.requirements, facts, then), facts):
        deadline = Deadline(last, facts.anchors[rule.until.anchor])
        yield Matter(f"provisional:{case.key}", "", deadline, Occasion.PROVISIONAL)


def licences_owed(file: PersonFile, on: date, zone: str, *, told: Iterable[str]) -> list[Owed]:
    """Return the ends of verified licences that somebody is to be reminded of on a date in a zone.

    `told` are the ids of the facts whose end is told with a requirement of a program already. Not
    of licences that a later one of the same kind follows.
    """
    if has_left(file.spells, on):
        return []
    now = [each for each in file.spells if contains(each.starts_on, each.ends_on, on)]
    known, spoken = [each for each in file.licences if each.verified], set(told)
    found = []
    for each in known:
        last = last_day(each.valid_until)
        if last is None or last < each.valid_from or f"licence:{each.uuid}" in spoken:
            continue
        if any(_follows(other, each) for other in known):
            continue
        matter = Matter(
            subject=f"licence:{each.uuid}",
            title=str(dict(licence_kinds()).get(each.kind, each.kind)),
            deadline=Deadline(last, each.valid_from),
            occasion=Occasion.LICENCE,
            private=True,
        )
        if milestone(matter.deadline, on) is not None:
            found.append(Owed(file.person, "", "", zone, matter, on, overseers(file.person, now)))
    return found


def _follows(other: LicenceRecord, one: LicenceRecord) -> bool:
    if (other.kind, other.requirement) != (one.kind, one.requirement) or other.id == one.id:
        return False
    return one.valid_until is not None and (
        other.valid_until is None or other.valid_until > one.valid_until
    )


def first_code(one: Held, held: Iterable[Held]) -> str:
    """Return the number under which a period was first issued: another name is no new end."""
    known = {each.code: each for each in held}
    code, seen = one.code, {one.code}
    while (former := known[code].formerly) in known and former not in seen:
        code = former
        seen.add(former)
    return code
