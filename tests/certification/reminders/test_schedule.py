"""Which reminder falls due: for every date there is, and however many nights were missed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.reminders.schedule import (
    LATE_DAYS,
    MILESTONES,
    Choice,
    Deadline,
    falls_due,
    milestone,
    wanted_by,
)

LONG_AGO = date(1990, 1, 1)
days = st.dates(min_value=date(1996, 1, 1), max_value=date(2104, 12, 31))
nights = st.sets(st.integers(min_value=-200, max_value=60), max_size=40)


def ago(number):
    return timedelta(days=number)


def told_by(deadline, dates, wanted=MILESTONES):
    """Return (date, milestone) of each reminder that runs on these dates give, in their order."""
    given_ = []
    for on in dates:
        found = falls_due(deadline, on, told=[each for _, each in given_], wanted=wanted)
        if found is not None:
            given_.append((on, found))
    return given_


@given(due=days)
def test_runs_on_every_day_give_each_reminder_on_its_own_day(due):
    dates = [due + ago(n) for n in range(-120, LATE_DAYS + 20)]
    told = told_by(Deadline(due, LONG_AGO), dates)
    assert told == [(due - ago(each), each) for each in MILESTONES]


@given(due=days, ran=nights, since=st.integers(min_value=0, max_value=200))
def test_whatever_nights_were_missed_each_is_given_once_and_only_the_newest(due, ran, since):
    deadline = Deadline(due, due - ago(since))
    dates = [due + ago(n) for n in sorted(ran)]
    told = told_by(deadline, dates)
    numbers = [each for _, each in told]
    assert numbers == sorted(set(numbers), reverse=True)
    for on, each in told:
        left = (due - on).days
        # It has come, nothing newer has, and it was owed at all.
        assert left <= each <= since
        assert not [newer for newer in MILESTONES if left <= newer < each]


@given(due=days, ran=nights)
def test_what_was_missed_is_made_up_for_at_the_next_run(due, ran):
    deadline, dates = Deadline(due, LONG_AGO), [due + ago(n) for n in sorted(ran)]
    told = dict(told_by(deadline, dates))
    for on in dates:
        newest = milestone(deadline, on)
        if newest is not None:
            assert newest in [each for day, each in told.items() if day <= on]


@given(due=days, ran=nights, again=st.integers(min_value=2, max_value=4))
def test_running_twice_on_a_day_gives_nothing_more(due, ran, again):
    deadline, dates = Deadline(due, LONG_AGO), [due + ago(n) for n in sorted(ran)]
    often = [on for on in dates for _ in range(again)]
    assert told_by(deadline, often) == told_by(deadline, dates)


@given(due=days, first=st.integers(min_value=-100, max_value=20), back=st.integers(1, 100))
def test_a_run_about_an_earlier_day_gives_nothing_older(due, first, back):
    deadline, on = Deadline(due, LONG_AGO), due + ago(first)
    told = [each for each in [milestone(deadline, on)] if each is not None]
    if told:
        assert falls_due(deadline, on - ago(back), told=told) is None


@given(due=days, given_days=st.integers(min_value=0, max_value=120))
def test_nobody_is_told_of_what_came_before_the_deadline_was_there(due, given_days):
    since = due - ago(given_days)
    told = told_by(Deadline(due, since), [since + ago(n) for n in range(given_days + 1)])
    assert told == [(due - ago(each), each) for each in MILESTONES if each <= given_days]


@given(due=days, ran=nights)
def test_the_last_day_of_ones_own_cannot_be_switched_off(due, ran):
    last_days = [due + ago(n) for n in sorted({*ran, 0})]
    for choice in Choice:
        told = told_by(Deadline(due, LONG_AGO), last_days, wanted_by(choice, own=True))
        assert (due, 0) in told


@given(due=days)
def test_choices_let_through_what_they_say(due):
    dates = [due + ago(n) for n in range(-100, 10)]
    deadline = Deadline(due, LONG_AGO)
    near = [each for _, each in told_by(deadline, dates, wanted_by(Choice.NEAR, own=False))]
    none = told_by(deadline, dates, wanted_by(Choice.NONE, own=False))
    assert near == [7, 0]
    assert none == []


@given(due=days, late=st.integers(min_value=1, max_value=400))
def test_a_last_day_that_was_missed_is_told_for_a_month(due, late):
    found = falls_due(Deadline(due, LONG_AGO), due + ago(late))
    assert found == (0 if late <= LATE_DAYS else None)


@pytest.mark.parametrize(
    ("due", "on", "expected"),
    [
        # 29 February is a day like any other.
        ("2028-02-29", "2027-12-01", 90),
        ("2028-02-29", "2027-12-31", 60),
        ("2028-02-29", "2028-01-30", 30),
        ("2028-02-29", "2028-02-22", 7),
        ("2028-02-29", "2028-02-29", 0),
        # Over it: one day more than in a common year.
        ("2028-03-07", "2028-02-29", 7),
        ("2027-03-07", "2027-02-28", 7),
        ("2028-03-30", "2028-02-29", 30),
        ("2027-03-30", "2027-02-28", 30),
        # Over the night in which the clocks change.
        ("2026-03-08", "2026-03-01", 7),
        ("2026-11-01", "2026-10-25", 7),
        # Five were missed: the newest only. The day before the first: nothing yet.
        ("2026-06-30", "2026-07-02", 0),
        ("2026-06-30", "2026-04-01", 90),
        ("2026-06-30", "2026-03-31", None),
        # Missed by days within the month.
        ("2026-06-30", "2026-05-17", 60),
        ("2026-06-30", "2026-06-25", 7),
        ("0001-01-01", "0001-01-01", 0),
        ("9999-12-31", "9999-12-31", 0),
    ],
)
def test_dates_reckoned_by_hand(due, on, expected):
    deadline = Deadline(date.fromisoformat(due), date.min)
    if due == "0001-01-01":
        assert milestone(deadline, date.fromisoformat(on)) == expected
        return
    assert falls_due(deadline, date.fromisoformat(on)) == expected


@given(
    instant=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 12, 31)),
    zone=st.sampled_from(
        ["America/Denver", "America/New_York", "America/Phoenix", "Pacific/Guam", "UTC"]
    ),
    days_left=st.integers(min_value=0, max_value=95),
)
def test_the_hour_of_the_day_makes_no_difference_in_any_zone(instant, zone, days_left):
    local = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    due = local.date() + ago(days_left)
    midnight = local.replace(hour=0, minute=0)
    evening = local.replace(hour=23, minute=59)
    deadline = Deadline(due, LONG_AGO)
    found = {milestone(deadline, each.date()) for each in (midnight, local, evening)}
    assert len(found) == 1
    [newest] = found
    assert newest == min((each for each in MILESTONES if days_left <= each), default=None)
