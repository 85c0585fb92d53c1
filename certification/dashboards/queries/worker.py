"""Read what one worker's page shows: people who help, certificates, the course to go on with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from certification.credentials.fold import Status
from certification.credentials.records import Held
from certification.dashboards.queries.standing import PersonStanding
from courses.public import Progress, WaitingObservation, progress
from lms.public import (
    OrganisationRecord,
    Spell,
    duty_holders,
    memberships_on,
    organisations_by_id,
    people,
)

INTRODUCTION: Final = "mrss-101"
"""The course that is open to everybody."""

HELPERS: Final = ("coach", "trainer")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works and as what; `supervisor` is a name or empty."""

    organisation: OrganisationRecord
    agency: OrganisationRecord | None
    role: str
    since: date
    supervisor_id: int | None
    supervisor: str


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One credential as a line: its worth on the date asked about; `valid_until` is exclusive."""

    code: str
    title: str
    program_key: str
    period: int
    status: str
    valid_from: date
    valid_until: date | None

    @property
    def opens(self) -> bool:
        """Whether there is a paper to open; before it begins there is nothing to show."""
        return self.status != Status.NOT_YET_VALID


def places_of(*, person_id: int, on: date) -> list[Place]:
    """Return where somebody is employed on a date, in three statements."""
    mine = memberships_on(person_id=person_id, on=on)
    known = organisations_by_id(ids=_ids(mine))
    bosses = people(person_ids=[each.supervisor_id for each in mine if each.supervisor_id])
    return [
        Place(
            organisation=known[each.organisation_id],
            agency=_agency(each, known),
            role=each.role,
            since=each.starts_on,
            supervisor_id=each.supervisor_id,
            supervisor=bosses[each.supervisor_id].name if each.supervisor_id else "",
        )
        for each in mine
    ]


def helpers_of(*, places: Sequence[Place], on: date) -> list[tuple[str, str]]:
    """Return coaches and trainers for these places, as (kind, name), the nearest first."""
    if not places:
        return []
    paths = [each.organisation.path for each in places]
    return duty_holders(kinds=HELPERS, paths=paths, on=on)


def certificates(held: Iterable[Held], on: date) -> list[CertificateRow]:
    """Return credentials with their worth on a date, the newest first."""
    rows = [
        CertificateRow(
            code=each.code,
            title=each.title,
            program_key=each.program_key,
            period=each.period,
            status=each.worth(on).status.value,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
        )
        for each in held
    ]
    return sorted(rows, key=lambda row: (row.valid_from, row.period, row.code), reverse=True)


def held_in(standings: Iterable[PersonStanding]) -> list[Held]:
    """Return every credential somebody holds or held, read with the standings."""
    return [held for each in standings for held in each.case.held]


def course_for(*, person_id: int, keys: Iterable[str]) -> Progress | None:
    """Return how far somebody is in the course that one of these evidence keys names, or None."""
    for key in keys:
        kind, _, course = key.partition(":")
        if kind == "course":
            return progress(person_id=person_id, course_key=course)
    return None


def introduction(*, person_id: int) -> Progress | None:
    """Return how far somebody is in the course that is open to everybody."""
    return progress(person_id=person_id, course_key=INTRODUCTION)


def observation_url(waiting: WaitingObservation) -> str:
    """Return where an observation is read and acknowledged."""
    return reverse("observation", args=[waiting.uuid])


def _ids(spells: Iterable[Spell]) -> list[int]:
    parts = (part for each in spells for part in each.organisation_path.strip("/").split("/"))
    return sorted({int(part) for part in parts})


def _agency(spell: Spell, known: dict[int, OrganisationRecord]) -> OrganisationRecord | None:
    chain = [known[int(part)] for part in spell.organisation_path.strip("/").split("/")]
    return next((each for each in chain if each.kind == "agency"), None)
