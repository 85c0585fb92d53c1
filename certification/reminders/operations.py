"""Remind people, once of each thing and in one message a day, and keep what they want."""

import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db import transaction

from certification.reminders.models import ReminderDigest, ReminderItem, ReminderPreference
from certification.reminders.queries import Digest, Line, digests
from certification.reminders.schedule import Choice
from certification.reminders.wording import message
from lms.kit import clock
from lms.public import notify_many, person_ids_after

log = logging.getLogger(__name__)

PORTION: Final = 200
"""How many people are reminded together, in one transaction; with each comes the team."""

_ItemKey = tuple[int, int, str, date, int]
_KEY: Final = ("recipient_id", "person_id", "subject", "due_on", "days_before")


class LastDayStays(ValueError):
    """Nobody can switch off the reminder of their own last day."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a run did, or would do: how many people it looked at, and the messages."""

    people: int
    digests: tuple[Digest, ...]


def send_reminders(
    *, person_ids: Collection[int], on: date | None = None, dry_run: bool = False
) -> Reminded:
    """Remind these people of their deadlines and their team's; safe to repeat at any time.

    `on` None: today, for each deadline in the zone of its program. At most one message for each
    recipient and day; what a second run of a day finds waits for the next day. Two runs at once
    send each message and each reminder once: the database lets one of them write it. At most
    `PORTION` people at a time.
    """
    found = digests(person_ids=person_ids, on=on)
    if dry_run or not found:
        day = {each.day for each in found}
        written = _already_written(found, day) if found else set()
        kept = tuple(each for each in found if each.recipient.id not in written)
        return Reminded(len(person_ids), kept)
    with transaction.atomic(durable=True):
        mine = _claimed(found)
        notify_many(messages=[message(each) for each in mine])
    return Reminded(len(person_ids), tuple(mine))


def send_to_everybody(*, on: date | None = None, dry_run: bool = False) -> Reminded:
    """Remind everybody, a portion at a time."""
    people, sent, last = 0, list[Digest](), 0
    while portion := person_ids_after(person_id=last, most=PORTION):
        done = send_reminders(person_ids=portion, on=on, dry_run=dry_run)
        people, last = people + done.people, portion[-1]
        sent.extend(done.digests)
    return Reminded(people, tuple(sent))


def choose(*, person_id: int, own: Choice, team: Choice) -> None:
    """Keep which reminders somebody wants.

    Raises:
        LastDayStays: `own` would switch off the reminder of the last day.
    """
    if own is Choice.NONE:
        raise LastDayStays
    with transaction.atomic(durable=True):
        ReminderPreference.objects.update_or_create(
            person_id=person_id,
            defaults={"own": own.value, "team": team.value, "changed_at": clock.now()},
        )


def _already_written(found: Sequence[Digest], days: Collection[date]) -> set[int]:
    """Return who among these has had the message of the day."""
    return set(
        ReminderDigest.objects.filter(
            day__in=days, recipient_id__in=[each.recipient.id for each in found]
        ).values_list("recipient_id", flat=True)
    )


def _claimed(found: Sequence[Digest]) -> list[Digest]:
    """Write down the reminders that nobody has written yet, and return the messages of those.

    Rows that another run has written, or is writing now, are left to it. All runs write in the
    same order, so that none of them waits for another in a circle.
    """
    run = uuid.uuid4()
    ReminderDigest.objects.bulk_create(
        [ReminderDigest(recipient_id=each.recipient.id, day=each.day, run=run) for each in found],
        ignore_conflicts=True,
    )
    rows = dict(ReminderDigest.objects.filter(run=run).values_list("recipient_id", "pk"))
    keys = sorted(
        _key(each, line) for each in found if each.recipient.id in rows for line in each.lines
    )
    ReminderItem.objects.bulk_create(
        [ReminderItem(digest_id=rows[key[0]], **dict(zip(_KEY, key, strict=True))) for key in keys],
        ignore_conflicts=True,
    )
    items = ReminderItem.objects.filter(digest__run=run)
    written: set[_ItemKey] = set(items.values_list(*_KEY))
    mine = [
        replace(each, lines=tuple(line for line in each.lines if _key(each, line) in written))
        for each in found
    ]
    silent = [
        rows[each.recipient.id] for each in mine if each.recipient.id in rows and not each.lines
    ]
    # Another run, about another day, was faster with all of it: this day is free again.
    ReminderDigest.objects.filter(pk__in=silent).delete()
    return [each for each in mine if each.lines]


def _key(digest: Digest, line: Line) -> _ItemKey:
    owed = line.owed
    return digest.recipient.id, owed.person.id, owed.matter.subject, owed.due_on, line.days_before
