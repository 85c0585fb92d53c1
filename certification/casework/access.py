"""Who may see a case, answer a proposal, appeal, and decide an appeal."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from certification.casework.models import Appeal, RevocationProposal
from certification.credentials.access import is_holder
from lms.public import (
    Ability,
    Scope,
    can,
    people_filter,
    person_of_user,
    require,
    rows_of_account,
    visible_people,
)

CREDENTIAL = "credential__person_id"
EVENT = "event__credential__person_id"


def require_holder(*, user_id: int, person_id: int) -> None:
    """Return for the holder alone.

    Raises:
        Denied: a stranger, to whom the certificate does not exist.
        PermissionDenied: somebody who may see the certificate, and whom this does not concern.
    """
    if not is_holder(user_id=user_id, person_id=person_id):
        require(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, person_id=person_id)
        raise PermissionDenied


def may_see(*, user_id: int, person_id: int) -> bool:
    """Tell whether an account may read the cases of a person's certificates, with their notes.

    Certification officers and auditors who reach the person, never their own case: a holder reads
    what was decided, and why, on the page for holders.
    """
    return can(user_id=user_id, ability=Ability.AUDIT_STATE, person_id=person_id) and not is_holder(
        user_id=user_id, person_id=person_id
    )


def require_see(*, user_id: int, person_id: int) -> None:
    """Return when the account may.

    Raises:
        Denied: a stranger (404) or a colleague without the right (403).
        PermissionDenied: the case is about the account's own certificate.
    """
    require(user_id=user_id, ability=Ability.AUDIT_STATE, person_id=person_id)
    if is_holder(user_id=user_id, person_id=person_id):
        raise PermissionDenied


def queued(*, user_id: int, field: str) -> Q:
    """Return the filter for the cases that an account may read; `field` names the holder's id.

    Raises:
        Denied: the account is neither certification officer nor auditor.
    """
    require(user_id=user_id, ability=Ability.AUDIT_STATE)
    scope = visible_people(user_id=user_id, ability=Ability.AUDIT_STATE)
    return within(scope=scope, user_id=user_id, field=field)


def within(*, scope: Scope, user_id: int, field: str) -> Q:
    """Return the filter for the cases of a scope of auditing, without the account's own."""
    own = rows_of_account(user_id=user_id, field=field)
    return people_filter(scope=scope, field=field) & ~own


def same_human(one: int | None, other: int | None) -> bool:
    """Tell whether two accounts are of one human: one account, or one person's."""
    if one is None or other is None:
        return False
    if one == other:
        return True
    mine, theirs = person_of_user(user_id=one), person_of_user(user_id=other)
    return mine is not None and theirs is not None and mine.id == theirs.id


def may_answer(*, user_id: int, proposal: RevocationProposal) -> bool:
    """Tell whether an account may agree to a proposal or decline it.

    A certification officer who reaches the holder, is not the holder and has not proposed it.
    """
    return can(
        user_id=user_id, ability=Ability.REVOKE, person_id=proposal.credential.person_id
    ) and not same_human(user_id, proposal.proposed_by_id)


def may_withdraw(*, user_id: int, proposal: RevocationProposal) -> bool:
    """Tell whether an account may take a proposal back: whoever made it, while an officer."""
    return same_human(user_id, proposal.proposed_by_id) and can(
        user_id=user_id, ability=Ability.REVOKE, person_id=proposal.credential.person_id
    )


def had_part(*, user_id: int, appeal: Appeal) -> bool:
    """Tell whether an account proposed or decided what is appealed."""
    event = appeal.event
    return any(same_human(user_id, each) for each in (event.actor_id, event.proposed_by_id))


def may_decide(*, user_id: int, appeal: Appeal) -> bool:
    """Tell whether an account may decide an appeal.

    A certification officer who reaches the holder, is not the holder and had no part in it.
    """
    return can(
        user_id=user_id, ability=Ability.REVOKE, person_id=appeal.event.credential.person_id
    ) and not had_part(user_id=user_id, appeal=appeal)
