"""Remind everybody each morning, a portion of people in each job."""

import logging
from datetime import UTC
from typing import Any, Final

from certification.reminders import operations
from certification.reminders.queries import zones
from certification.reminders.schedule import morning
from lms.kit import clock
from lms.public import enqueue_many, every_night, handles, person_ids_after

log = logging.getLogger(__name__)

JOB: Final = "send_reminders"


@every_night("remind")
def remind() -> None:
    """Promise the reminders of the date in UTC for its morning; after a late start, at once.

    Nightly work begins at midnight UTC, which is the evening before in America: too late on
    somebody's last day, and too early for the next.
    """
    now = clock.now()
    day = now.astimezone(UTC).date()
    start = morning(day, zones())
    last = 0
    while portion := person_ids_after(person_id=last, most=operations.PORTION):
        enqueue_many(
            kind=JOB,
            jobs={f"reminders:{day}:{portion[0]}": {"person_ids": portion}},
            run_after=start if start > now else None,
        )
        last = portion[-1]


@handles(JOB)
def send_portion(*, person_ids: list[int], **_: Any) -> None:
    """Remind a portion of people of what is near today."""
    done = operations.send_reminders(person_ids=person_ids)
    log.info("%s people looked at, %s reminded", done.people, len(done.digests))
