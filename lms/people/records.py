"""What the other folders learn about people and organisations: frozen records, never models."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A worker."""

    id: int
    uuid: UUID
    name: str
    given_name: str
    family_name: str
    email: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """A state, region, agency or site. ``path`` is "/1/4/9/", ids from the state down."""

    id: int
    key: str
    name: str
    kind: str
    parent_id: int | None
    path: str
    zone: str


@dataclass(frozen=True, slots=True)
class Spell:
    """One employment spell, current version. ``ends_on`` is exclusive; None: still employed."""

    person_id: int
    organisation_id: int
    organisation_path: str
    role: str
    fte: str
    starts_on: date
    ends_on: date | None
    supervisor_id: int | None
    first_service_on: date | None


@dataclass(frozen=True, slots=True)
class LicenceRecord:
    """A licence, peer credential, degree or background result. ``valid_until`` is exclusive."""

    id: int
    uuid: UUID
    person_id: int
    kind: str
    requirement: str
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None
    verified: bool
    recorded_at: datetime


class HeldDuty(NamedTuple):
    """A duty that a person holds on the date asked about."""

    kind: str
    organisation: OrganisationRecord
    duty_id: int


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A person with all spells and licences, oldest first."""

    person: PersonRecord
    spells: tuple[Spell, ...]
    licences: tuple[LicenceRecord, ...]


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """An invitation as its guest or the organisation sees it."""

    id: int
    uuid: UUID
    email: str
    organisation_id: int
    organisation_name: str
    person_id: int | None
    person_name: str
    role: str
    duty: str
    recorded_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None

    def usable(self, now: datetime) -> bool:
        """Tell whether it can still be accepted at an instant."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > now
