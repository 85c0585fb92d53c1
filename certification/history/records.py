"""What a history import knows and what it would write, as frozen records; pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from certification.history.meanings import Meaning, Way
from certification.history.reading import HistoryRow, Remark


class Outcome(enum.StrEnum):
    """What becomes of a row."""

    ADD = "add"
    ON_RECORD = "on_record"
    ERROR = "error"


class Who(NamedTuple):
    """A person whom a row can mean."""

    id: int
    uuid: str
    name: str


class FactKey(NamedTuple):
    """What two facts on record must not share."""

    person_id: int
    subject: str
    day: date


class KnownFact(NamedTuple):
    """A fact on record."""

    kind: str
    hours: Decimal
    reversed: bool


class LicenceKey(NamedTuple):
    """What licences are compared by."""

    person_id: int
    kind: str
    requirement: str
    valid_from: date


class KnownLicence(NamedTuple):
    """A licence on record; `until` is exclusive, `corrected` says that a later row replaces it."""

    until: date | None
    issuer: str
    number: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record before the file is imported. `record_ids`: an organisation was named."""

    meanings: Mapping[str, Meaning]
    people: Mapping[str, Sequence[Who]]
    facts: Mapping[FactKey, Sequence[KnownFact]]
    licences: Mapping[LicenceKey, Sequence[KnownLicence]]
    record_ids: bool


@dataclass(frozen=True, slots=True)
class NewFact:
    """A ledger fact to write; the same `act` is the same fact."""

    act: str
    person_id: int
    subject: str
    day: date
    hours: Decimal
    hours_type: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A licence to write, unverified; the same `uuid` is the same licence. `until` is exclusive."""

    uuid: UUID
    person_id: int
    kind: str
    requirement: str
    valid_from: date
    until: date | None
    issuer: str
    number: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What importing would do with one row; `notes` tell what a reader should know about it."""

    row: HistoryRow
    outcome: Outcome
    who: Who | None = None
    way: Way | None = None
    faults: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    fact: NewFact | None = None
    paper: NewPaper | None = None
