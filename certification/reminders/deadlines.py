"""Find the deadlines and ends of certificates that are near for somebody; no database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from certification.credentials.cases import Case
from certification.credentials.fold import Status
from certification.credentials.records import Held
from certification.credentials.standing import credential_status, who_acts
from certification.engine.decide import decide
from certification.engine.requirements import Group, Kind, Node, Requirement, concerns, walk
from certification.programs.document import Program
from certification.programs.queries import Catalogue
from certification.reminders.schedule import Deadline, milestone
from lms.kit import clock
from lms.kit.periods import contains, last_day
from lms.public import PersonRecord, Spell

PRIVATE = frozenset({Kind.CREDENTIAL, Kind.BACKGROUND})
"""Others are not told which licence, peer credential or check it is: it may tell of health."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What has to happen by a deadline: a requirement is met, or a certificate ends (`ends`).

    `subject` names it for ever. `keys` are the evidence keys that answer it; `actor` is who has
    to act, as `who_acts` says.
    """

    subject: str
    title: str
    deadline: Deadline
    ends: bool = False
    private: bool = False
    keys: tuple[str, ...] = ()
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """One deadline that a reminder has come for, whoever was told of it already.

    `overseers` are the supervisors, with the id of the organisation where each of them is one.
    `on` is the date in the zone of the program.
    """

    person: PersonRecord
    program_key: str
    program_title: str
    zone: str
    matter: Matter
    on: date
    overseers: Mapping[int, int]

    @property
    def due_on(self) -> date:
        """Return the last day that is in time."""
        return self.matter.deadline.due_on


def has_left(spells: Iterable[Spell], on: date) -> bool:
    """Tell whether somebody was employed somewhere and is not on a date.

    Who learns without an employer has left nobody.
    """
    known = [each for each in spells if each.ends_on is None or each.starts_on < each.ends_on]
    return bool(known) and not any(contains(each.starts_on, each.ends_on, on) for each in known)


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
    overseers = {
        each.supervisor_id: each.organisation_id
        for each in here
        if each.supervisor_id is not None and each.supervisor_id != person.id
    }
    return [
        Owed(person, case.key, rules.title, rules.zone, matter, day, overseers)
        for matter in (*_requirements(case, rules, day), *_ends(case, rules, day))
        if milestone(matter.deadline, day) is not None
    ]


def _requirements(case: Case, rules: Program, on: date) -> Iterator[Matter]:
    """Yield the open requirements that decide now, and those of a renewal for its holder."""
    facts = case.facts_on(rules, on)
    nodes = {node.id: node for node in rules.requirements}
    renewed = _renewal_gates(case, rules, on)
    hired = facts.anchors.get("hire", date.min)
    for finding in decide(rules.requirements, facts, on).findings:
        node = nodes.get(finding.requirement)
        if node is None or finding.met or finding.due is None:
            continue
        if not concerns(node, None) and renewed.isdisjoint(node.gates):
            continue
        since = max(_anchored(node, facts.anchors, finding.due), hired)
        yield Matter(
            subject=f"{case.key}:{node.id}",
            title=node.title,
            deadline=Deadline(finding.due, since),
            private=any(leaf.kind in PRIVATE for leaf in _leaves(node)),
            keys=tuple(key for leaf in _leaves(node) for key in leaf.keys),
            actor=who_acts(rules, node.id),
        )


def _ends(case: Case, rules: Program, on: date) -> Iterator[Matter]:
    """Yield the certificates that end, unless they were taken back, paused or followed by another.

    On the days after the end it is the last day that tells whether it was in force until then.
    """
    hired = case.facts_on(rules, on).anchors.get("hire", date.min)
    for each in case.held:
        last = last_day(each.valid_until)
        if last is None or _followed(each, case.held):
            continue
        in_force = each.worth(min(on, last)).status is Status.VALID
        if in_force and each.worth(on).status is not Status.REVOKED:
            deadline = Deadline(last, max(each.valid_from, hired))
            yield Matter(f"credential:{each.code}", each.title, deadline, ends=True)


def _followed(one: Held, held: Iterable[Held]) -> bool:
    return any(
        each.credential_key == one.credential_key and each.period > one.period for each in held
    )


def _renewal_gates(case: Case, rules: Program, on: date) -> frozenset[str]:
    """Return the gates of renewals that somebody has something to renew for."""
    valid = {each.credential_key for each in case.held if each.worth(on).status is Status.VALID}
    return frozenset(
        gate for rule in rules.credentials if rule.key in valid for gate in rule.renewal_gates
    )


def _anchored(node: Node, anchors: Mapping[str, date], due: date) -> date:
    """Return the day that a deadline is counted from; of a group, the earliest of its members."""
    if node.due is not None:
        return anchors.get(node.due.anchor, due)
    if isinstance(node, Group):
        return min(_anchored(each, anchors, due) for each in node.members)
    return due


def _leaves(node: Node) -> list[Requirement]:
    return [each for _, each in walk([node]) if isinstance(each, Requirement)]
