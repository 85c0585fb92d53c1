"""Who may see, suspend and revoke a credential: the object test beside the queryset filter."""

from datetime import date

from django.db.models import Q

from lms.public import (
    Ability,
    can,
    people_filter,
    person,
    person_of_user,
    require,
    visible_people,
)


def may_see(*, user_id: int | None, person_id: int, on: date | None = None) -> bool:
    """Tell whether an account may open a certificate of this person.

    The holder, whoever may see the holder's record (agency, coach, supervisor, state), and the
    certification officer. Everybody else is a stranger and only verifies by code.
    """
    return can(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, person_id=person_id, on=on)


def is_holder(*, user_id: int | None, person_id: int) -> bool:
    """Tell whether an account is that of the person, under whichever record."""
    own = person_of_user(user_id=user_id)
    return own is not None and own.id == person(person_id=person_id).id


def visible(*, user_id: int | None, on: date | None = None) -> Q:
    """Return the filter on `Credential` for the credentials that an account may open."""
    scope = visible_people(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, on=on)
    return people_filter(scope=scope, field="person_id")


def may_revoke(*, user_id: int | None, person_id: int, on: date | None = None) -> bool:
    """Tell whether an account may suspend, reinstate or revoke credentials of this person.

    Only a certification officer whose organisation reaches the person, never about themselves.
    """
    return can(user_id=user_id, ability=Ability.REVOKE, person_id=person_id, on=on)


def revocable(*, user_id: int | None, on: date | None = None) -> Q:
    """Return the filter on `Credential` for the credentials that an account may revoke."""
    scope = visible_people(user_id=user_id, ability=Ability.REVOKE, on=on)
    return people_filter(scope=scope, field="person_id")


def require_revoke(*, user_id: int | None, person_id: int) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require(user_id=user_id, ability=Ability.REVOKE, person_id=person_id)


def require_issue(*, user_id: int | None, person_id: int) -> None:
    """Return when the account may issue to this person; otherwise raise lms.public.Denied."""
    require(user_id=user_id, ability=Ability.ISSUE, person_id=person_id)


def may_reissue(*, user_id: int | None, person_id: int) -> bool:
    """Tell whether an account may issue certificates of this person again under another name."""
    return can(user_id=user_id, ability=Ability.CHANGE_NAME, person_id=person_id)


def require_reissue(*, user_id: int | None, person_id: int) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require(user_id=user_id, ability=Ability.CHANGE_NAME, person_id=person_id)
