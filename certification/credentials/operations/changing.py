"""Suspending, reinstating, revoking and laying down credentials; nothing is ever deleted.

Each operation writes one event in a transaction of its own. What writes more than that (casework:
a proposal with its suspension, an answer, the outcome of an appeal) holds the transaction itself,
locks the credential by `locked` and takes the steps `change_within` and `set_aside_within`.
"""

from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from certification.credentials import issuing
from certification.credentials.access import require_revoke
from certification.credentials.cases import read_cases
from certification.credentials.fold import Status
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.notices import tell_holder
from certification.credentials.queries import UnknownCredential, credential_of, held_of, period_of
from certification.credentials.reasons import RetirementReason, RevocationReason, SuspensionReason
from certification.credentials.records import Held
from lms.kit import clock
from lms.kit.formats import date_short
from lms.public import record_audit, rows_of

_Kind = CredentialEventKind
_ALLOWED: Final = {
    _Kind.SUSPENDED: {Status.VALID},
    _Kind.REINSTATED: {Status.SUSPENDED},
    _Kind.REVOKED: set(Status) - {Status.REVOKED},
    _Kind.RETIRED: {Status.VALID, Status.SUSPENDED},
}
"""What a credential may be worth on the effective date for this to happen to it."""

_PAUSES: Final = (_Kind.SUSPENDED, _Kind.REINSTATED)

_REASONS: Final = {
    _Kind.SUSPENDED: SuspensionReason,
    _Kind.REINSTATED: SuspensionReason,
    _Kind.REVOKED: RevocationReason,
    _Kind.RETIRED: RetirementReason,
}


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
    _change(code, _Kind.SUSPENDED, actor_id, reason, effective_on, note)


def reinstate(
    *, code: str, actor_id: int, reason: str, effective_on: date | None = None, note: str = ""
) -> None:
    """Let a suspended credential run again from a date on; its end does not move.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate: as the names say.
        WrongState: it is not suspended on that date.
    """
    _change(code, _Kind.REINSTATED, actor_id, reason, effective_on, note)


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
        code, _Kind.REVOKED, actor_id, reason, effective_on, note, proposed_by_id=proposed_by_id
    )


def retire(
    *, code: str, actor_id: int, reason: str, effective_on: date | None = None, note: str = ""
) -> None:
    """Lay a credential down before its end, for good, without blame: nobody did wrong.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate: as the names say.
        WrongState: it is neither in force nor suspended on that date.
    """
    _change(code, _Kind.RETIRED, actor_id, reason, effective_on, note)


def _change(
    code: str,
    kind: CredentialEventKind,
    actor_id: int,
    reason: str,
    effective_on: date | None,
    note: str,
    *,
    proposed_by_id: int | None = None,
) -> None:
    """Write one event of a credential's life in a transaction of its own."""
    require_revoke(user_id=actor_id, person_id=credential_of(code=code).person_id)
    with transaction.atomic(durable=True):
        change_within(
            credential=locked(code=code),
            kind=kind,
            actor_id=actor_id,
            reason=reason,
            effective_on=effective_on,
            note=note,
            proposed_by_id=proposed_by_id,
        )


