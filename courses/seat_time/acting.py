"""Let an invented person read: for demonstrations, measured as a page measures it."""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from courses.seat_time.operations import take_ticks
from courses.seat_time.tickets import Ticket
from courses.seat_time.ticks import Batch, Tick
from lms.kit import clock

_MINUTE: Final = 60_000
_SPACE: Final = UUID("6f1f0f4a-4f7a-4c2e-9d6f-3f0e5d1c2b7a")


def act_out_reading(
    *, person_id: int, course_key: str, subject: str, revision: str, minutes: int
) -> None:
    """Report that a page was open until now and read for so many minutes of it."""
    whole = timedelta(minutes=minutes + 5)
    ticket = Ticket(person_id, course_key, subject, revision, clock.now() - whole)
    ticks = [Tick(n, "reading", _MINUTE, n * _MINUTE) for n in range(1, minutes + 1)]
    batch = Batch(
        session=uuid5(_SPACE, f"{person_id}:{subject}"),
        opened_ago=int(whole.total_seconds()) * 1000,
        ticks=tuple(ticks),
    )
    take_ticks(person_id=person_id, ticket=ticket, batch=batch)
