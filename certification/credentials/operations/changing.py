"""Suspending, reinstating, revoking and laying down credentials; nothing is ever deleted."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from certification.credentials import issuing
from certification.credentials.access import require_revoke
from certification.credentials.cases import read_cases
from certification.credentials.fold import Status
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.notices import tell_holder
from certification.credentials.queries import credential_of, held_by
from certification.credentials.reasons import RetirementReason, RevocationReason, SuspensionReason
from lms.kit import clock
from lms.public import record_audit


class WrongState(ValueError):
    """The credential is not in a state in which this can be done; the text says why."""


class SameOfficer(ValueError):
    """The second officer is the first: somebody else has to agree."""


class WrongDate(ValueError):
    """The effective date is before the credential began or after today."""


class WrongReason(ValueError):
    """The reason is not one of those that are known."""


def suspend(
    *, code: str, actor_id: int, reason: str, effective_on: date | None = None, note: str = ""
) -> None:
    """Pause a credential from a date on; it can be reinstated.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate: as the names say.
        WrongState: it is not in force on that date.
    """
    _change(
        code, CredentialEventKind.SUSPENDED, actor_id, _one_of(SuspensionReason, reason),
        effective_on, note, {Status.VALID},
    )  # fmt: skip


def reinstate(
    *, code: str, actor_id: int, reason: str, effective_on: date | None = None, note: str = ""
) -> None:
    """Let a suspended credential run again from a date on; its end does not move.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate: as the names say.
        WrongState: it is not suspended on that date.
    """
    _change(
        code, CredentialEventKind.REINSTATED, actor_id, _one_of(SuspensionReason, reason),
        effective_on, note, {Status.SUSPENDED},
    )  # fmt: skip


def revoke(
    *,
    code: str,
    actor_id: int,
    proposed_by_id: int,
    reason: str,
    effective_on: date | None = None,
    note: str = "",
) -> None:
    """Take a credential back for good from a date on; new evidence never brings it back.

    It takes two officers: `proposed_by_id` asked for it, `actor_id` agrees. The record, its
    number and its certificate stay and are shown as revoked.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate: as the names say.
        SameOfficer: one and the same asked and agreed.
        WrongState: it is revoked already.
    """
    if proposed_by_id == actor_id:
        raise SameOfficer(code)
    require_revoke(user_id=proposed_by_id, person_id=credential_of(code=code).person_id)
    _change(
        code, CredentialEventKind.REVOKED, actor_id, _one_of(RevocationReason, reason),
        effective_on, note, set(Status) - {Status.REVOKED}, proposed_by_id=proposed_by_id,
    )  # fmt: skip


def retire(
    *, code: str, actor_id: int, reason: str, effective_on: date | None = None, note: str = ""
) -> None:
    """Lay a credential down before its end, for good, without blame: nobody did wrong.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate: as the names say.
        WrongState: it is neither in force nor suspended on that date.
    """
    _change(
        code, CredentialEventKind.RETIRED, actor_id, _one_of(RetirementReason, reason),
        effective_on, note, {Status.VALID, Status.SUSPENDED},
    )  # fmt: skip


def _change(
    code: str,
    kind: CredentialEventKind,
    actor_id: int,
    reason: str,
    effective_on: date | None,
    note: str,
    allowed: Collection[Status],
    *,
    proposed_by_id: int | None = None,
) -> None:
    """Write one event of a credential's life, with its audit row, notice and standing."""
    person_id = credential_of(code=code).person_id
    require_revoke(user_id=actor_id, person_id=person_id)
    with transaction.atomic(durable=True):
        # Two officers at once: the second waits here and then finds the state changed.
        credential = Credential.objects.select_for_update(of=("self",)).get(code=code)
        today = clock.today(credential.zone)
        day = effective_on or today
        if not credential.valid_from <= day <= today:
            raise WrongDate(_("The date must lie between the first valid day and today."))
        _check_state(credential, kind, day, allowed)
        CredentialEvent.objects.create(
            credential=credential,
            kind=kind,
            effective_on=day,
            actor_id=actor_id,
            reason_code=reason,
            note=note,
            proposed_by_id=proposed_by_id,
            round=1 + credential.events.filter(kind=CredentialEventKind.REVOKED).count(),
        )
        record_audit(
            actor_id=actor_id,
            action=f"credential.{kind.value}",
            subject_kind="credential",
            subject=code,
            detail={"reason": reason, "on": day.isoformat(), "note": note},
        )
        tell_holder(credential, kind, day)
        # Every program: another one may ask for this credential.
        cases = read_cases(person_ids=[person_id])
        issuing.keep_standing(cases, person_ids=[person_id], key=None)


def _check_state(
    credential: Credential, kind: CredentialEventKind, day: date, allowed: Collection[Status]
) -> None:
    """Refuse what does not fit the state on the day, or would be undone by a later event."""
    theirs = held_by(person_ids=[credential.person_id], program_key=credential.program_key)
    held = next(each for each in theirs[credential.person_id] if each.id == credential.pk)
    today = clock.today(credential.zone)
    if held.worth(today).status is Status.REVOKED or held.worth(day).status not in allowed:
        words = {
            CredentialEventKind.SUSPENDED: _("Only a certificate in force can be suspended."),
            CredentialEventKind.REINSTATED: _("Only a suspended certificate can be reinstated."),
            CredentialEventKind.REVOKED: _("This certificate is revoked already."),
            CredentialEventKind.RETIRED: _("Only a certificate in force can be laid down."),
        }
        raise WrongState(words[kind])


def _one_of(
    reasons: type[RevocationReason] | type[SuspensionReason] | type[RetirementReason], reason: str
) -> str:
    if reason not in reasons.values:
        raise WrongReason(reason)
    return reason
