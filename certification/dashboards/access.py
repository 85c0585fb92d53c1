"""Who may open which desk, and how much of it; the rules themselves are those of lms.public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from certification.dashboards.queries.worker import Place
from lms.public import (
    Ability,
    Denied,
    OrganisationRecord,
    PersonRecord,
    authority,
    can,
    can_then,
    organisation,
    organisations_by_id,
    require,
    visible_people,
    visible_then,
)


@dataclass(frozen=True, slots=True)
class Team:
    """A team that an account may see; `manages`: and may change. `others`: ids of its others."""

    place: OrganisationRecord
    manages: bool
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a record may be seen. `licences`: also licences and peer credentials.

    `former`: the person has left, and the agency reads what it knew on a day before: nothing that
    came later, and no paper that says how things stand today.
    """

    paths: tuple[str, ...]
    viewer_id: int | None
    own: bool
    licences: bool
    former: bool = False

    def shows(self, place: Place) -> bool:
        """Tell whether an employment is the viewer's business: their agency's, or supervised."""
        supervised = self.viewer_id is not None and place.supervisor_id == self.viewer_id
        return self.own or supervised or place.organisation.path.startswith(self.paths)


def user_id(request: HttpRequest) -> int:
    """Return the id of the account that is signed in; the door lets nobody else in."""
    return request.user.pk or 0


def audited(request: HttpRequest) -> list[OrganisationRecord]:
    """Return the states and regions whose readiness an account may see, the widest first.

    Raises:
        Denied: it holds no such duty.
    """
    paths = _paths(request, Ability.AUDIT_STATE)
    if not paths:
        require(user_id=user_id(request), ability=Ability.AUDIT_STATE)
    return _places([_last_id(path) for path in paths])


def managed(request: HttpRequest) -> list[OrganisationRecord]:
    """Return the organisations an account manages, the widest first."""
    return _places([_last_id(path) for path in _paths(request, Ability.MANAGE_AGENCY)])


def open_team(request: HttpRequest, slug: str) -> Team | None:
    """Return the team of an organisation for its manager or its auditor.

    None: there is no such organisation.

    Raises:
        Denied: a stranger (404) or a colleague without the right (403).
    """
    place = organisation(key=slug)
    if place is None:
        return None
    paths = _paths(request, Ability.MANAGE_AGENCY)
    manages = place.path.startswith(tuple(paths))
    if not manages and not place.path.startswith(tuple(_paths(request, Ability.AUDIT_STATE))):
        who = user_id(request)
        require(user_id=who, ability=Ability.MANAGE_AGENCY, organisation_id=place.id)
    return Team(place, manages, tuple(_last_id(each) for each in paths if each != place.path))


def others_of(team: Team) -> Sequence[OrganisationRecord]:
    """Return the other organisations that the account manages."""
    return _places(team.others) if team.others else []


def manages(request: HttpRequest, place: OrganisationRecord) -> bool:
    """Tell whether the account manages an organisation."""
    return place.path.startswith(tuple(_paths(request, Ability.MANAGE_AGENCY)))


def organisation_of(slug: str) -> OrganisationRecord | None:
    """Return the organisation with a key; who may see its people is asked of each person."""
    return organisation(key=slug)


def open_record(request: HttpRequest, someone: PersonRecord, on: date) -> Reach:
    """Check that a record may be seen as of a date, and return how much of it.

    Who may see it today may ask about any date. The managers of an agency that somebody has left
    may ask about the days on which they were employed there.

    Raises:
        Denied: the record may not be seen.
    """
    who, held = user_id(request), authority(request)
    try:
        require(user_id=who, ability=Ability.SEE_PERSON_RECORD, person_id=someone.id)
    except Denied:
        ability = Ability.SEE_PERSON_RECORD
        if not can_then(user_id=who, ability=ability, person_id=someone.id, as_of=on, held=held):
            raise
        return _former_reach(request, someone, on)
    ability = Ability.SEE_PERSON_LICENCES
    return Reach(
        paths=tuple(_paths(request, Ability.SEE_PERSON_RECORD)),
        viewer_id=held.person_id if held else None,
        own=held is not None and someone.id == held.person_id,
        licences=can(user_id=who, ability=ability, person_id=someone.id, held=held),
    )


def _former_reach(request: HttpRequest, someone: PersonRecord, on: date) -> Reach:
    """Return how much a former agency sees of a day on which the person worked there."""
    who, held = user_id(request), authority(request)
    scope = visible_then(user_id=who, ability=Ability.SEE_PERSON_RECORD, as_of=on, held=held)
    ability = Ability.SEE_PERSON_LICENCES
    return Reach(
        paths=scope.paths,
        viewer_id=None,
        own=False,
        licences=can_then(user_id=who, ability=ability, person_id=someone.id, as_of=on, held=held),
        former=True,
    )


def _paths(request: HttpRequest, ability: Ability) -> list[str]:
    """Return where an account holds an ability today, the widest first."""
    scope = visible_people(user_id=user_id(request), ability=ability, held=authority(request))
    return sorted({*scope.paths, *scope.past_paths}, key=lambda path: (path.count("/"), path))


def _last_id(path: str) -> int:
    return int(path.rstrip("/").rpartition("/")[2])


def _places(ids: Sequence[int]) -> list[OrganisationRecord]:
    found = organisations_by_id(ids=ids)
    return [found[pk] for pk in ids if pk in found]
