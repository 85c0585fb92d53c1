"""Read measured time: how long people were active, and how long their pages were open.

Every moment of a person counts once, however many tabs and devices were open, and belongs to one
subject: so the parts of a course add up to the course, and the courses to the whole.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from courses.seat_time import access
from courses.seat_time.models import ActiveSpan, StudySession, TimeDispute, WatchedSpan
from courses.seat_time.union import Interval, length, shared_out, union
from lms.kit.formats import academy_zone
from lms.public import kept_id, records_of, rows_of

NOTHING: Final = timedelta(0)
FAR_APART: Final = 0.2
"""What content says of itself is flagged when it is this share off the wall clock."""

Subject = tuple[str, str]
"""The key of a course and the evidence key of the part."""


class NoSuchDispute(LookupError):
    """There is no such contested time."""


@dataclass(frozen=True, slots=True)
class Time:
    """Three measured figures of one thing, which are never added to each other.

    ``active``: in front of the page and doing something. ``wall``: the page was open. ``reported``:
    what the content says of itself, None where it says nothing.
    """

    active: timedelta = NOTHING
    wall: timedelta = NOTHING
    reported: timedelta | None = None

    @property
    def active_minutes(self) -> int:
        """Return whole active minutes."""
        return minutes(self.active)

    @property
    def wall_minutes(self) -> int:
        """Return for how many whole minutes the page was open."""
        return minutes(self.wall)

    @property
    def reported_minutes(self) -> int | None:
        """Return what the content says, in whole minutes; None where it says nothing."""
        found = self.reported_credible
        return None if found is None else minutes(found)

    @property
    def reported_credible(self) -> timedelta | None:
        """Return what the content says, never more than the page was open."""
        return None if self.reported is None else min(self.reported, self.wall)

    @property
    def doubtful(self) -> bool:
        """Tell whether what the content says is far from how long the page was open."""
        if self.reported is None:
            return False
        return abs(self.reported - self.wall) > self.wall * FAR_APART


@dataclass(frozen=True, slots=True)
class Measured:
    """All measured time of one person, by subject, with the active stretches behind it."""

    subjects: Mapping[Subject, Time] = field(default_factory=dict)
    stretches: Mapping[Subject, list[Interval]] = field(default_factory=dict)
    courses: Mapping[str, Time] = field(default_factory=dict)

    @property
    def active(self) -> timedelta:
        """Return how long the person was active in all."""
        return sum((each.active for each in self.subjects.values()), NOTHING)

    def by_day(self) -> dict[date, timedelta]:
        """Return the active time of each day in the Academy's zone."""
        zone = academy_zone()
        found: dict[date, timedelta] = {}
        for stretches in self.stretches.values():
            for start, end in stretches:
                for day, part in _days(start, end, zone):
                    found[day] = found.get(day, NOTHING) + part
        return dict(sorted(found.items()))


def measured(
    *,
    person_ids: Collection[int],
    course_key: str | None = None,
    revision: str | None = None,
) -> dict[int, Measured]:
    """Return the measured time of these people, in two statements however many they are.

    Merged records are one person's. ``course_key`` and ``revision``: of that course or version.
    """
    sessions = StudySession.objects.filter(rows_of(person_ids=person_ids))
    return _measured(_narrowed(sessions, course_key, revision))


def measured_in(*, course_key: str, revision: str) -> dict[int, Measured]:
    """Return the measured time of everybody who opened a version of a course."""
    return _measured(_narrowed(StudySession.objects.all(), course_key, revision))


def _narrowed(
    sessions: QuerySet[StudySession], course_key: str | None, revision: str | None
) -> QuerySet[StudySession]:
    if course_key is not None:
        sessions = sessions.filter(course_key=course_key)
    return sessions if revision is None else sessions.filter(revision=revision)


def _measured(sessions: QuerySet[StudySession]) -> dict[int, Measured]:
    opened = sessions.order_by("pk").values_list(
        "pk", kept_id(), "course_key", "subject", "opened_at", "last_seen_at", "reported_seconds"
    )
    known: dict[int, tuple[int, Subject]] = {}
    walls: dict[tuple[int, Subject], list[Interval]] = {}
    reported: dict[tuple[int, Subject], int] = {}
    for pk, human, course_key, subject, start, end, seconds in opened:
        known[pk] = key = (human, (course_key, subject))
        walls.setdefault(key, []).append((start, end))
        if seconds is not None:
            reported[key] = reported.get(key, 0) + seconds
    spans: dict[int, list[tuple[Subject, Interval]]] = {}
    rows = ActiveSpan.objects.filter(session__in=sessions).order_by("pk")
    for session_id, start, end in rows.values_list("session_id", "from_at", "until_at"):
        # A session may have begun between the two statements.
        if session_id in known:
            human, about = known[session_id]
            spans.setdefault(human, []).append((about, (start, end)))
    people = {human for human, _ in walls}
    return {human: _person(human, walls, reported, spans.get(human, [])) for human in people}


