"""Work out which reminder of a deadline falls due on a date; pure.

Every date is a legal date in the zone of the program: a deadline is the last day that is in time,
all of it, until midnight there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

MILESTONES: Final = (90, 60, 30, 7, 0)
"""How many days before the last day somebody is reminded."""

LAST_DAY: Final = 0
NEAR: Final = frozenset({7, LAST_DAY})

LATE_DAYS: Final = 30
"""For so many days after the last one a reminder that was missed is still made up for."""


MORNING: Final = time(6)
"""When messages leave: at this hour it is the same date in every zone of the country."""


class Choice(StrEnum):
    """Which reminders somebody wants."""

    ALL = "all"
    NEAR = "near"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day that is in time, and the first day on which the deadline was there to be met.

    Reminders whose day lies before `since` were never owed: nobody is told in their first week of
    what the academy would have said two months earlier.
    """

    due_on: date
    since: date


def milestone(deadline: Deadline, on: date) -> int | None:
    """Return the newest reminder that has come by a date, or None.

    It is the only one that counts: after nights that were missed, the older ones say nothing that
    it does not say better. `LATE_DAYS` after the last day there is nothing left to remind of.
    """
    left = (deadline.due_on - on).days
    if left < -LATE_DAYS:
        return None
    newest = min((each for each in MILESTONES if left <= each), default=None)
    if newest is None or (deadline.due_on - deadline.since).days < newest:
        return None
    return newest


def falls_due(
    deadline: Deadline,
    on: date,
    *,
    told: Collection[int] = (),
    wanted: Collection[int] = MILESTONES,
) -> int | None:
    """Return the reminder to give on a date (days before the last one), or None.

    `told` are those given already: what is newer than them may still be given, never what is
    older, also when a run is asked about an earlier day.
    """
    newest = milestone(deadline, on)
    if newest is None or newest not in wanted or any(each <= newest for each in told):
        return None
    return newest


def wanted_by(choice: Choice, *, own: bool) -> frozenset[int]:
    """Return the reminders that a choice lets through.

    `own`: about one's own deadlines, where the last day cannot be switched off.
    """
    if choice is Choice.ALL:
        return frozenset(MILESTONES)
    if choice is Choice.NEAR:
        return NEAR
    return frozenset({LAST_DAY}) if own else frozenset()


def morning(day: date, zones: Collection[str]) -> datetime:
    """Return when the reminders of a date leave: an instant at which it is that date in all zones.

    It is `MORNING` or later in each of them: in the westernmost one. Where that is the next day
    already in the easternmost zone, it is the middle of the hours that are in the date everywhere;
    zones a day apart share none, and get the morning of the westernmost.
    """
    places = [ZoneInfo(each) for each in zones]
    wanted = max(_instant(day, MORNING, place) for place in places)
    begins = max(_instant(day, time.min, place) for place in places)
    ends = min(_instant(day + timedelta(days=1), time.min, place) for place in places)
    if wanted < ends or begins >= ends:
        return wanted
    return begins + (ends - begins) / 2


def _instant(day: date, at: time, place: ZoneInfo) -> datetime:
    return datetime.combine(day, at, place).astimezone(UTC)
