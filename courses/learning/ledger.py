"""Write the learning ledger: the only module that creates a LearningEvent."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final

from django.db import connection, transaction
from django.dispatch import Signal

from courses.learning.models import EventKind, HoursType, LearningEvent
from lms.kit import clock
from lms.public import enqueue_many, kept_id

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact to write.

    ``hours`` are clock hours, ``score`` is per cent (0 to 100), ``occurred_at`` is an aware
    instant, and now when left out.
    """

    person_id: int
    kind: str
    subject: str
    act: str
    actor_id: int | None
    occurred_at: datetime | None = None
    hours: Decimal = Decimal(0)
    hours_type: str = HoursType.NONE
    score: Decimal | None = None
    passed: bool = True
    content_revision: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def fact(
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
) -> Fact:
    """Return a fact of values as people and files give them.

    Raises:
        InvalidEvidence: hours or score are no number in range.
    """
    return Fact(
        person_id=person_id,
        kind=kind,
        subject=subject,
        act=act,
        actor_id=actor_id,
        occurred_at=occurred_at,
        hours=_number(hours, "hours", MOST_HOURS),
        hours_type=hours_type,
        score=None if score is None else _number(score, "score", Decimal(100)),
        passed=passed,
        content_revision=content_revision,
        detail=detail or {},
    )


def append_many(facts: Sequence[Fact], *, announce: bool = True) -> list[Appended]:
    """Write facts in a number of statements that does not grow, each once for its ``act``.

    Call inside the transaction of the operation. Each person is announced once; a caller that
    decides anew for all these people itself says ``announce=False``.

    Raises:
        InvalidEvidence: a value is out of range, or an instant lies in the future.
        ActConflict: an act key was used for another person, kind or subject.
    """
    now = clock.now()
    return _write([_event(fact, now) for fact in facts], announce=announce)


def _event(fact: Fact, now: datetime) -> LearningEvent:
    if fact.kind == EventKind.REVERSAL:
        raise InvalidEvidence("A correction is written with reverse().")
    if fact.hours and fact.hours_type == HoursType.NONE:
        raise InvalidEvidence("Hours need a type.")
    if not fact.act:
        raise InvalidEvidence("A fact needs an act key.")
    return LearningEvent(
        person_id=fact.person_id,
        kind=_one_of(fact.kind, EventKind.values, "kind"),
        subject=_subject(fact.subject),
        hours_type=_one_of(fact.hours_type, HoursType.values, "type of hours"),
        hours=_number(fact.hours, "hours", MOST_HOURS),
        score=None if fact.score is None else _number(fact.score, "score", Decimal(100)),
        passed=fact.passed,
        occurred_at=_past(fact.occurred_at or now, now),
        recorded_at=now,
        actor_id=fact.actor_id,
        content_revision=_short(fact.content_revision, 60, "content revision"),
        act=_short(fact.act, 160, "act"),
        detail=fact.detail,
    )


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
    correction = LearningEvent(
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
    return _write([correction])[0]


def _write(events: list[LearningEvent], *, announce: bool = True) -> list[Appended]:
    """Insert the acts that are not there already, and promise the news."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The ledger is written in a transaction.")
    # ON CONFLICT DO NOTHING: two clicks at once meet here, and the second finds the first's row.
    LearningEvent.objects.bulk_create(events, ignore_conflicts=True, batch_size=500)
    acts = [event.act for event in events]
    rows = LearningEvent.objects.filter(act__in=acts).values_list(
        "act", "uuid", kept_id(), "person_id", "kind", "subject"
    )
    found = {row[0]: row[1:] for row in rows}
    news: dict[int, str] = {}
    appended = []
    for event in events:
        if event.act not in found:  # SQLite also ignores broken checks; they must not pass unseen.
            raise InvalidEvidence(f"The ledger refused {event.act}.")
        key, whose, *fact = found[event.act]
        if fact != [event.person_id, event.kind, event.subject]:
            raise ActConflict(f"{event.act} already stands for another fact.")
        if key == event.uuid:
            news[whose] = str(key)
        appended.append(Appended(id=key, new=key == event.uuid))
    if news and announce:
        _announce_later(news)
    return appended


def _announce_later(news: dict[int, str]) -> None:
    """Send the signal after commit, and leave jobs that send it again if this process dies."""
    payloads = [{"person_id": person, "evidence_id": evidence} for person, evidence in news.items()]
    enqueue_many(
        kind="evidence_recorded",
        jobs={f"evidence:{payload['evidence_id']}": payload for payload in payloads},
        run_after=clock.now() + NET_DELAY,
    )
    for person_id, evidence_id in news.items():
        transaction.on_commit(
            partial(announce, person_id=person_id, evidence_id=evidence_id, robust=True)
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
