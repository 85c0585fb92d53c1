"""What the rules engine is told about one person: facts, role spells and anchor dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class FactKind(StrEnum):
    """How a fact came to be; the rules go by its key, people read its kind."""

    COMPLETION = "completion"
    QUIZ = "quiz"
    ATTENDANCE = "attendance"
    OBSERVATION = "observation"
    CREDENTIAL = "credential"
    BACKGROUND = "background"
    COLLABORATIVE = "collaborative"
    EXPERIENCE = "experience"


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of evidence.

    `on` is the legal date it happened, `valid_until` the first date it no longer holds,
    `hours` decimal hours, `score` a percentage from 0 to 100 or None when there was none.
    An unverified fact never meets a requirement; it only asks for a human.
    """

    id: str
    kind: FactKind
    key: str
    on: date
    hours: Decimal
    score: Decimal | None
    passed: bool
    valid_until: date | None
    verified: bool
    hours_type: str
    mode: str = ""


@dataclass(frozen=True, slots=True)
class RoleSpell:
    """One role held from `from_on` until the day before `until_on` (None: still held).

    `supervised`: a supervisor is named for it.
    """

    role: str
    from_on: date
    until_on: date | None
    supervised: bool = False

    def covers(self, on: date) -> bool:
        """Say whether the role is held on the date."""
        return self.from_on <= on and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """All that is known about one person; an anchor that is missing is unknown."""

    person: str
    roles: tuple[RoleSpell, ...] = ()
    anchors: Mapping[str, date] = field(default_factory=dict, hash=False)
    facts: tuple[Fact, ...] = ()

    def roles_on(self, on: date) -> frozenset[str]:
        """Return the roles held on the date."""
        return frozenset(spell.role for spell in self.roles if spell.covers(on))

    def supervised_on(self, on: date) -> bool:
        """Say whether a supervisor is named for a role held on the date."""
        return any(spell.supervised and spell.covers(on) for spell in self.roles)
