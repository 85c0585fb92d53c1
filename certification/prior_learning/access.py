"""Who may ask for whom, see a request with its papers, and decide it."""

from django.db.models import Q

from certification.prior_learning.models import PriorLearningRequest
from lms.public import Ability, can, people_filter, require, rows_of, visible_people


def may_ask(*, user_id: int, person_id: int, own_id: int | None) -> bool:
    """Tell whether an account may ask for a person: the person, or a manager of their agency.

    `own_id` is the person of the account.
    """
    return person_id == own_id or can(
        user_id=user_id, ability=Ability.MANAGE_AGENCY, person_id=person_id
    )


def require_ask(*, user_id: int, person_id: int, own_id: int | None) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    if person_id != own_id:
        require(user_id=user_id, ability=Ability.MANAGE_AGENCY, person_id=person_id)


def may_see(*, user_id: int, person_id: int, own_id: int | None) -> bool:
    """Tell whether an account may read requests of a person with their papers.

    The person, managers of the agency that employs them today, certification officers and
    auditors. A coach or supervisor without such a duty has no business with somebody's papers.
    """
    return may_ask(user_id=user_id, person_id=person_id, own_id=own_id) or can(
        user_id=user_id, ability=Ability.AUDIT_STATE, person_id=person_id
    )


def require_see(*, user_id: int, person_id: int, own_id: int | None) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    if not may_see(user_id=user_id, person_id=person_id, own_id=own_id):
        require(user_id=user_id, ability=Ability.MANAGE_AGENCY, person_id=person_id)


def visible(*, user_id: int, own_id: int | None) -> Q:
    """Return the filter on `PriorLearningRequest` for the requests that an account may read."""
    found = rows_of(person_ids=[] if own_id is None else [own_id])
    for ability in (Ability.MANAGE_AGENCY, Ability.AUDIT_STATE):
        scope = visible_people(user_id=user_id, ability=ability)
        found |= people_filter(scope=scope, field="person_id")
    return found


def managed(*, user_id: int, own_id: int | None) -> Q:
    """Return the filter for the requests of people of the agencies that an account manages."""
    scope = visible_people(user_id=user_id, ability=Ability.MANAGE_AGENCY)
    managed = people_filter(scope=scope, field="person_id")
    return managed if own_id is None else managed & ~rows_of(person_ids=[own_id])


def queued(*, user_id: int) -> Q:
    """Return the filter for the requests on the state's queue.

    Raises:
        Denied: the account is neither certification officer nor auditor.
    """
    require(user_id=user_id, ability=Ability.AUDIT_STATE)
    scope = visible_people(user_id=user_id, ability=Ability.AUDIT_STATE)
    return people_filter(scope=scope, field="person_id")


def may_decide(*, user_id: int, request: PriorLearningRequest) -> bool:
    """Tell whether an account may decide a request, or take a decision back.

    A certification officer who reaches the person, never for themselves, and never what they
    have asked for on somebody's behalf.
    """
    return request.requested_by_id != user_id and can(
        user_id=user_id, ability=Ability.ISSUE, person_id=request.person_id
    )


def require_decide(*, user_id: int, request: PriorLearningRequest) -> None:
    """Return when the account may; otherwise raise lms.public.Denied (404 or 403)."""
    require(user_id=user_id, ability=Ability.ISSUE, person_id=request.person_id)
    if request.requested_by_id == user_id:
        require(user_id=None, ability=Ability.ISSUE)
