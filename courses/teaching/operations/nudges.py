"""Remind members of a cohort of what is left, once a day each and of one thing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.teaching import grid, queries
from courses.teaching.models import Cohort, Nudge
from courses.teaching.operations.cohorts import lock
from lms.public import (
    Message,
    PersonRecord,
    kept_id,
    notify_many,
    people,
    person_of_user,
    record_audit,
    rows_of,
    today,
)

MOST_LETTERS: Final = 2_000
"""How long a trainer's own words may be."""


class TooLong(ValueError):
    """The words are longer than ``MOST_LETTERS``; nobody was reminded."""


@dataclass(frozen=True, slots=True)
class Nudged:
    """How many were reminded, and how many not: reminded today, finished, or without address."""

    sent: int
    already: int
    finished: int
    unreachable: int


def nudge(
    *, actor_id: int, cohort_uuid: UUID, person_uuids: Collection[UUID], words: str
) -> Nudged:
    """Remind these members of the next thing left for each; others among them are left out.

    Nobody is reminded twice of the same thing on one day, in whichever cohort and by whomever.

    Raises:
        queries.NoSuchCohort, lms.public.Denied: no such cohort, or not the account's.
        TooLong: nobody was reminded.
    """
    words = words.strip()
    if len(words) > MOST_LETTERS:
        raise TooLong(len(words))
    with transaction.atomic(durable=True):
        _one_at_a_time(cohort_uuid)
        found = lock(actor_id, cohort_uuid)
        rows = queries.taught(found=found, user_id=actor_id, person_uuids=person_uuids)
        open_rows = [row for row in rows if row.where is not None]
        records = people(person_ids=[row.member.id for row in open_rows])
        reachable = [row for row in open_rows if records[row.member.id].email]
        told = _told_today(found, [row.member.id for row in reachable])
        due = [row for row in reachable if (row.member.id, _subject(row)) not in told]
        sender = person_of_user(user_id=actor_id)
        Nudge.objects.bulk_create(
            Nudge(
                cohort=found,
                person_id=row.member.id,
                subject=_subject(row),
                words=words,
                actor_id=actor_id,
            )
            for row in due
        )
        notify_many(
            messages=[_message(found, row, records[row.member.id], sender, words) for row in due]
        )
        if due:
            record_audit(
                actor_id=actor_id,
                action="nudge_cohort",
                subject_kind="cohort",
                subject=str(found.uuid),
                detail={"people": sorted(row.member.id for row in due)},
            )
    return Nudged(
        sent=len(due),
        already=len(reachable) - len(due),
        finished=len(rows) - len(open_rows),
        unreachable=len(open_rows) - len(reachable),
    )


def _one_at_a_time(cohort_uuid: UUID) -> None:
    """Hold all cohorts of a course: another one may hold the same people, and its trainer waits."""
    course = Cohort.objects.filter(uuid=cohort_uuid).values("course_key")
    list(Cohort.objects.select_for_update().filter(course_key__in=course).order_by("pk"))


def _subject(row: grid.Row) -> str:
    """Return what somebody is reminded of: the thing where they stand."""
    return row.where.subject if row.where else ""


def _told_today(found: Cohort, person_ids: Collection[int]) -> set[tuple[int, str]]:
    since = datetime.combine(today(), time(), ZoneInfo(settings.ACADEMY_ZONE))
    rows = Nudge.objects.filter(
        rows_of(person_ids=person_ids),
        cohort__course_key=found.course_key,
        recorded_at__gte=since,
    )
    return set(rows.order_by("pk").values_list(kept_id(), "subject"))


def _message(
    found: Cohort, row: grid.Row, person: PersonRecord, sender: PersonRecord | None, words: str
) -> Message:
    item = row.where
    assert item is not None  # noqa: S101 - only rows with something left get here
    left = ngettext(
        "%(count)d thing is left in %(course)s.",
        "%(count)d things are left in %(course)s.",
        row.items_left,
    ) % {"count": row.items_left, "course": row.progress.title}
    page = f"{settings.SITE_URL}{item.url or row.progress.url}"
    parts = [
        _("Hello %(name)s,") % {"name": person.given_name or person.name},
        words,
        f"{left} {_('Next: %(title)s') % {'title': item.title}}",
        _("Go on here: %(page)s") % {"page": page},
        sender.name if sender else "",
    ]
    return Message(
        key=f"nudge:{person.id}:{today()}:{sha256(item.subject.encode()).hexdigest()[:32]}",
        kind="nudge",
        address=person.email,
        subject=_("What is next in %(course)s") % {"course": row.progress.title},
        body="\n\n".join(part for part in parts if part) + "\n",
        person_id=person.id,
    )
