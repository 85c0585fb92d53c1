"""Whether measured time is possible: within its session, no moment twice, never foreseen."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from courses.seat_time.models import ActiveSpan, StudySession, TimeDispute, WatchedSpan
from lms.kit.integrity import Check, check, triggers

TABLES: Final = (
    ("courses_activespan", "UPDATE DELETE"),
    ("courses_watchedspan", "UPDATE DELETE"),
    ("courses_timedispute", "UPDATE DELETE"),
    ("courses_timedecision", "UPDATE DELETE"),
)


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-seat-time", TABLES),
        check(
            "active-within-session",
            "Active time lies within its session and before it was recorded, and nothing is watched"
            " without it.",
            _outside(),
        ),
        check(
            "active-once",
            "No two active stretches of one session overlap.",
            _overlapping(),
        ),
        check(
            "time-decided-by-another",
            "Nobody decided about their own time.",
            _own_decisions(),
        ),
    ]


def _outside() -> Iterator[str]:
    wrong = ActiveSpan.objects.filter(
        Q(from_at__lt=F("session__opened_at"))
        | Q(until_at__gt=F("recorded_at"))
        | Q(until_at__gt=F("session__last_seen_at"))
    )
    for pk, session in wrong.order_by("pk").values_list("pk", "session__uuid"):
        yield f"active span {pk} of session {session}"
    idle = StudySession.objects.filter(
        Exists(WatchedSpan.objects.filter(session=OuterRef("pk"))),
        ~Exists(ActiveSpan.objects.filter(session=OuterRef("pk"))),
    )
    for uuid in idle.order_by("pk").values_list("uuid", flat=True):
        yield f"session {uuid} watched without being active"


def _overlapping() -> Iterator[str]:
    other = ActiveSpan.objects.filter(
        ~Q(pk=OuterRef("pk")),
        session=OuterRef("session"),
        from_at__lte=OuterRef("from_at"),
        until_at__gt=OuterRef("from_at"),
    )
    rows = ActiveSpan.objects.filter(Exists(other)).order_by("pk")
    for pk, session in rows.values_list("pk", "session__uuid"):
        yield f"active span {pk} of session {session}"


def _own_decisions() -> Iterator[str]:
    rows = TimeDispute.objects.filter(decision__actor=F("person__user")).order_by("pk")
    for uuid in rows.values_list("uuid", flat=True):
        yield f"dispute {uuid}"
