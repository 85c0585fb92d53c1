"""Issuing, suspending, reinstating and revoking credentials; nothing is ever deleted."""

import hashlib
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from certification.credentials import issuing
from certification.credentials.access import require_issue, require_revoke
from certification.credentials.cases import Case, Earned, earned_by, read_cases
from certification.credentials.certificate import certificate_pdf
from certification.credentials.earning import Turn, decide_turn
from certification.credentials.fold import Status
from certification.credentials.models import (
    CertificateFile,
    Credential,
    CredentialEvent,
    CredentialEventKind,
)
from certification.credentials.notices import tell_holder, tell_issued
from certification.credentials.queries import credential_of, held_by
from certification.credentials.reasons import RevocationReason, SuspensionReason
from certification.credentials.records import Held
from certification.credentials.replaying import earned_over_time
from certification.engine.decision import Decision, Outcome
from lms.kit import clock
from lms.public import person_ids_after, record_audit

log = logging.getLogger(__name__)

PORTION = 500
"""How many people are evaluated together, in one transaction."""

_TRIES = 5


class CertificateDamaged(RuntimeError):
    """The stored certificate is missing or altered, and cannot be made again the same."""


class NotEarned(ValueError):
    """The rules do not say that the person has earned this; `decision` says what is missing."""

    def __init__(self, decision: Decision | None) -> None:
        super().__init__("not earned")
        self.decision = decision


class WrongState(ValueError):
    """The credential is not in a state in which this can be done; the text says why."""


class WrongDate(ValueError):
    """The effective date is before the credential began or after today."""


