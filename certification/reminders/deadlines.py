"""Find what is near for somebody in a program; no database."""

from collections.abc import Iterator, Mapping
from datetime import date

from certification.credentials.cases import Case
from certification.credentials.fold import Status
from certification.credentials.standing import credential_status
from certification.engine.decide import decide
from certification.engine.decision import Finding
from certification.engine.facts import PersonFacts
from certification.engine.requirements import Group, Node
from certification.programs.document import Program
from certification.programs.queries import Catalogue
from certification.reminders.ends import ends, provisional, renewals
from certification.reminders.lapses import lapses
from certification.reminders.matters import (
    Matter,
    Occasion,
    Owed,
    about,
    asked,
    has_left,
    overseers,
)
from certification.reminders.schedule import Deadline, milestone
from lms.kit import clock
from lms.kit.periods import contains


def owed_in(case: Case, programs: Catalogue, on: date | None) -> list[Owed]:
    """Return what somebody is to be reminded of in a program (`on` None: today in its zone).

    Nothing for those who have left the employers that work under it, and nothing about a program
    whose certificate was revoked.
    """
    day = on or clock.today(case.versions[-1].rules.zone)
    now = [each for each in case.dossier.spells if contains(each.starts_on, each.ends_on, day)]
    here = [each for each in now if case.key in programs.keys_on([each.organisation_path], day)]
    if has_left(case.dossier.spells, day) or not (here or case.key in programs.open_keys):
        return []
    if credential_status(case.held, day)[0] == Status.REVOKED.value:
        return []
    rules = case.version(day).rules
    person = case.dossier.file.person
    told = overseers(person, here)
    return [
        Owed(person, case.key, rules.title, rules.zone, matter, day, told)
        for matter in _matters(case, rules, day)
        if milestone(matter.deadline, day) is not None
    ]


def _matters(case: Case, rules: Program, on: date) -> Iterator[Matter]:
    facts = case.facts_on(rules, on)
    decision = decide(rules.requirements, facts, on)
    findings = {each.requirement: each for each in decision.findings}
    yield from _requirements(case, rules, facts, findings, on)
    yield from lapses(case, rules, facts, findings, on)
    yield from ends(case, facts, on)
    yield from renewals(case, on)
    yield from provisional(case, rules, facts, on)


def _requirements(
    case: Case, rules: Program, facts: PersonFacts, findings: Mapping[str, Finding], on: date
) -> Iterator[Matter]:
    """Yield the open requirements that decide now, and those of a renewal for its holder."""
    hired = facts.anchors.get("hire", date.min)
    for node in asked(case, rules, on):
        finding = findings.get(node.id)
        if finding is None or finding.met or finding.due is None:
            continue
        since = max(_anchored(node, facts.anchors, finding.due), hired)
        yield about(case, rules, node, Deadline(finding.due, since), Occasion.DUE)


def _anchored(node: Node, anchors: Mapping[str, date], due: date) -> date:
    """Return the day that a deadline is counted from; of a group, the earliest of its members."""
    if node.due is not None:
        return anchors.get(node.due.anchor, due)
    if isinstance(node, Group):
        return min(_anchored(each, anchors, due) for each in node.members)
    return due
