"""Remind everybody each morning, a portion of people in each job."""

import logging
from datetime import UTC, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from certification.reminders import operations
from lms.kit import clock
from lms.public import enqueue_many, every_night, handles, person_ids_after

log = logging.getLogger(__name__)

JOB: Final = "send_reminders"
MORNING: Final = time(6)
"""When messages leave, in the Academy's zone: nightly work begins at midnight UTC, which is the
evening before in America, too late on somebody's last day and too early for the next."""


@every_night("remind")
def remind() -> None:
    """Promise this morning's reminders; after a late start, at once."""
    now = clock.now()
    start = _morning(now)
    last = 0
    while portion := person_ids_after(person_id=last, most=operations.PORTION):
        enqueue_many(
            kind=JOB,
            jobs={f"reminders:{start.date()}:{portion[0]}": {"person_ids": portion}},
            run_after=start if start > now else None,
        )
        last = portion[-1]


@handles(JOB)
def send_portion(*, person_ids: list[int], **_: Any) -> None:
    """Remind a portion of people of what is near today."""
    done = operations.send_reminders(person_ids=person_ids)
    log.info("%s people looked at, %s reminded", done.people, len(done.digests))


def _morning(now: datetime) -> datetime:
    """Return the instant of the morning of the date that the clock shows in UTC."""
    day = now.astimezone(UTC).date()
    return datetime.combine(day, MORNING, ZoneInfo(settings.ACADEMY_ZONE)).astimezone(UTC)