class WrongReason(ValueError):
    """The reason is not one of those that are known."""


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """The bytes of a certificate and their SHA-256 in hexadecimal."""

    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation did, or would do: how many people, and what was issued."""

    people: int
    issued: tuple[Held, ...] = ()
    earned: tuple[Earned, ...] = ()
    # The ids of all evidence that was read.
    evidence: frozenset[str] = frozenset()


def evaluate(
    *,
    person_ids: Collection[int],
    program_key: str | None = None,
    on: date | None = None,
    dry_run: bool = False,
) -> Evaluation:
    """Issue what these people have earned and rebuild their standing; safe to repeat.

    Every credential of every program that a person is subject to is decided as of `on` (default:
    today in the program's zone). Two evaluations at once issue once: the database refuses the
    second, which then reads again and finds it done. At most `PORTION` people at a time.
    """
    for attempt in range(_TRIES):
        cases = read_cases(person_ids=person_ids, program_key=program_key)
        earned = [each for case in cases for each in earned_by(case, on)]
        if dry_run:
            return Evaluation(len(person_ids), earned=tuple(earned))
        try:
            with transaction.atomic(durable=True):
                issued = issuing.issue_all(earned, actor_id=None)
                issuing.keep_standing(_with(cases, issued), person_ids=person_ids, key=program_key)
            read = frozenset(record.id for case in cases for record in case.dossier.evidence)
            return Evaluation(len(person_ids), tuple(issued), tuple(earned), read)
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def evaluate_history(*, person_ids: Collection[int]) -> Evaluation:
    """Issue what these people have earned, each period from the day it was earned on.

    For facts that were recorded late, such as another system's history: `evaluate` would let
    everything begin today. No holder is told, as nothing is news. Safe to repeat; at most
    `PORTION` people at a time.
    """
    cases = read_cases(person_ids=person_ids)
    earned = [
        each
        for case in cases
        for each in earned_over_time(case, clock.today(case.versions[-1].rules.zone))
    ]
    with transaction.atomic(durable=True):
        issued = issuing.issue_all(earned, actor_id=None, announce=False)
        issuing.keep_standing(_with(cases, issued), person_ids=person_ids, key=None)
    return Evaluation(len(person_ids), tuple(issued), tuple(earned))


def rebuild_standing(*, person_ids: Collection[int]) -> None:
    """Lay the cached standing of these people out anew, and issue nothing; safe to repeat."""
    with transaction.atomic(durable=True):
        cases = read_cases(person_ids=person_ids)
        issuing.keep_standing(cases, person_ids=person_ids, key=None)


def evaluate_everybody(
    *, program_key: str | None = None, on: date | None = None, dry_run: bool = False
) -> Evaluation:
    """Evaluate all people, a portion at a time: the nightly net under the news of evidence."""
    people, issued, earned, last = 0, list[Held](), list[Earned](), 0
    while portion := person_ids_after(person_id=last, most=PORTION):
        done = evaluate(person_ids=portion, program_key=program_key, on=on, dry_run=dry_run)
        people, last = people + done.people, portion[-1]
        issued.extend(done.issued)
        if dry_run:
            earned.extend(done.earned)
    return Evaluation(people, tuple(issued), tuple(earned))


def issue(
    *,
    person_id: int,
    program_key: str,
    credential_key: str,
    actor_id: int,
    on: date | None = None,
    note: str = "",
) -> str:
    """Let an officer issue the next period of what is earned, also after a revocation.

    Return the code. The decision must be MET: an officer cannot issue what the rules deny.

    Raises:
        Denied: the actor may not issue to this person.
        NotEarned: the rules do not say so, or there is no such credential.
        WrongState: one is in force or suspended.
    """
    require_issue(user_id=actor_id, person_id=person_id)
    cases = read_cases(person_ids=[person_id], program_key=program_key)
    if not cases:
        raise NotEarned(None)
    [case] = cases
    day = on or clock.today(case.versions[-1].rules.zone)
    version = case.version(day)
    rule = version.rules.credential(credential_key)
    if rule is None:
        raise NotEarned(None)
    held = [each for each in case.held if each.credential_key == credential_key]
    turn = Turn(max((each.period for each in held), default=0) + 1, None)
    if any(each.worth(day).status in (Status.VALID, Status.SUSPENDED) for each in held):
        raise WrongState(_("A certificate of this kind is in force or suspended."))
    facts = case.facts_on(version.rules, day)
    decision = decide_turn(rule, version.rules.requirements, facts, day, turn)
    if decision.outcome is not Outcome.MET:
        raise NotEarned(decision)
    earned = Earned(case.dossier, version, rule, decision, facts, turn, day)
    with transaction.atomic(durable=True):
        issued = issuing.issue_all([earned], actor_id=actor_id, note=note)
        issuing.keep_standing(_with(cases, issued), person_ids=[person_id], key=program_key)
    return issued[0].code


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
    *, code: str, actor_id: int, reason: str, effective_on: date | None = None, note: str = ""
) -> None:
    """Take a credential back for good from a date on; new evidence never brings it back.

    The record, its number and its certificate stay and are shown as revoked.

    Raises:
        UnknownCredential, Denied, WrongReason, WrongDate: as the names say.
        WrongState: it is revoked already.
    """
    _change(
        code, CredentialEventKind.REVOKED, actor_id, _one_of(RevocationReason, reason),
        effective_on, note, set(Status) - {Status.REVOKED},
    )  # fmt: skip


def follow_up(*, code: str) -> None:
    """Do what a new credential promises: make its certificate and tell its holder; repeatable.

    Raises:
        UnknownCredential: there is none.
    """
    credential = credential_of(code=code)
    certificate_file(credential=credential)
    with transaction.atomic(durable=True):
        tell_issued(credential)


def certificate_file(*, credential: Credential) -> StoredCertificate:
    """Return the certificate as PDF with its hash; made once, then always the same bytes.

    A file that was lost from the store is made again, and served only if its hash is the same.

    Raises:
        CertificateDamaged: the bytes are not those that were made, and cannot be had again.
    """
    stored = CertificateFile.objects.filter(credential=credential).first()
    if stored is None:
        return _make_file(credential)
    try:
        with default_storage.open(stored.storage_name) as opened:
            data = bytes(opened.read())
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        log.error("certificate file %s is missing or altered", stored.storage_name)
        data = certificate_pdf(credential)
        if hashlib.sha256(data).hexdigest() != stored.sha256:
            raise CertificateDamaged(credential.code)
    return StoredCertificate(data, stored.sha256)


def _make_file(credential: Credential) -> StoredCertificate:
    data = certificate_pdf(credential)
    sha256 = hashlib.sha256(data).hexdigest()
    name = default_storage.save(f"certificates/{credential.code}.pdf", ContentFile(data))
    with transaction.atomic(durable=True):
        row = CertificateFile(
            credential=credential, storage_name=name, sha256=sha256, size=len(data)
        )
        # Two first readers at once: one row is kept, and both files hold the same bytes.
        CertificateFile.objects.bulk_create([row], ignore_conflicts=True)
        kept = CertificateFile.objects.get(credential=credential)
    if kept.storage_name != name:
        default_storage.delete(name)
    if kept.sha256 != sha256:
        return certificate_file(credential=credential)
    return StoredCertificate(data, sha256)


def _change(
    code: str,
    kind: CredentialEventKind,
    actor_id: int,
    reason: str,
    effective_on: date | None,
    note: str,
    allowed: Collection[Status],
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
        )
        record_audit(
            actor_id=actor_id,
            action=f"credential.{kind.value}",
            subject_kind="credential",
            subject=code,
            detail={"reason": reason, "on": day.isoformat(), "note": note},
        )
        tell_holder(credential, kind, day)
        key = credential.program_key
        cases = read_cases(person_ids=[person_id], program_key=key)
        issuing.keep_standing(cases, person_ids=[person_id], key=key)


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
        }
        raise WrongState(words[kind])


def _one_of(reasons: type[RevocationReason] | type[SuspensionReason], reason: str) -> str:
    if reason not in reasons.values:
        raise WrongReason(reason)
    return reason


def _with(cases: list[Case], issued: list[Held]) -> list[Case]:
    """Return the cases with what was just issued."""
    if not issued:
        return cases
    return [
        replace(
            case,
            held=(
                *case.held,
                *(
                    each
                    for each in issued
                    if (each.person_id, each.program_key) == (case.dossier.file.person.id, case.key)
                ),
            ),
        )
        for case in cases
    ]
