"""Propose a revocation, and agree to it, decline it or take it back: two officers, one event."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from certification.casework import notices
from certification.casework.access import same_human
from certification.casework.models import RevocationAnswer, RevocationProposal
from certification.casework.queries import proposal_of
from certification.casework.reasons import Answer
from certification.credentials.access import require_revoke
from certification.credentials.fold import Status
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.operations import (
    SameOfficer,
    change_within,
    check_within,
    locked,
)
from certification.credentials.queries import credential_of, held_of
from certification.credentials.reasons import SuspensionReason
from lms.kit import clock
from lms.public import record_audit


class AlreadyProposed(ValueError):
    """A proposal for this certificate waits already."""


class AlreadyAnswered(ValueError):
    """Somebody has answered this proposal in the meantime; nothing was changed."""


class NotTheirs(ValueError):
    """Only whoever made a proposal takes it back; others decline it."""


def propose_revocation(
    *,
    code: str,
    actor_id: int,
    reason: str,
    note: str,
    effective_on: date | None = None,
    suspend: bool = True,
) -> UUID:
    """Propose to take a credential back, and return the proposal's uuid.

    It counts from `effective_on` (default: today) once a second officer agrees. With `suspend` a
    credential in force is suspended from today until the answer, in the same transaction.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate, AlreadyProposed: as the names say.
        WrongState: it is revoked already.
    """
    require_revoke(user_id=actor_id, person_id=credential_of(code=code).person_id)
    try:
        with transaction.atomic(durable=True):
            credential = locked(code=code)
            return _propose(credential, actor_id, reason, note, effective_on, suspend).uuid
    except IntegrityError as error:
        # Where the row lock does not hold, the constraint on turns does.
        raise AlreadyProposed(code) from error


def _propose(
    credential: Credential,
    actor_id: int,
    reason: str,
    note: str,
    effective_on: date | None,
    suspend: bool,
) -> RevocationProposal:
    made = RevocationProposal.objects.filter(credential=credential)
    if made.filter(answer__isnull=True).exists():
        raise AlreadyProposed(credential.code)
    day = check_within(
        credential=credential,
        kind=CredentialEventKind.REVOKED,
        reason=reason,
        effective_on=effective_on,
    )
    suspension = None
    today = clock.today(credential.zone)
    if suspend and held_of(credential).worth(today).status is Status.VALID:
        suspension = change_within(
            credential=credential,
            kind=CredentialEventKind.SUSPENDED,
            actor_id=actor_id,
            reason=SuspensionReason.REVOCATION_PROPOSED,
            announce=False,
        )
    proposal = RevocationProposal.objects.create(
        credential=credential,
        turn=made.count() + 1,
        proposed_by_id=actor_id,
        reason_code=reason,
        effective_on=day,
        note=note,
        suspension=suspension,
    )
    _audit("proposed", proposal, actor_id, {"reason": reason, "on": day.isoformat()})
    notices.tell_proposed(proposal)
    return proposal


def agree(*, actor_id: int, uuid: UUID, note: str = "") -> None:
    """Agree to a proposal as the second officer: the credential is revoked, by one event.

    Raises:
        NoSuchCase, Denied, SameOfficer, AlreadyAnswered: as the names say.
        WrongState: it was revoked in another way in the meantime.
    """
    _answer(actor_id, uuid, Answer.AGREED, note)


def decline(*, actor_id: int, uuid: UUID, note: str) -> None:
    """Decline a proposal as the second officer; the suspension that came with it ends today.

    Raises:
        NoSuchCase, Denied, SameOfficer, AlreadyAnswered: as the names say.
    """
    _answer(actor_id, uuid, Answer.DECLINED, note)


def withdraw(*, actor_id: int, uuid: UUID, note: str = "") -> None:
    """Take one's own proposal back; the suspension that came with it ends today.

    Raises:
        NoSuchCase, Denied, NotTheirs, AlreadyAnswered: as the names say.
    """
    _answer(actor_id, uuid, Answer.WITHDRAWN, note)


def _answer(actor_id: int, uuid: UUID, outcome: Answer, note: str) -> None:
    proposal = proposal_of(uuid=uuid)
    require_revoke(user_id=actor_id, person_id=proposal.credential.person_id)
    own = same_human(actor_id, proposal.proposed_by_id)
    if own and outcome is not Answer.WITHDRAWN:
        raise SameOfficer(proposal.reference)
    if not own and outcome is Answer.WITHDRAWN:
        raise NotTheirs(proposal.reference)
    try:
        with transaction.atomic(durable=True):
            # Two officers at once: the second waits here and then finds the answer.
            credential = locked(code=proposal.credential.code)
            if RevocationAnswer.objects.filter(proposal=proposal).exists():
                raise AlreadyAnswered(proposal.reference)
            _write_answer(proposal, credential, actor_id, outcome, note)
    except IntegrityError as error:
        raise AlreadyAnswered(proposal.reference) from error


def _write_answer(
    proposal: RevocationProposal, credential: Credential, actor_id: int, outcome: Answer, note: str
) -> None:
    if outcome is Answer.AGREED:
        event: CredentialEvent | None = change_within(
            credential=credential,
            kind=CredentialEventKind.REVOKED,
            actor_id=actor_id,
            reason=proposal.reason_code,
            effective_on=proposal.effective_on,
            note=proposal.note,
            proposed_by_id=proposal.proposed_by_id,
        )
    else:
        event = _lift(proposal, credential, actor_id)
    RevocationAnswer.objects.create(
        proposal=proposal, outcome=outcome, actor_id=actor_id, note=note, event=event
    )
    _audit(outcome.value, proposal, actor_id, {"note": note})
    if outcome is not Answer.AGREED:
        notices.tell_kept(proposal, lifted=event is not None)


def _lift(
    proposal: RevocationProposal, credential: Credential, actor_id: int
) -> CredentialEvent | None:
    """End the suspension that came with a proposal, unless another event has taken its place."""
    now = held_of(credential).worth(clock.today(credential.zone))
    if now.status is not Status.SUSPENDED or now.event is None:
        return None
    if now.event.id != proposal.suspension_id:
        return None
    return change_within(
        credential=credential,
        kind=CredentialEventKind.REINSTATED,
        actor_id=actor_id,
        reason=SuspensionReason.REVIEW_CLOSED,
        announce=False,
    )


def _audit(
    what: str, proposal: RevocationProposal, actor_id: int, detail: dict[str, object]
) -> None:
    record_audit(
        actor_id=actor_id,
        action=f"revocation.{what}",
        subject_kind="revocation_proposal",
        subject=str(proposal.uuid),
        detail={"code": proposal.credential.code, **detail},
    )
