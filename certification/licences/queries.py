"""Read the licences of a person or a team, and which requirements a licence may be meant for."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from certification.credentials.cases import read_cases
from certification.engine.requirements import EVERYONE, Kind, Requirement, walk
from certification.licences.states import Standing, standings
from lms.public import (
    OrganisationRecord,
    PersonRecord,
    duty_holders,
    licence_lives,
    memberships_on,
    people,
    staff_on,
)

GRANTED: Final = frozenset({Kind.CREDENTIAL, Kind.BACKGROUND})
"""Kinds of requirements that something granted by others answers."""
NAMED: Final = "credential:"


@dataclass(frozen=True, slots=True)
class TeamLicence:
    """A licence of somebody of a team."""

    person: PersonRecord
    standing: Standing


@dataclass(frozen=True, slots=True)
class Answerable:
    """A requirement that no kind of licence answers by itself, so that one has to name it."""

    id: str
    title: str
    program: str


def own_licences(*, person_id: int, on: date) -> list[Standing]:
    """Return somebody's licences in the order in which somebody has to act."""
    return standings(licence_lives(person_ids=[person_id]), on)


def team_licences(*, place: OrganisationRecord, on: date) -> list[TeamLicence]:
    """Return the licences of everybody employed at a place or below, in the order to act.

    In as many statements for a hundred people as for one.
    """
    ids = {each.person_id for each in staff_on(organisation_path=place.path, on=on)}
    known = people(person_ids=ids)
    found = standings(licence_lives(person_ids=ids), on)
    return [TeamLicence(known[each.life.licence.person_id], each) for each in found]


def verifiers(*, person_id: int, on: date) -> list[str]:
    """Return the names of the managers who look up somebody's licences; nobody's own."""
    spells = memberships_on(person_id=person_id, on=on)
    paths = [each.organisation_path for each in spells]
    own = people(person_ids=[person_id])[person_id].name
    held = duty_holders(kinds=["agency_manager"], paths=paths, on=on) if paths else []
    return [name for _kind, name in held if name != own]


def answerable(*, person_id: int, on: date) -> list[Answerable]:
    """Return the requirements that a licence of this person has to name to answer them."""
    roles = {each.role for each in memberships_on(person_id=person_id, on=on)} | {EVERYONE}
    found: dict[str, Answerable] = {}
    for case in read_cases(person_ids=[person_id]):
        rules = case.version(on).rules
        for _path, node in walk(rules.requirements):
            if isinstance(node, Requirement) and has_to_be_named(node):
                if not roles.isdisjoint(node.roles):
                    found.setdefault(node.id, Answerable(node.id, node.title, rules.title))
    return sorted(found.values(), key=lambda each: (each.program, each.id))


def has_to_be_named(node: Requirement) -> bool:
    """Tell whether a requirement is for a licence, and none answers it by its kind alone."""
    return node.kind in GRANTED and not any(_by_kind(key) for key in node.keys)


def _by_kind(key: str) -> bool:
    return key == "background:check" or key.startswith(NAMED)
