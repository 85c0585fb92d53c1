"""What the rules engine answers: one decision with one finding for each requirement."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """The answer to the question asked."""

    MET = "met"
    UNMET = "unmet"
    NEEDS_REVIEW = "needs_review"


class Unit(StrEnum):
    """What `have` and `need` are counted in; DATE is a proleptic ordinal day number."""

    HOURS = "hours"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one requirement stands.

    `requirement` is a path: a member of a group is written `GROUP/MEMBER`, and only findings
    without a slash decide the outcome. `met` is true exactly when `have` reaches `need`.
    `because` names the evidence that adds up to `have`, oldest first. `due` is the last day
    that is in time. `source` is the clause with the basis of its figures. `blocked_by` names what
    has to be met first: until then nothing here counts and `have` is 0.
    """

    requirement: str
    met: bool
    have: Decimal
    need: Decimal
    unit: Unit
    because: tuple[str, ...]
    due: date | None
    source: str
    blocked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The standing of one person on one legal date, with every finding behind it."""

    outcome: Outcome
    as_of: date
    findings: tuple[Finding, ...]
    engine: str
