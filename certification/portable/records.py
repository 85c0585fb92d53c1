"""What a portable record says, as frozen records; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

FORMAT: Final = "mrss-portable-record/1"
TYPE: Final = "MRSSPortableRecord"
KINDS: Final = frozenset(
    {
        "lesson",
        "module",
        "course",
        "quiz",
        "session",
        "observation",
        "coaching",
        "collaborative",
        "experience",
        "training",
    }
)
"""What a fact may be: the kinds of the ledger, without its corrections."""
HOURS_TYPES: Final = frozenset({"self_paced", "live", "practice", "coaching", "none"})


class Part(StrEnum):
    """What a record tells only when its worker says so."""

    LICENCES = "licences"
    PEER = "peer"
    EMPLOYERS = "employers"


class Origin(NamedTuple):
    """Where a fact was recorded first: the DID of that academy, and the id it has there."""

    did: str
    id: str


@dataclass(frozen=True, slots=True)
class SourceFact:
    """One fact of the ledger elsewhere. `attested_by` is who attests facts of its kind, in a word.

    `hours` are clock hours, `score` is per cent. `origin` is set where that academy had it from
    another one.
    """

    id: str
    kind: str
    subject: str
    title: str
    occurred_at: datetime
    recorded_at: datetime
    hours: Decimal
    hours_type: str
    score: Decimal | None
    passed: bool
    content_revision: str
    attested_by: str
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class SourceLicence:
    """One licence that others gave; `until` is exclusive, `verified` by the academy elsewhere."""

    id: UUID
    kind: str
    requirement: str
    number: str
    issuer: str
    valid_from: date
    until: date | None
    verified: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SourceSpell:
    """One employment; `until` is exclusive. `organisation` is empty unless the worker tells it."""

    role: str
    from_on: date
    until: date | None
    first_service_on: date | None
    supervised: bool
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """One event in the life of a credential elsewhere; `sets_aside` is the number of another."""

    number: int
    kind: str
    effective_on: date
    recorded_at: datetime
    reason: str
    replaced_by: str
    sets_aside: int | None


@dataclass(frozen=True, slots=True)
class SourceCredential:
    """One credential issued elsewhere; `until` and `grace_until` are exclusive."""

    code: str
    title: str
    credential: str
    program: str
    period: int
    edition: int
    valid_from: date
    until: date | None
    renew_from: date | None
    grace_until: date | None
    decided_on: date
    holder_name: str
    events: tuple[SourceEvent, ...]


@dataclass(frozen=True, slots=True)
class SourceProgram:
    """One program there: its rules as text, and what they said of the person on a date.

    `version_changed` is the day a later version came into force; None for the first version.
    `decision` and `earned` (outcome by credential) are as the record states them.
    """

    key: str
    title: str
    version: str
    digest: str
    version_changed: date | None
    rules: str
    as_of: date
    decision: Mapping[str, Any]
    earned: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PortableRecord:
    """One record. `taken_back` are the ids of facts that no longer stand there."""

    id: UUID
    did: str
    issuer_name: str
    issuer_url: str
    issued_at: datetime
    person: UUID
    name: str
    parts: frozenset[Part]
    facts: tuple[SourceFact, ...]
    taken_back: tuple[str, ...]
    licences: tuple[SourceLicence, ...]
    spells: tuple[SourceSpell, ...]
    credentials: tuple[SourceCredential, ...]
    programs: tuple[SourceProgram, ...]

    def origin_of(self, fact: SourceFact) -> Origin:
        """Return where a fact was recorded first."""
        return fact.origin or Origin(self.did, fact.id)
