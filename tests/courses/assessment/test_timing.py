"""Deadlines and waiting times as tables: limit, arrangement, and the night the clocks change."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from courses.assessment.timing import (
    GRACE,
    Entry,
    Gate,
    Last,
    deadline,
    entry,
    is_over,
    is_up,
    milliseconds_left,
    minutes_given,
)

DENVER = ZoneInfo("America/Denver")
SUMMER_ENDS = datetime(2026, 11, 1, 1, 40, tzinfo=DENVER)  # at 2:00 it is 1:00 again
SUMMER_BEGINS = datetime(2026, 3, 8, 1, 40, tzinfo=DENVER)  # at 2:00 it is 3:00
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEAP = datetime(2028, 2, 29, 23, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("started", "limit", "multiplier", "seconds"),
    [
        (NOON, 30, "1", 1_800),
        (NOON, 30, "1.25", 2_250),
        (NOON, 30, "1.5", 2_700),
        (NOON, 30, "2", 3_600),
        (NOON, 30, "9", 16_200),
        (NOON, 1, "1.01", 61),  # 60.6 s, rounded up
        (NOON, 7, "1.25", 525),
        (SUMMER_ENDS, 60, "1", 3_600),
        (SUMMER_ENDS, 60, "1.5", 5_400),
        (SUMMER_BEGINS, 60, "1", 3_600),
        (SUMMER_BEGINS, 60, "1.5", 5_400),
        (LEAP, 30, "1.5", 2_700),
    ],
)
def test_the_deadline_is_so_many_seconds_after_the_start_in_every_night(
    started, limit, multiplier, seconds
):
    started = started.astimezone(UTC)
    due = deadline(started_at=started, limit_minutes=limit, multiplier=Decimal(multiplier))
    assert due - started == timedelta(seconds=seconds)


@pytest.mark.parametrize(("limit", "multiplier"), [(None, "1"), (None, "2"), (30, None)])
def test_without_a_limit_of_the_quiz_or_for_the_person_there_is_no_deadline(limit, multiplier):
    share = None if multiplier is None else Decimal(multiplier)
    assert minutes_given(limit_minutes=limit, multiplier=share) is None
    assert deadline(started_at=NOON, limit_minutes=limit, multiplier=share) is None
    assert not is_up(due_at=None, now=NOON) and not is_over(due_at=None, now=NOON)
    assert milliseconds_left(due_at=None, now=NOON) is None


@pytest.mark.parametrize(
    ("after", "up", "over", "left"),
    [
        (timedelta(milliseconds=-1), False, False, 1),
        (timedelta(0), True, False, 0),
        (GRACE - timedelta(milliseconds=1), True, False, 0),
        (GRACE, True, True, 0),
        (timedelta(days=400), True, True, 0),
    ],
)
def test_time_is_up_at_the_deadline_and_over_when_the_grace_is(after, up, over, left):
    now = NOON + after
    assert (is_up(due_at=NOON, now=now), is_over(due_at=NOON, now=now)) == (up, over)
    assert milliseconds_left(due_at=NOON, now=now) == left


# --- when the next try may start ------------------------------------------------------------
def gate(allowed=None, made=1, wait=0, passed=False, ended=NOON, unlocked=None, now=NOON):
    started = NOON - timedelta(hours=1)
    return entry(
        allowed=allowed,
        made=made,
        wait_hours=wait,
        last=Last(started, ended, passed) if made else None,
        unlocked_at=unlocked,
        now=now,
    )


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"made": 0, "allowed": 1, "wait": 24}, Entry(Gate.OPEN)),
        ({}, Entry(Gate.OPEN)),
        ({"allowed": 2}, Entry(Gate.OPEN)),
        ({"allowed": 2, "made": 2}, Entry(Gate.USED_UP)),
        ({"allowed": 2, "made": 3}, Entry(Gate.USED_UP)),
        ({"allowed": 2, "made": 2, "passed": True}, Entry(Gate.USED_UP)),
        ({"wait": 24}, Entry(Gate.WAIT, NOON + 24 * HOUR)),
        ({"wait": 24, "passed": True}, Entry(Gate.OPEN)),
        ({"wait": 24, "now": NOON + 24 * HOUR - timedelta(seconds=1)},
         Entry(Gate.WAIT, NOON + 24 * HOUR)),
        ({"wait": 24, "now": NOON + 24 * HOUR}, Entry(Gate.OPEN)),
        ({"wait": 24, "allowed": 1}, Entry(Gate.USED_UP)),
        ({"passed": None}, Entry(Gate.MARKING)),
        ({"passed": None, "unlocked": NOON + HOUR}, Entry(Gate.MARKING)),
        # An unlock is good for one try: from before the last start it is spent.
        ({"wait": 24, "unlocked": NOON}, Entry(Gate.OPEN, by_unlock=True)),
        ({"wait": 24, "unlocked": NOON - HOUR}, Entry(Gate.WAIT, NOON + 24 * HOUR)),
        ({"allowed": 1, "unlocked": NOON}, Entry(Gate.OPEN, by_unlock=True)),
        ({"allowed": 1, "unlocked": NOON - 2 * HOUR}, Entry(Gate.USED_UP)),
        ({"allowed": 2, "unlocked": NOON}, Entry(Gate.OPEN)),
    ],
)  # fmt: skip
def test_who_may_start_the_next_try(facts, expected):
    assert gate(**facts) == expected


def test_a_day_of_waiting_is_24_hours_also_in_the_night_the_clocks_change():
    ended = datetime(2026, 10, 31, 20, 0, tzinfo=DENVER).astimezone(UTC)
    shut = gate(wait=24, ended=ended, now=ended)
    assert shut.opens_at - ended == 24 * HOUR
    assert shut.opens_at.astimezone(DENVER).hour == 19
