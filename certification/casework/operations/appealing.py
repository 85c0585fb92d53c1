"""Appeal against a suspension or a revocation, and decide the appeal."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from certification.casework import notices, terms
from certification.casework.access import had_part, require_holder
from certification.casework.models import Appeal, AppealDecision, AppealFile
from certification.casework.queries import appeal_of, decision_event
from certification.casework.reasons import OUTCOME_OF, Outcome
from certification.credentials.access import require_revoke
from certification.credentials.models import CredentialEvent
from certification.credentials.operations import WrongReason, locked, set_aside_within
from certification.prior_learning import papers as store
from certification.prior_learning.papers import Paper
from lms.kit import clock
from lms.public import record_audit


class NothingToAppeal(ValueError):
    """The decision was set aside already."""


class AlreadyAppealed(ValueError):
    """There is an appeal against this decision; each is appealed once."""


class AlreadyDecided(ValueError):
    """Somebody has decided this appeal in the meantime; nothing was changed."""


class HadPart(ValueError):
    """Whoever proposed or decided what is appealed does not decide the appeal."""


class WhyLate(ValueError):
    """The appeal came late, and nothing says why it is heard all the same."""


def appeal(
    *, actor_id: int, code: str, event_id: int, words: str, papers: Sequence[Paper] = ()
) -> UUID:
    """Appeal as the holder against a suspension or revocation; return the appeal's uuid.

    After the last day it is taken in as late: an officer decides whether it is heard.

    Raises:
        NoSuchCase: the certificate has no such decision.
        Denied, PermissionDenied: the account is not the holder's.
        NothingToAppeal, AlreadyAppealed: as the names say.
    """
    event = decision_event(code=code, event_id=event_id)
    require_holder(user_id=actor_id, person_id=event.credential.person_id)
    store.store(papers)
    try:
        with transaction.atomic(durable=True):
            locked(code=code)
            if CredentialEvent.objects.filter(sets_aside=event).exists():
                raise NothingToAppeal(code)
            if Appeal.objects.filter(event=event).exists():
                raise AlreadyAppealed(code)
            return _write_appeal(event, actor_id, words, papers).uuid
    except IntegrityError as error:
        raise AlreadyAppealed(code) from error


def _write_appeal(
    event: CredentialEvent, actor_id: int, words: str, papers: Sequence[Paper]
) -> Appeal:
    zone = event.credential.zone
    written = Appeal.objects.create(
        event=event,
        words=words,
        appealed_by_id=actor_id,
        late=terms.is_late(recorded_at=event.recorded_at, zone=zone, today=clock.today(zone)),
    )
    AppealFile.objects.bulk_create(
        AppealFile(
            appeal=written,
            name=each.name,
            content_type=each.content_type,
            storage_name=each.storage_name,
            sha256=each.sha256,
            size=len(each.data),
        )
        for each in papers
    )
    files = [each.sha256 for each in papers]
    _audit("sent", written, actor_id, {"late": written.late, "files": files})
    notices.tell_appealed(written)
    return written


def decide_appeal(
    *, actor_id: int, uuid: UUID, reason: str, words: str, late_because: str = ""
) -> None:
    """Decide an appeal; the reason says how it ends, `words` are what the holder reads.

    Setting aside is an event dated like the one it takes away: on the world's time that one never
    counted, and what was known before stays known. With a revocation goes the suspension that was
    to last until it was decided.

    Raises:
        NoSuchCase, Denied, HadPart, AlreadyDecided: as the names say.
        WrongReason: it is not known, or says late of an appeal that came in time.
        WhyLate: a late appeal is to be heard without `late_because`.
    """
    found = appeal_of(uuid=uuid)
    require_revoke(user_id=actor_id, person_id=found.event.credential.person_id)
    if had_part(user_id=actor_id, appeal=found):
        raise HadPart(found.reference)
    outcome = OUTCOME_OF.get(reason)
    if outcome is None or (outcome is Outcome.TOO_LATE and not found.late):
        raise WrongReason(reason)
    if found.late and outcome is not Outcome.TOO_LATE and not late_because.strip():
        raise WhyLate(found.reference)
    try:
        with transaction.atomic(durable=True):
            locked(code=found.event.credential.code)
            if AppealDecision.objects.filter(appeal=found).exists():
                raise AlreadyDecided(found.reference)
            decision = AppealDecision.objects.create(
                appeal=found,
                outcome=outcome,
                reason_code=reason,
                words=words,
                late_because=late_because if found.late else "",
                actor_id=actor_id,
                event=_set_aside(found, actor_id, reason) if outcome is Outcome.SET_ASIDE else None,
            )
            _audit("decided", found, actor_id, {"outcome": outcome.value, "reason": reason})
            notices.tell_decided(decision)
    except IntegrityError as error:
        raise AlreadyDecided(found.reference) from error


def _set_aside(found: Appeal, actor_id: int, reason: str) -> CredentialEvent:
    """Set aside what is appealed, and the suspension that led to it; return the first event."""
    aside = _aside(found.event, actor_id, reason)
    answer = getattr(found.event, "answer", None)
    if answer is not None and answer.proposal.suspension is not None:
        _aside(answer.proposal.suspension, actor_id, reason)
    return aside


def _aside(event: CredentialEvent, actor_id: int, reason: str) -> CredentialEvent:
    """Return the event that sets another one aside: that of an earlier appeal, or a new one."""
    known = CredentialEvent.objects.filter(sets_aside=event).first()
    return known or set_aside_within(event=event, actor_id=actor_id, reason=reason)


def note_reading(*, actor_id: int, appeal: Appeal, paper: AppealFile) -> None:
    """Write down that somebody else than the holder took a paper."""
    with transaction.atomic(durable=True):
        _audit("file_read", appeal, actor_id, {"file": paper.sha256})


def _audit(what: str, appeal: Appeal, actor_id: int, detail: dict[str, object]) -> None:
    record_audit(
        actor_id=actor_id,
        action=f"appeal.{what}",
        subject_kind="appeal",
        subject=str(appeal.uuid),
        detail={"code": appeal.event.credential.code, **detail},
    )
