"""Who may take a record along, bring one in, and say whom and what we believe."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from lms.public import Ability, can, people_filter, require, rows_of, visible_people


def may_take(*, own_id: int | None, person_id: int) -> bool:
    """Tell whether an account may make the portable record of a person: only their own.

    `own_id` is the person of the account. What somebody takes along is for them to decide, not
    for their agency.
    """
    return own_id is not None and own_id == person_id


def takeable(*, own_id: int | None) -> Q:
    """Return the filter on `RecordDownload` for the downloads that an account may see."""
    return rows_of(person_ids=[own_id] if own_id is not None else [])


def require_take(*, user_id: int, own_id: int | None, person_id: int) -> None:
    """Return when the account may.

    Raises:
        PermissionDenied: a colleague who may see the record of that person, but not take it.
        Http404: a stranger.
    """
    if may_take(own_id=own_id, person_id=person_id):
        return
    if can(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, person_id=person_id):
        raise PermissionDenied
    raise Http404


def may_import(*, user_id: int, person_id: int) -> bool:
    """Tell whether an account may bring in a record for a person: an officer, never their own."""
    return can(user_id=user_id, ability=Ability.ISSUE, person_id=person_id)


def require_import(*, user_id: int, person_id: int) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require(user_id=user_id, ability=Ability.ISSUE, person_id=person_id)


def require_officer(*, user_id: int) -> None:
    """Return when the account is a certification officer's; otherwise raise lms.public.Denied."""
    require(user_id=user_id, ability=Ability.ISSUE)


def require_look(*, user_id: int) -> None:
    """Return when the account is an officer's or auditor's; otherwise raise lms.public.Denied."""
    require(user_id=user_id, ability=Ability.AUDIT_STATE)


def may_decide(*, user_id: int) -> bool:
    """Tell whether an account may say whom and what we believe."""
    return can(user_id=user_id, ability=Ability.ISSUE)


def may_see(*, user_id: int, person_id: int) -> bool:
    """Tell whether an account may see an import for a person."""
    return can(user_id=user_id, ability=Ability.AUDIT_STATE, person_id=person_id)


def visible(*, user_id: int) -> Q:
    """Return the filter on `RecordImport` for the imports that an account may see."""
    scope = visible_people(user_id=user_id, ability=Ability.AUDIT_STATE)
    return people_filter(scope=scope, field="alias__person_id")


def require_see(*, user_id: int, person_id: int) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require(user_id=user_id, ability=Ability.AUDIT_STATE, person_id=person_id)
