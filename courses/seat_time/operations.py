"""Take in what pages measured; contest a figure, and decide about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.catalog.queries import outline
from courses.seat_time import access, queries, ticks
from courses.seat_time.models import (
    ActiveSpan,
    StudySession,
    TimeDecision,
    TimeDispute,
    WatchedSpan,
)
from courses.seat_time.tickets import Ticket
from courses.seat_time.union import length
from lms.kit import clock
from lms.public import notify, person, record_audit, rows_of

_SPACE: Final = UUID("5c3c2f3c-6d4b-4a3f-8a36-0c9c5f1f5d0e")
MOST_LETTERS: Final = 1_000
MOST_MINUTES: Final = 60_000
"""A thousand hours: more than anybody spends on one thing here."""


class NotYours(Exception):
    """The ticket or the session belongs to somebody else, or to something else."""


class NoSuchSubject(LookupError):
    """The published course has no such part."""


class NoReason(ValueError):
    """Whoever contests or decides says why."""


class ImpossibleMinutes(ValueError):
    """The figure is no number of minutes that can be claimed."""


class AlreadyContested(Exception):
    """The same figure was contested before, and nobody has decided yet."""


class MayNotDecide(Exception):
    """The account neither teaches this person nor certifies people of its state."""


class AlreadyDecided(Exception):
    """There is a decision, and it stays."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a batch: ``watched`` holds the distinct seconds of each recording so far."""

    accepted: int
    watched: dict[str, int]


# --- measuring --------------------------------------------------------------------------------
def take_ticks(*, person_id: int, ticket: Ticket, batch: ticks.Batch) -> Taken:
    """Record a batch of ticks; the first one opens its session. The same tick twice is one.

    Raises:
        NotYours: the ticket was handed to somebody else, or the session is another person's or
            about another subject.
    """
    with transaction.atomic(durable=True):
        session = _session(person_id, ticket, batch)
        now = clock.now()
        ends = _take_spans(session, batch.ticks, now)
        _take_watched(session, [each for tick in batch.ticks for each in tick.watched])
        _note_end(session, batch, [*ends, session.last_seen_at])
        watched = queries.watched_seconds(person_ids=[person_id], subjects=[session.subject])
    return Taken(len(batch.ticks), {block: seconds for (_p, _s, block), seconds in watched.items()})


def _session(person_id: int, ticket: Ticket, batch: ticks.Batch) -> StudySession:
    """Return the session of a batch, locked; opened by its first one."""
    if not queries.same_human(person_id, ticket.person_id):
        raise NotYours(batch.session)
    now = clock.now()
    opened = ticks.opened_at(ago=batch.opened_ago, now=now, handed_out_at=ticket.handed_out_at)
    new = StudySession(
        uuid=batch.session,
        person_id=person_id,
        course_key=ticket.course_key,
        subject=ticket.subject,
        revision=ticket.revision,
        opened_at=opened,
        last_seen_at=opened,
    )
    StudySession.objects.bulk_create([new], ignore_conflicts=True)
    found = StudySession.objects.select_for_update().get(uuid=batch.session)
    about = (found.course_key, found.subject)
    if about != (ticket.course_key, ticket.subject) or not queries.same_human(
        person_id, found.person_id
    ):
        raise NotYours(batch.session)
    return found


def _take_spans(session: StudySession, told: Iterable[ticks.Tick], now: datetime) -> list[datetime]:
    """Write the active stretch of each tick that is new; return when the ticks ended."""
    rows = list(session.spans.values_list("sequence", "from_at", "until_at"))
    seen = {sequence for sequence, _from, _until in rows}
    taken = [(start, end) for _sequence, start, end in rows]
    spans, ends = [], []
    for tick in told:
        ends.append(ticks.ended_at(tick, opened=session.opened_at, now=now))
        if tick.sequence in seen:
            continue
        seen.add(tick.sequence)
        found = ticks.place(tick, opened=session.opened_at, now=now, taken=taken)
        if found is None:
            continue
        taken.append(found)
        ends.append(found[1])
        spans.append(
            ActiveSpan(
                session=session,
                sequence=tick.sequence,
                kind=tick.kind,
                from_at=found[0],
                until_at=found[1],
                claimed_ms=tick.ms,
                recorded_at=now,
            )
        )
    ActiveSpan.objects.bulk_create(spans)
    return ends


def _take_watched(session: StudySession, told: list[ticks.Watched]) -> None:
    """Write what was watched and is new, as far as the active time of the session allows."""
    if not told:
        return
    rows = list(
        session.watched.values_list("block_id", "sequence", "from_second", "until_second", "rate")
    )
    seen = {(block, sequence) for block, sequence, *_rest in rows}
    new = []
    for each in told:
        if (each.block_id, each.sequence) not in seen:
            seen.add((each.block_id, each.sequence))
            new.append(each)
    spans = session.spans.values_list("from_at", "until_at")
    active = length(spans, nothing=timedelta(0))
    if not active:
        return
    spent = sum(((end - start) / rate for _b, _s, start, end, rate in rows), Decimal(0))
    WatchedSpan.objects.bulk_create(
        WatchedSpan(
            session=session,
            block_id=each.block_id,
            sequence=each.sequence,
            from_second=each.from_second,
            until_second=each.until_second,
            rate=each.rate,
        )
        for each in ticks.affordable(new, active=active, spent=spent)
    )


