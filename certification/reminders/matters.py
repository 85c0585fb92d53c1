"""What somebody is reminded of: deadlines, ends, and what stops counting; no database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from certification.credentials.cases import Case
from certification.credentials.fold import Status
from certification.credentials.records import Held
from certification.credentials.standing import who_acts
from certification.engine.requirements import Kind, Node, Requirement, concerns, walk
from certification.programs.document import Program
from certification.reminders.schedule import LATE_DAYS, Deadline
from lms.kit.periods import contains
from lms.public import PersonRecord, Spell

PRIVATE = frozenset({Kind.CREDENTIAL, Kind.BACKGROUND})
"""Others are not told which licence, peer credential or check it is: it may tell of health."""

LATE = timedelta(days=LATE_DAYS)


class Occasion(StrEnum):
    """What the last day of a matter is the last day of."""

    DUE = "due"
    LAPSES = "lapses"
    ENDS = "ends"
    OPENS = "opens"
    GRACE = "grace"
    PROVISIONAL = "provisional"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True)
class Matter:
    """What has to happen by a deadline, or ends with it; `OPENS` is the first day of something.

    `subject` names it for ever. `keys` are the evidence keys that answer it; `actor` is who has
    to act, as `who_acts` says. `ends_on` is the last day of the certificate that a renewal is
    about, `facts` are the ids of what stops counting.
    """

    subject: str
    title: str
    deadline: Deadline
    occasion: Occasion = Occasion.DUE
    private: bool = False
    keys: tuple[str, ...] = ()
    actor: str = ""
    ends_on: date | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """One deadline that a reminder has come for, whoever was told of it already.

    `overseers` are the supervisors, with the id of the organisation where each of them is one.
    `on` is the date in the zone of the program. A licence that no program asks for has none.
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


def overseers(person: PersonRecord, spells: Iterable[Spell]) -> dict[int, int]:
    """Return the supervisors of these spells, with the organisation where each of them is one."""
    return {
        each.supervisor_id: each.organisation_id
        for each in spells
        if each.supervisor_id is not None and each.supervisor_id != person.id
    }


def asked(case: Case, rules: Program, on: date) -> Iterator[Node]:
    """Yield the nodes that decide now, and those of a renewal for its holder."""
    renewed = _renewal_gates(case, rules, on)
    for node in rules.requirements:
        if concerns(node, None) or not renewed.isdisjoint(node.gates):
            yield node


def about(
    case: Case,
    rules: Program,
    node: Node,
    deadline: Deadline,
    occasion: Occasion,
    facts: tuple[str, ...] = (),
) -> Matter:
    """Return the matter of a requirement; of a lapse, with the `facts` that end then."""
    parts = leaves(node)
    subject = f"{case.key}:{node.id}"
    return Matter(
        subject=f"lapse:{subject}" if occasion is Occasion.LAPSES else subject,
        title=node.title,
        deadline=deadline,
        occasion=occasion,
        private=any(leaf.kind in PRIVATE for leaf in parts),
        keys=tuple(key for leaf in parts for key in leaf.keys),
        actor=who_acts(rules, node.id),
        facts=facts,
    )


def followed(one: Held, held: Iterable[Held]) -> bool:
    """Tell whether a later period of the same credential has been issued."""
    return any(
        each.credential_key == one.credential_key and each.period > one.period for each in held
    )


def _renewal_gates(case: Case, rules: Program, on: date) -> frozenset[str]:
    """Return the gates of renewals that somebody has something to renew for."""
    valid = {each.credential_key for each in case.held if each.worth(on).status is Status.VALID}
    return frozenset(
        gate for rule in rules.credentials if rule.key in valid for gate in rule.renewal_gates
    )


def leaves(node: Node) -> list[Requirement]:
    """Return the requirements of a node: itself, or those of a group."""
    return [each for _, each in walk([node]) if isinstance(each, Requirement)]