def _person(
    human: int,
    walls: Mapping[tuple[int, Subject], list[Interval]],
    reported: Mapping[tuple[int, Subject], int],
    spans: Iterable[tuple[Subject, Interval]],
) -> Measured:
    stretches = shared_out(spans)
    mine = {about: open_ for (whose, about), open_ in walls.items() if whose == human}
    subjects = {
        about: Time(
            length(stretches.get(about, []), nothing=NOTHING),
            length(open_, nothing=NOTHING),
            _seconds(reported.get((human, about))),
        )
        for about, open_ in mine.items()
    }
    courses = {
        course: Time(
            sum((time.active for about, time in subjects.items() if about[0] == course), NOTHING),
            length(
                [each for about, open_ in mine.items() if about[0] == course for each in open_],
                nothing=NOTHING,
            ),
            _sum_known(time.reported for about, time in subjects.items() if about[0] == course),
        )
        for course in {about[0] for about in mine}
    }
    return Measured(subjects, stretches, courses)


def _seconds(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _sum_known(times: Iterable[timedelta | None]) -> timedelta | None:
    known = [each for each in times if each is not None]
    return sum(known, NOTHING) if known else None


def _days(start: datetime, end: datetime, zone: Any) -> Iterable[tuple[date, timedelta]]:
    """Yield the parts of a stretch by day; a night with a change of the clock is one night."""
    while start < end:
        day = start.astimezone(zone).date()
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        until = min(end, midnight.astimezone(start.tzinfo))
        yield day, until - start
        start = until


def minutes(time: timedelta) -> int:
    """Return whole minutes, never more than was measured."""
    return int(time.total_seconds() // 60)


def minutes_of(found: Measured | None, subject: str) -> int:
    """Return the active minutes of one subject, or of a whole course ("course:…")."""
    if found is None:
        return 0
    course = subject.removeprefix("course:")
    if course != subject and course in found.courses:
        return minutes(found.courses[course].active)
    times = (time.active for (_course, about), time in found.subjects.items() if about == subject)
    return minutes(sum(times, NOTHING))


# --- recordings -------------------------------------------------------------------------------
def watched_seconds(
    *, person_ids: Collection[int], subjects: Collection[str] | None = None
) -> dict[tuple[int, str, str], int]:
    """Return the distinct seconds watched, by person, subject and recording, in one statement.

    What was watched twice counts once; what was skipped does not count.
    """
    rows = WatchedSpan.objects.filter(rows_of(person_ids=person_ids, field="session__person_id"))
    if subjects is not None:
        rows = rows.filter(session__subject__in=subjects)
    found: dict[tuple[int, str, str], list[Interval]] = {}
    columns = rows.order_by("pk").values_list(
        kept_id(path="session__person"), "session__subject", "block_id", "from_second",
        "until_second",
    )  # fmt: skip
    for human, subject, block, start, end in columns:
        found.setdefault((human, subject, block), []).append((start, end))
    return {key: sum(end - start for start, end in union(spans)) for key, spans in found.items()}


# --- people and disputes ----------------------------------------------------------------------
def same_human(one_id: int, other_id: int) -> bool:
    """Tell whether two records are of one human."""
    if one_id == other_id:
        return True
    return other_id in {each.person.id for each in records_of(person_ids=[one_id])}


def disputes(*, person_id: int, course_key: str | None = None) -> list[TimeDispute]:
    """Return what a person contested, newest first, with the decisions."""
    rows = TimeDispute.objects.filter(rows_of(person_ids=[person_id]))
    if course_key is not None:
        rows = rows.filter(course_key=course_key)
    return list(rows.select_related("decision", "decision__actor").order_by("-recorded_at", "-pk"))


def disputes_waiting(*, user_id: int) -> int:
    """Return how many contested times wait for a decision that the account may make."""
    mine = access.decided_by(user_id=user_id)
    return TimeDispute.objects.filter(mine, decision__isnull=True).count()


def dispute(*, uuid: UUID) -> TimeDispute:
    """Return one contested time with its decision and person.

    Raises:
        NoSuchDispute: there is none.
    """
    found = (
        TimeDispute.objects.filter(uuid=uuid)
        .select_related("decision", "decision__actor", "person")
        .first()
    )
    if found is None:
        raise NoSuchDispute(uuid)
    return found


def lock_dispute(*, uuid: UUID) -> TimeDispute:
    """Return one contested time and hold its row until the transaction ends.

    Raises:
        NoSuchDispute: there is none.
    """
    found = TimeDispute.objects.select_for_update(of=("self",)).filter(uuid=uuid).first()
    if found is None:
        raise NoSuchDispute(uuid)
    return found