def _note_end(session: StudySession, batch: ticks.Batch, ends: list[datetime]) -> None:
    """Move the end of the session on to its last tick, and keep what the content reports."""
    session.last_seen_at = max(ends)
    if batch.reported_seconds is not None:
        session.reported_seconds = max(batch.reported_seconds, session.reported_seconds or 0)
    session.save(update_fields=["last_seen_at", "reported_seconds"])


# --- contesting -------------------------------------------------------------------------------
def contest(
    *,
    actor_id: int,
    person_id: int,
    course_key: str,
    subject: str,
    claimed_minutes: int,
    reason: str,
) -> UUID:
    """Say that a measured figure of one's own is wrong. What was measured then is kept beside it.

    The caller has checked that the account is this person's.

    Raises:
        NoSuchSubject: the published course has no such part.
        NoReason: no reason is given, or it is too long.
        ImpossibleMinutes: it is no number of minutes that can be claimed.
        AlreadyContested: the figure was contested before, and nobody has decided yet.
    """
    course = outline(course_key=course_key)
    if course is None or subject not in course.titles():
        raise NoSuchSubject(subject)
    words = _words(reason)
    if not 0 < claimed_minutes <= MOST_MINUTES:
        raise ImpossibleMinutes(claimed_minutes)
    with transaction.atomic(durable=True):
        mine = TimeDispute.objects.filter(rows_of(person_ids=[person_id]), subject=subject)
        decided = list(mine.order_by("pk").values_list("decision__pk", flat=True))
        if None in decided:
            raise AlreadyContested(subject)
        measured = queries.measured(person_ids=[person_id], course_key=course_key)
        row = TimeDispute(
            # Two clicks at once mean the same row, which the database takes once.
            uuid=uuid5(_SPACE, f"{person_id}:{subject}:{len(decided)}"),
            person_id=person_id,
            course_key=course_key,
            subject=subject,
            measured_minutes=queries.minutes_of(measured.get(person_id), subject),
            claimed_minutes=claimed_minutes,
            reason=words,
        )
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyContested(subject) from error
        _audit(actor_id, "time_contested", row, {"claimed_minutes": claimed_minutes})
    return row.uuid


def decide(*, actor_id: int, dispute_uuid: UUID, accepted_minutes: int, reason: str) -> None:
    """Decide about a contested figure. What was measured and what was claimed both stay.

    No hours are credited by this: those come from the ledger alone.

    Raises:
        queries.NoSuchDispute: there is none.
        MayNotDecide: the account may not, or is the learner's own.
        AlreadyDecided: there is a decision.
        NoReason: no reason is given, or it is too long.
        ImpossibleMinutes: it is no number of minutes.
    """
    words = _words(reason)
    if not 0 <= accepted_minutes <= MOST_MINUTES:
        raise ImpossibleMinutes(accepted_minutes)
    with transaction.atomic(durable=True):
        row = queries.lock_dispute(uuid=dispute_uuid)
        if not access.may_decide(user_id=actor_id, person_id=row.person_id):
            raise MayNotDecide(dispute_uuid)
        if TimeDecision.objects.filter(dispute=row).exists():
            raise AlreadyDecided(dispute_uuid)
        TimeDecision.objects.create(
            dispute=row, accepted_minutes=accepted_minutes, reason=words, actor_id=actor_id
        )
        _audit(actor_id, "time_decided", row, {"accepted_minutes": accepted_minutes})
        _tell(row, accepted_minutes, words)


def _words(reason: str) -> str:
    words = reason.strip()
    if not words or len(words) > MOST_LETTERS:
        raise NoReason
    return words


def _audit(actor_id: int, action: str, row: TimeDispute, detail: dict[str, int]) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="time_dispute",
        subject=str(row.uuid),
        detail={"subject": row.subject, "measured_minutes": row.measured_minutes, **detail},
    )


def _tell(row: TimeDispute, accepted: int, reason: str) -> None:
    learner = person(person_id=row.person_id)
    body = _(
        "Hello %(name)s,\n\nyou said that a measured time was wrong. It was decided: %(accepted)d"
        " minutes stand beside the %(measured)d minutes that were measured.\n\n%(reason)s\n"
    )
    notify(
        key=f"time:{row.uuid}:decided",
        kind="time_decided",
        address=learner.email,
        subject=_("Your measured time was looked at"),
        body=body
        % {
            "name": learner.given_name,
            "accepted": accepted,
            "measured": row.measured_minutes,
            "reason": reason,
        },
        person_id=learner.id,
    )
