"""Write the learning ledger: the only module that creates a LearningEvent."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import connection, transaction
from django.dispatch import Signal

from courses.learning.models import EventKind, HoursType, LearningEvent
from lms.kit import clock
from lms.public import enqueue

evidence_recorded = Signal()
"""Sent after commit with ``person_id`` and ``evidence_id`` (str uuid); it may be sent twice."""

SUBJECT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._/-]{0,159}")
MOST_HOURS: Final = Decimal(10_000)
NET_DELAY: Final = timedelta(minutes=1)
"""How long the job waits behind the signal of the answering request; it is only the net."""


class InvalidEvidence(ValueError):
    """The fact cannot be true, or is not written as facts are."""


class ActConflict(ValueError):
    """The act key already stands for another fact."""


class CannotReverse(ValueError):
    """There is no such fact, or it is itself a correction."""


@dataclass(frozen=True, slots=True)
class Appended:
    """A fact as it stands in the ledger; ``new`` is False when this act was told before."""

    id: uuid.UUID
    new: bool


def append(
    *,
    person_id: int,
    kind: str,
    subject: str,
    act: str,
    actor_id: int | None,
    occurred_at: datetime | None = None,
    hours: Decimal | int | str = 0,
    hours_type: str = HoursType.NONE,
    score: Decimal | int | str | None = None,
    passed: bool = True,
    content_revision: str = "",
    detail: dict[str, Any] | None = None,
) -> Appended:
    """Write one fact, once for an ``act``; call inside the transaction of the operation.

    ``hours`` are clock hours, ``score`` is per cent (0 to 100), ``occurred_at`` is an aware
    instant and now when left out. The same act told twice is one row, under concurrency too.

    Raises:
        InvalidEvidence: a value is out of range, or the instant lies in the future.
        ActConflict: the act key was used for another person, kind or subject.
    """
    if kind == EventKind.REVERSAL:
        raise InvalidEvidence("A correction is written with reverse().")
    now = clock.now()
    event = LearningEvent(
        person_id=person_id,
        kind=_one_of(kind, EventKind.values, "kind"),
        subject=_subject(subject),
        hours_type=_one_of(hours_type, HoursType.values, "type of hours"),
        hours=_number(hours, "hours", MOST_HOURS),
        score=None if score is None else _number(score, "score", Decimal(100)),
        passed=passed,
        occurred_at=_past(occurred_at or now, now),
        recorded_at=now,
        actor_id=actor_id,
        content_revision=_short(content_revision, 60, "content revision"),
        act=_short(act, 160, "act"),
        detail=detail or {},
    )
    if event.hours and event.hours_type == HoursType.NONE:
        raise InvalidEvidence("Hours need a type.")
    if not event.act:
        raise InvalidEvidence("A fact needs an act key.")
    return _write(event)


def reverse(*, evidence_id: uuid.UUID | str, actor_id: int | None, reason: str) -> Appended:
    """Take back one fact by a correcting row; call inside the transaction of the operation.

    Taking back the same fact twice is one correction, with the reason given first.

    Raises:
        CannotReverse: there is no such fact, or it is itself a correction.
        InvalidEvidence: no reason is given, or it is longer than 1,000 characters.
    """
    reason = _short(reason.strip(), 1000, "reason")
    if not reason:
        raise InvalidEvidence("A correction needs a reason.")
    event = LearningEvent.objects.filter(uuid=evidence_id).first()
    if event is None or event.kind == EventKind.REVERSAL:
        raise CannotReverse(f"No fact {evidence_id} that could be taken back.")
    now = clock.now()
    return _write(
        LearningEvent(
            person_id=event.person_id,
            kind=EventKind.REVERSAL,
            subject=event.subject,
            passed=False,
            occurred_at=now,
            recorded_at=now,
            actor_id=actor_id,
            content_revision=event.content_revision,
            act=f"reversal:{event.uuid}",
            reverses=event,
            detail={"reason": reason},
        )
    )


def _write(event: LearningEvent) -> Appended:
    """Insert unless the act is there already, and promise the news."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The ledger is written in a transaction.")
    # ON CONFLICT DO NOTHING: two clicks at once meet here, and the second finds the first's row.
    LearningEvent.objects.bulk_create([event], ignore_conflicts=True)
    found = (
        LearningEvent.objects.filter(act=event.act)
        .values_list("uuid", "person_id", "kind", "subject")
        .first()
    )
    if found is None:  # SQLite also ignores broken checks; they must not pass unseen.
        raise InvalidEvidence("The ledger refused the fact.")
    if found[1:] != (event.person_id, event.kind, event.subject):
        raise ActConflict(f"{event.act} already stands for another fact.")
    new = found[0] == event.uuid
    if new:
        announce_later(person_id=event.person_id, evidence_id=str(event.uuid))
    return Appended(id=found[0], new=new)


def announce_later(*, person_id: int, evidence_id: str) -> None:
    """Send the signal after commit, and leave a job that sends it again if this process dies."""
    enqueue(
        kind="evidence_recorded",
        key=f"evidence:{evidence_id}",
        payload={"person_id": person_id, "evidence_id": evidence_id},
        run_after=clock.now() + NET_DELAY,
    )
    transaction.on_commit(
        lambda: announce(person_id=person_id, evidence_id=evidence_id, robust=True)
    )


def announce(*, person_id: int, evidence_id: str, robust: bool = False) -> None:
    """Tell who listens. ``robust``: a listener that fails is logged, and the job tries again."""
    send = evidence_recorded.send_robust if robust else evidence_recorded.send
    send(sender=LearningEvent, person_id=person_id, evidence_id=evidence_id)


def _one_of(value: str, known: list[str], what: str) -> str:
    if value not in known:
        raise InvalidEvidence(f"{value!r} is not a {what}.")
    return str(value)


def _subject(value: str) -> str:
    if not SUBJECT.fullmatch(value):
        raise InvalidEvidence(f"{value[:80]!r} is not an evidence key.")
    return value


def _short(value: str, most: int, what: str) -> str:
    if len(value) > most:
        raise InvalidEvidence(f"The {what} is longer than {most} characters.")
    return value


def _number(value: Decimal | int | str, what: str, most: Decimal) -> Decimal:
    try:
        number = Decimal(value)
        if not 0 <= number <= most:
            raise InvalidEvidence(f"The {what} must be from 0 to {most}, not {number}.")
        return number.quantize(Decimal("0.01"))
    except InvalidOperation as error:  # Also a comparison with NaN.
        raise InvalidEvidence(f"The {what} is not a number.") from error


def _past(instant: datetime, now: datetime) -> datetime:
    if instant.tzinfo is None:
        raise InvalidEvidence("The instant needs a time zone.")
    if instant > now:
        raise InvalidEvidence("It has not happened yet.")
    return instant
