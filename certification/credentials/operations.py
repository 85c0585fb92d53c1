"""Issuing, suspending, reinstating and revoking credentials; nothing is ever deleted."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from certification.credentials import issuing
from certification.credentials.access import require_issue, require_revoke
from certification.credentials.earning import Turn, decide_turn
from certification.credentials.fold import Status
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.notices import tell_holder
from certification.credentials.queries import credential_of, held_by
from certification.credentials.reasons import RevocationReason, SuspensionReason
from certification.credentials.records import Held
from certification.engine.decision import Decision, Outcome
from lms.kit import clock
from lms.public import person_ids_after, record_audit

PORTION = 500
"""How many people are evaluated together, in one transaction."""

_TRIES = 5


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
class Evaluation:
    """What an evaluation did, or would do: how many people, and what was issued."""

    people: int
    issued: tuple[Held, ...]
    earned: tuple[issuing.Earned, ...]


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
        cases = issuing.cases(person_ids=person_ids, program_key=program_key)
        earned = [each for case in cases for each in issuing.earned(case, on)]
        if dry_run:
            return Evaluation(len(person_ids), (), tuple(earned))
        try:
            with transaction.atomic(durable=True):
                issued = issuing.issue_all(earned, actor_id=None)
                issuing.keep_standing(_with(cases, issued), person_ids=person_ids, key=program_key)
            return Evaluation(len(person_ids), tuple(issued), tuple(earned))
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def evaluate_everybody(
    *, program_key: str | None = None, on: date | None = None, dry_run: bool = False
) -> Evaluation:
    """Evaluate all people, a portion at a time: the nightly net under the news of evidence."""
    people, issued, earned, last = 0, list[Held](), list[issuing.Earned](), 0
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
    cases = issuing.cases(person_ids=[person_id], program_key=program_key)
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
    earned = issuing.Earned(case.dossier, version, rule, decision, facts, turn, day)
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
        cases = issuing.cases(person_ids=[person_id], program_key=key)
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


def _with(cases: list[issuing.Case], issued: list[Held]) -> list[issuing.Case]:
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
