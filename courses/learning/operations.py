"""Change what the academy knows of a learner: training elsewhere, corrections."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from courses.learning import ledger
from courses.learning.models import HoursType
from lms.public import record_audit


def record_training(
    *,
    person_id: int,
    kind: str,
    subject: str,
    occurred_at: datetime,
    actor_id: int | None,
    act: str,
    hours: Decimal | int | str = 0,
    hours_type: str = HoursType.NONE,
    score: Decimal | int | str | None = None,
    passed: bool = True,
    content_revision: str = "",
    detail: dict[str, Any] | None = None,
) -> str:
    """Record a fact that somebody attests or imports. Return its evidence id.

    The caller has checked that ``actor_id`` may attest for this person. May be called within a
    transaction of the caller (an import confirms all its rows together).

    Raises:
        ledger.InvalidEvidence: a value is out of range, or the instant lies in the future.
        ledger.ActConflict: the act key was used for another person, kind or subject.
    """
    with transaction.atomic():
        appended = ledger.append(
            person_id=person_id,
            kind=kind,
            subject=subject,
            hours=hours,
            hours_type=hours_type,
            score=score,
            passed=passed,
            occurred_at=occurred_at,
            actor_id=actor_id,
            act=act,
            content_revision=content_revision,
            detail=detail,
        )
        if appended.new:
            _audit("record_training", appended, actor_id, {"kind": kind, "subject": subject})
    return str(appended.id)


def reverse(*, evidence_id: str, actor_id: int | None, reason: str) -> str:
    """Take back one fact, with the reason. Return the evidence id of the correction.

    The caller has checked the right; may be called within a transaction of the caller.

    Raises:
        ledger.CannotReverse: there is no such fact, or it is itself a correction.
        ledger.InvalidEvidence: no reason is given.
    """
    with transaction.atomic():
        appended = ledger.reverse(evidence_id=evidence_id, actor_id=actor_id, reason=reason)
        if appended.new:
            _audit("reverse_evidence", appended, actor_id, {"reverses": str(evidence_id)})
    return str(appended.id)


def _audit(
    action: str, appended: ledger.Appended, actor_id: int | None, detail: dict[str, Any]
) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="evidence",
        subject=str(appended.id),
        detail=detail,
    )
