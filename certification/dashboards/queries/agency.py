"""Read a team: everybody employed below an organisation on a date, with their standing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from certification.credentials.models import StandingSpan
from certification.dashboards.queries.programs import ProgramHere
from certification.dashboards.queries.state import LAPSED, spans_on
from lms.kit.matching import name_key
from lms.kit.periods import last_day
from lms.public import (
    OrganisationRecord,
    StaffRow,
    former_names,
    organisations,
    people_employed,
    staff_rows,
    today,
)

SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Job:
    """One role at one place."""

    role: str
    place: OrganisationRecord


@dataclass(slots=True)
class Member:
    """One person of a team with the standing on the date asked about.

    `status` is empty while nothing has been worked out. `due` is the next deadline, of an open
    requirement or of the certificate in force; `valid_through` its last day.
    """

    person_id: int
    uuid: UUID
    given_name: str
    family_name: str
    jobs: list[Job] = field(default_factory=list)
    status: str = ""
    overdue: int = 0
    unmet: int = 0
    have_hours: Decimal = Decimal(0)
    need_hours: Decimal = Decimal(0)
    due: date | None = None
    requirement: str = ""
    actor: str = ""
    valid_through: date | None = None
    lapsed: bool = False

    @property
    def name(self) -> str:
        """Return the name as the person writes it."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def order(self) -> tuple[str, int]:
        """Return what sorts people by name."""
        return name_key(f"{self.family_name} {self.given_name}"), self.person_id


@dataclass(frozen=True, slots=True)
class Team:
    """The people of whom a program asks something, and how many others are employed there."""

    members: list[Member]
    others: int
    sites: list[OrganisationRecord]


def team(*, place: OrganisationRecord, program: ProgramHere | None, on: date) -> Team:
    """Return who is employed below a place on a date; three statements, whatever their number.

    Of a past date who has left since bears the name of then; that is one statement more.
    """
    below = {each.id: each for each in organisations(below_path=place.path)}
    everybody: set[int] = set()
    members: dict[int, Member] = {}
    for row in staff_rows(paths=[place.path], on=on):
        everybody.add(row.person_id)
        here = below[row.organisation_id]
        if program is not None and _covered(program, row, here):
            member = members.setdefault(row.person_id, Member(*row[:4]))
            job = Job(row.role, here)
            if job not in member.jobs:  # Two records of one human may say the same.
                member.jobs.append(job)
    if program is not None and members:
        for span in _spans(program, place, on):
            if span.person_id in members:
                _apply(members[span.person_id], span)
    if members and on < today():
        names = former_names(person_ids=members, path=place.path, as_of=on, on=today())
        for person_id, (given, family) in names.items():
            members[person_id].given_name, members[person_id].family_name = given, family
    sites = [each for each in below.values() if each.kind == "site"]
    ordered = sorted(members.values(), key=lambda each: each.order)
    return Team(ordered, len(everybody) - len(members), sites)


def _covered(program: ProgramHere, row: StaffRow, here: OrganisationRecord) -> bool:
    concerned = program.roles is None or row.role in program.roles
    return concerned and here.path.startswith(program.paths)


def _spans(program: ProgramHere, place: OrganisationRecord, on: date) -> list[StandingSpan]:
    where = people_employed(paths=[place.path], on=on)
    return list(spans_on(program.key, on).filter(where).order_by("person_id", "pk"))


def _apply(member: Member, span: StandingSpan) -> None:
    member.status = span.status
    member.overdue = span.overdue
    member.unmet = span.unmet
    member.have_hours = span.have_hours
    member.need_hours = span.need_hours
    member.valid_through = last_day(span.valid_until)
    member.lapsed = span.status in LAPSED
    member.due = span.next_due_on
    member.requirement = span.next_requirement
    member.actor = span.who_next
    if member.due is None and not span.unmet and span.status == "certified":
        member.due = member.valid_through


def due_soon(member: Member, on: date) -> bool:
    """Tell whether the next deadline falls within 30 days from a date."""
    return member.due is not None and on <= member.due <= on + SOON


FILTERS: Final[dict[str, Callable[[Member, date], bool]]] = {
    "all": lambda member, on: True,
    "overdue": lambda member, on: member.overdue > 0,
    "due": due_soon,
    "certified": lambda member, on: member.status == "certified",
    "provisional": lambda member, on: member.status == "provisional",
    "training": lambda member, on: member.status in ("in_training", ""),
    "expired": lambda member, on: member.lapsed,
}
"""What may be asked of a team, by the word in the query string."""

SORTS: Final[dict[str, Callable[[Member], Any]]] = {
    "due": lambda member: member.due,
    "name": lambda member: member.order,
    "status": lambda member: member.status,
    "hours": lambda member: member.have_hours,
    "certificate": lambda member: member.valid_through,
}


def sift(members: Sequence[Member], *, on: date, show: str, site: str, words: str) -> list[Member]:
    """Return the members that a filter, a site and the words of a name let through."""
    wanted = name_key(words)
    keep = FILTERS[show]
    return [
        each
        for each in members
        if keep(each, on)
        and (not site or any(job.place.key == site for job in each.jobs))
        and wanted in name_key(each.name)
    ]


def arrange(members: Sequence[Member], sort: str) -> list[Member]:
    """Return members sorted by a key of SORTS ("-" in front: the other way), then by name.

    Whoever has no value comes last either way.
    """
    value = SORTS[sort.removeprefix("-")]
    by_name = sorted(members, key=lambda each: each.order)
    known = [each for each in by_name if value(each) is not None]
    known.sort(key=value, reverse=sort.startswith("-"))
    return known + [each for each in by_name if value(each) is None]
