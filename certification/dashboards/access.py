"""Who may open which desk, and how much of it; the rules themselves are those of lms.public."""

from datetime import date

from django.http import HttpRequest

from lms.public import (
    Ability,
    OrganisationRecord,
    PersonRecord,
    Scope,
    can,
    organisation,
    organisations_by_id,
    require,
    visible_people,
)


def user_id(request: HttpRequest) -> int:
    """Return the id of the account that is signed in; the door lets nobody else in."""
    return request.user.pk or 0


def audited(request: HttpRequest, today: date) -> list[OrganisationRecord]:
    """Return the states and regions whose readiness an account may see, the widest first.

    Raises:
        Denied: it holds no such duty.
    """
    scope = visible_people(user_id=user_id(request), ability=Ability.AUDIT_STATE, on=today)
    paths = sorted({*scope.paths, *scope.past_paths}, key=lambda path: (path.count("/"), path))
    ids = [int(path.rstrip("/").rpartition("/")[2]) for path in paths]
    if not ids:
        require(user_id=user_id(request), ability=Ability.AUDIT_STATE)
    found = organisations_by_id(ids=ids)
    return [found[pk] for pk in ids if pk in found]


def managed(request: HttpRequest, today: date) -> list[OrganisationRecord]:
    """Return the organisations an account manages, the widest first."""
    scope = visible_people(user_id=user_id(request), ability=Ability.MANAGE_AGENCY, on=today)
    paths = sorted({*scope.paths, *scope.past_paths}, key=lambda path: (path.count("/"), path))
    ids = [int(path.rstrip("/").rpartition("/")[2]) for path in paths]
    found = organisations_by_id(ids=ids)
    return [found[pk] for pk in ids if pk in found]


def open_team(request: HttpRequest, slug: str) -> OrganisationRecord | None:
    """Return the organisation whose team an account may see: its manager or the state's auditor.

    None: there is no such organisation.

    Raises:
        Denied: a stranger (404) or a colleague without the right (403).
    """
    place = organisation(key=slug)
    if place is None:
        return None
    who = user_id(request)
    if not can(user_id=who, ability=Ability.AUDIT_STATE, organisation_id=place.id):
        require(user_id=who, ability=Ability.MANAGE_AGENCY, organisation_id=place.id)
    return place


def may_manage(request: HttpRequest, place: OrganisationRecord) -> bool:
    """Tell whether an account may change the roster, not only look."""
    return can(user_id=user_id(request), ability=Ability.MANAGE_AGENCY, organisation_id=place.id)


def record_scope(request: HttpRequest) -> Scope:
    """Return whose records an account may open today."""
    return visible_people(user_id=user_id(request), ability=Ability.SEE_PERSON_RECORD)


def open_record(request: HttpRequest, someone: PersonRecord) -> bool:
    """Return whether licences and peer credentials may be shown too; first, the record itself.

    Raises:
        Denied: the record may not be seen.
    """
    who = user_id(request)
    require(user_id=who, ability=Ability.SEE_PERSON_RECORD, person_id=someone.id)
    return can(user_id=who, ability=Ability.SEE_PERSON_LICENCES, person_id=someone.id)
