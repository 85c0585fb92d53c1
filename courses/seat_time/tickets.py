"""What a page carries so that it may report time: who it was handed to, for what, and when.

The ticket is signed, so that nobody reports time for a page that they were never shown, nor from
before they were shown it. It holds no name.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.core import signing
from django.utils.crypto import salted_hmac

from lms.kit import clock

SALT: Final = "courses.seat_time"
LONGEST_USE: Final = 30 * 24 * 3600
"""Seconds for which a page may be used, offline too; older pages must be loaded again."""


class BadTicket(ValueError):
    """The ticket was not made here, or is too old."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who was handed which part of a course, in which version, at what instant."""

    person_id: int
    course_key: str
    subject: str
    revision: str
    handed_out_at: datetime


def hand_out(*, person_id: int, course_key: str, subject: str, revision: str) -> str:
    """Return a signed ticket for a page that is shown now."""
    now = int(clock.now().timestamp() * 1000)
    return signing.dumps([person_id, course_key, subject, revision, now], salt=SALT)


def read_ticket(text: str) -> Ticket:
    """Return what a ticket says.

    Raises:
        BadTicket: it was not made here, or is too old.
    """
    try:
        person_id, course_key, subject, revision, at = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise BadTicket from error
    handed_out_at = datetime.fromtimestamp(at / 1000, UTC)
    if (clock.now() - handed_out_at).total_seconds() > LONGEST_USE:
        raise BadTicket
    return Ticket(person_id, course_key, subject, revision, handed_out_at)


def page_study(
    *, person_id: int | None, course_key: str, subject: str, revision: str
) -> dict[str, str] | None:
    """Return what a page needs to measure time; None where nobody is known who could have it."""
    if person_id is None:
        return None
    ticket = hand_out(
        person_id=person_id, course_key=course_key, subject=subject, revision=revision
    )
    return {"ticket": ticket, "drawer": drawer_of(person_id=person_id)}


def drawer_of(*, person_id: int) -> str:
    """Return the name under which this person's unsent time waits in a shared browser.

    It says nothing about who it is, and is the same each time.
    """
    return salted_hmac(SALT, str(person_id)).hexdigest()[:16]