def locked(*, code: str) -> Credential:
    """Return a credential that nobody else changes until the caller's transaction ends.

    Two officers at once: the second waits here and then finds the state changed.

    Raises:
        UnknownCredential: there is none.
    """
    found = (
        Credential.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise UnknownCredential(code)
    return found


def change_within(
    *,
    credential: Credential,
    kind: CredentialEventKind,
    actor_id: int,
    reason: str,
    effective_on: date | None = None,
    note: str = "",
    proposed_by_id: int | None = None,
    announce: bool = True,
) -> CredentialEvent:
    """Write one event of a locked credential's life, with its audit row, notice and standing.

    A step of the caller's transaction; the caller has checked who acts. `kind`: suspended,
    reinstated, revoked or retired. Without `announce` the caller tells the holder.

    Raises:
        WrongReason, WrongDate, WrongState: as the names say.
    """
    day = check_within(credential=credential, kind=kind, reason=reason, effective_on=effective_on)
    event = CredentialEvent(
        credential=credential,
        kind=kind,
        effective_on=day,
        actor_id=actor_id,
        reason_code=reason,
        note=note,
        proposed_by_id=proposed_by_id,
        round=1 + credential.events.filter(kind=_Kind.REVOKED).count(),
    )
    return _written(event, announce=announce)


def check_within(
    *, credential: Credential, kind: CredentialEventKind, reason: str, effective_on: date | None
) -> date:
    """Return the day from which a change of a locked credential would count, if it may be made.

    Refused is what does not fit the state on the day, or would be undone by a later event.

    Raises:
        WrongReason, WrongDate, WrongState: as the names say.
    """
    if reason not in _REASONS[kind].values:
        raise WrongReason(reason)
    today = clock.today(credential.zone)
    day = effective_on or today
    if not credential.valid_from <= day <= today:
        raise WrongDate(_("The date must lie between the first valid day and today."))
    held = held_of(credential)
    # Before the day on which this number was issued the period counted under another one.
    counted = period_of(credential) if day < held.begins else [held]
    states = {each.worth(day).status for each in counted}
    if held.worth(today).status is Status.REVOKED or not states & set(_ALLOWED[kind]):
        words = {
            _Kind.SUSPENDED: _("Only a certificate in force can be suspended."),
            _Kind.REINSTATED: _("Only a suspended certificate can be reinstated."),
            _Kind.REVOKED: _("This certificate is revoked already."),
            _Kind.RETIRED: _("Only a certificate in force can be laid down."),
        }
        raise WrongState(words[kind])
    later = _paused_after(held, day)
    if later is not None and kind in _PAUSES:
        raise WrongDate(
            _("On %(day)s it was suspended or reinstated: choose that day or a later one.")
            % {"day": date_short(later)}
        )
    return day


def set_aside_within(
    *, event: CredentialEvent, actor_id: int, reason: str, note: str = ""
) -> CredentialEvent:
    """Let a suspension or revocation of a locked credential never have counted.

    A step of the caller's transaction; the caller has checked who acts and tells the holder. What
    was known before stays known.

    Raises:
        WrongState: it is neither, or it was set aside before.
    """
    if event.kind not in (_Kind.SUSPENDED, _Kind.REVOKED):
        raise WrongState(_("Only a suspension or a revocation can be set aside."))
    if CredentialEvent.objects.filter(sets_aside=event).exists():
        raise WrongState(_("This decision is set aside already."))
    aside = CredentialEvent(
        credential=event.credential,
        kind=_Kind.SET_ASIDE,
        effective_on=event.effective_on,
        actor_id=actor_id,
        reason_code=reason,
        note=note,
        sets_aside=event,
    )
    return _written(aside, announce=False)


def _written(event: CredentialEvent, *, announce: bool) -> CredentialEvent:
    """Save an event and keep everything that follows from it."""
    credential = event.credential
    for each in (event, *_following(event)):
        each.save(force_insert=True)
        record_audit(
            actor_id=each.actor_id,
            action=f"credential.{each.kind}",
            subject_kind="credential",
            subject=each.credential.code,
            detail={
                "reason": each.reason_code,
                "on": each.effective_on.isoformat(),
                "note": each.note,
            },
        )
    if announce:
        tell_holder(event)
    # Every program: another one may ask for this credential.
    cases = read_cases(person_ids=[credential.person_id], alone=True)
    issuing.keep_standing(cases, person_ids=[credential.person_id], key=None)
    return event


def _following(event: CredentialEvent) -> list[CredentialEvent]:
    """Return the same for the periods that begin after the day from which it counts.

    A renewal may wait for the last period to end: what is taken from its holder before must not
    come back with it, and what is given back is given back there, too.
    """
    first = event.credential
    about = event.sets_aside if event.sets_aside is not None else event
    # After a merge it may wait on another record of the same human, under any number.
    theirs = Credential.objects.filter(
        rows_of(person_ids=[first.person_id]),
        program_key=first.program_key,
        credential_key=first.credential_key,
        valid_from__gt=about.effective_on,
    ).exclude(person_id=first.person_id, period=first.period)
    later = list(theirs.order_by("valid_from", "pk"))
    if event.kind == _Kind.SET_ASIDE:
        copies = CredentialEvent.objects.filter(
            credential__in=later,
            kind=about.kind,
            effective_on=about.effective_on,
            actor_id=about.actor_id,
            recorded_at__gte=about.recorded_at,
            set_aside_by__isnull=True,
        ).select_related("credential")
        return [_copy(event, each.credential, sets_aside=each) for each in copies.order_by("pk")]
    states = {each.pk: held_of(each).worth(each.valid_from).status for each in later}
    return [_copy(event, each) for each in later if states[each.pk] in _ALLOWED[_Kind(event.kind)]]


def _copy(
    event: CredentialEvent, credential: Credential, sets_aside: CredentialEvent | None = None
) -> CredentialEvent:
    return CredentialEvent(
        credential=credential,
        kind=event.kind,
        effective_on=event.effective_on,
        actor_id=event.actor_id,
        reason_code=event.reason_code,
        note=event.note,
        proposed_by_id=event.proposed_by_id,
        sets_aside=sets_aside,
        round=1 + credential.events.filter(kind=_Kind.REVOKED).count(),
    )


def _paused_after(held: Held, day: date) -> date | None:
    """Return when it was last suspended or reinstated after a day, if that still counts.

    What began before such a day would be undone by it, and whoever asked for it not be told.
    """
    aside = {each.sets_aside for each in held.events}
    days = [
        each.effective_on
        for each in held.events
        if each.kind in _PAUSES and each.id not in aside and each.effective_on > day
    ]
    return max(days, default=None)
