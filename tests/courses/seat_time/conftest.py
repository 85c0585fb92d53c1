"""A course, Alma who learns, and pages that measure her time."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from courses.seat_time.operations import take_ticks
from courses.seat_time.tickets import page_study, read_ticket
from courses.seat_time.ticks import read_batch

START = datetime(2026, 3, 2, 17, tzinfo=UTC)
LESSON = "lesson:tiny-only/lesson-1"
OTHER = "lesson:tiny-only/lesson-2"


class Page:
    """A page that was handed to a person at a second after START, in one tab."""

    def __init__(self, person, *, second=0, subject=LESSON, course="tiny", revision="1"):
        self.person, self.opened, self.session, self.sequence = person, second, str(uuid4()), 0
        with at(second):
            self.ticket = page_study(
                person_id=person.pk, course_key=course, subject=subject, revision=revision
            )["ticket"]

    def ticks(self, *ends, ms=15_000, **more):
        """Return ticks that ended at these seconds after START."""
        told = []
        for end in ends:
            self.sequence += 1
            told.append(
                {"sequence": self.sequence, "kind": "reading", "ms": ms}
                | {"at": 1000 * (end - self.opened), **more}
            )
        return told

    def message(self, ticks, now, **more):
        ago = 1000 * (now - self.opened)
        told = {"ticket": self.ticket, "session": self.session, "opened_ago": ago, "ticks": ticks}
        return told | more

    def send(self, ticks, now, *, by=None, **more):
        """Send ticks at a second after START, past the view."""
        data = json.loads(json.dumps(self.message(ticks, now, **more)))
        with at(now):
            return take_ticks(
                person_id=(by or self.person).pk,
                ticket=read_ticket(data["ticket"]),
                batch=read_batch(data),
            )


@contextmanager
def at(second):
    with time_machine.travel(START + timedelta(seconds=second), tick=False):
        yield


@pytest.fixture
def alma(cast, load):
    """Alma, and a course with three lessons and a quiz."""
    with at(-60):
        load(lessons=3, quiz=True)
    return cast.person("alma")
