"""The columns of what desks hand out as CSV: stable names, one value each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from certification.dashboards.acting import actor_name
from certification.dashboards.queries.agency import Member
from certification.dashboards.queries.programs import ProgramHere
from certification.dashboards.queries.state import TALLY_NAMES, SpanRow
from certification.dashboards.teams import who_acts
from lms.kit.formats import last_day
from lms.kit.tables import Column
from lms.public import OrganisationRecord, StaffRow

KINDS = ("region", "agency", "site")
NOT_KNOWN = "unknown"
"""The status of somebody whose standing has not been worked out yet."""


def readiness_columns(on: date, program: ProgramHere | None) -> Sequence[Column]:
    """Return the columns of the readiness table; the items are UnitRow."""
    return [
        ("as_of", lambda row: on),
        ("program", lambda row: program.key if program else ""),
        ("key", lambda row: row.key),
        ("name", lambda row: row.name),
        *[(name, attrgetter(f"tally.{name}")) for name in TALLY_NAMES],
    ]


def people_columns(
    on: date, program: ProgramHere | None, places: Mapping[int, OrganisationRecord]
) -> Sequence[Column]:
    """Return the columns of the state's list of people; the items are (StaffRow, SpanRow | None).

    `places` are all organisations by id.
    """
    titles = program.rules.titles() if program else {}
    above = _Above(places)

    def staff(read: Callable[[StaffRow], object]) -> Callable[[Any], object]:
        return lambda pair: read(pair[0])

    def span(read: Callable[[SpanRow], object], otherwise: object = "") -> Callable[[Any], object]:
        return lambda pair: otherwise if pair[1] is None else read(pair[1])

    return [
        ("as_of", lambda pair: on),
        ("program", lambda pair: program.key if program else ""),
        ("person_uuid", staff(lambda row: row.person_uuid)),
        ("family_name", staff(lambda row: row.family_name)),
        ("given_name", staff(lambda row: row.given_name)),
        *[(kind, staff(above.reader(kind))) for kind in KINDS],
        ("role", staff(lambda row: row.role)),
        ("status", span(lambda row: row.status, NOT_KNOWN)),
        ("open_items", span(lambda row: row.unmet)),
        ("overdue_items", span(lambda row: row.overdue)),
        ("hours_have", span(lambda row: row.have_hours)),
        ("hours_need", span(lambda row: row.need_hours)),
        ("next_due", span(lambda row: row.next_due_on)),
        ("next_item", span(lambda row: titles.get(row.next_requirement, row.next_requirement))),
        ("certificate_through", span(lambda row: last_day(row.valid_until))),
    ]


def team_columns(on: date, program: ProgramHere | None) -> Sequence[Column]:
    """Return the columns of a team; the items are Member."""
    titles = program.rules.titles() if program else {}

    def site_names(member: Member) -> str:
        return "; ".join(dict.fromkeys(job.place.name for job in member.jobs))

    def roles(member: Member) -> str:
        return "; ".join(dict.fromkeys(job.role for job in member.jobs))

    return [
        ("as_of", lambda member: on),
        ("program", lambda member: program.key if program else ""),
        ("person_uuid", attrgetter("uuid")),
        ("family_name", attrgetter("family_name")),
        ("given_name", attrgetter("given_name")),
        ("roles", roles),
        ("places", site_names),
        ("status", lambda member: member.status or NOT_KNOWN),
        ("open_items", attrgetter("unmet")),
        ("overdue_items", attrgetter("overdue")),
        ("hours_have", attrgetter("have_hours")),
        ("hours_need", attrgetter("need_hours")),
        ("next_due", attrgetter("due")),
        ("next_item", lambda member: titles.get(member.requirement, member.requirement)),
        ("who_must_act", who_acts),
        ("certificate_through", attrgetter("valid_through")),
    ]


def left_columns(program_key: str, on: date) -> Sequence[Column]:
    """Return the columns of what is left for one person; the items are findings.Item."""
    return [
        ("as_of", lambda item: on),
        ("program", lambda item: program_key),
        ("requirement", attrgetter("id")),
        ("title", attrgetter("title")),
        ("kind", attrgetter("kind.value")),
        ("have", attrgetter("have")),
        ("need", attrgetter("need")),
        ("unit", attrgetter("unit.value")),
        ("due", attrgetter("due")),
        ("overdue", attrgetter("overdue")),
        ("who_must_act", lambda item: actor_name(item.actor, mine=True)),
        ("basis", attrgetter("source")),
    ]


def finding_columns(program_key: str, on: date) -> Sequence[Column]:
    """Return the columns of every finding about one person, the met ones too."""
    return [*left_columns(program_key, on), ("met", attrgetter("met"))]


class _Above:
    """The names of what lies above an organisation, looked up once for each."""

    def __init__(self, places: Mapping[int, OrganisationRecord]) -> None:
        self.places = places
        self.known: dict[int, dict[str, str]] = {}

    def reader(self, kind: str) -> Callable[[StaffRow], str]:
        """Return what names the region, agency or site that a place lies in, or nothing."""
        return lambda row: self._chain(row).get(kind, "")

    def _chain(self, row: StaffRow) -> dict[str, str]:
        found = self.known.get(row.organisation_id)
        if found is None:
            path = self.places[row.organisation_id].path
            chain = [self.places[int(part)] for part in path.strip("/").split("/")]
            found = self.known[row.organisation_id] = {each.kind: each.name for each in chain}
        return found
