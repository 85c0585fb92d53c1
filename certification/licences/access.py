"""Who may open licences of a team or a person, and who may write down what a source said."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from lms.public import (
    Ability,
    OrganisationRecord,
    PersonRecord,
    authority,
    can,
    organisation,
    person_by_uuid,
    require,
    spells,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The licences of somebody that the account may open; `verifies`: and may write down."""

    place: OrganisationRecord
    person: PersonRecord
    own: bool
    verifies: bool


def open_place(request: HttpRequest, slug: str) -> OrganisationRecord:
    """Return an organisation whose people's licences the account may see.

    Coaches and supervisors may not: a peer credential tells of somebody's health.

    Raises:
        Denied: a stranger, or no such organisation (404); a colleague without the right (403).
    """
    place = organisation(key=slug)
    require(
        user_id=request.user.pk,
        ability=Ability.SEE_PERSON_LICENCES,
        organisation_id=place.id if place else 0,
    )
    if place is None:
        raise Http404
    return place


def open_person(request: HttpRequest, slug: str, uuid: UUID) -> Opened:
    """Return somebody who works, or worked, at an organisation, and what the account may do.

    Raises:
        Http404: nobody like that there, or nobody whom the account may know of.
        Denied: as `open_place`; the person's licences may not be seen.
    """
    place = open_place(request, slug)
    person = person_by_uuid(uuid=uuid)
    if person is None or not spells(person_ids=[person.id], below_path=place.path):
        raise Http404
    who, held = request.user.pk, authority(request)
    require(user_id=who, ability=Ability.SEE_PERSON_LICENCES, person_id=person.id)
    verifies = can(user_id=who, ability=Ability.VERIFY_LICENCES, person_id=person.id, held=held)
    own = held is not None and held.person_id == person.id
    return Opened(place, person, own=own, verifies=verifies)


def open_person_to_write(request: HttpRequest, slug: str, uuid: UUID) -> Opened:
    """Return somebody whose licences the account may write down.

    Raises:
        Http404, Denied: as `open_person`; nobody verifies their own, and auditors only read.
    """
    opened = open_person(request, slug, uuid)
    if not opened.verifies:
        require(
            user_id=request.user.pk,
            ability=Ability.VERIFY_LICENCES,
            person_id=opened.person.id,
        )
    return opened
