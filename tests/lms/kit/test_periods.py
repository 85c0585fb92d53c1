from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit.periods import (
    EmptyPeriod,
    Period,
    add_months,
    add_years,
    contains,
    day_after,
    last_day,
)

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
APRIL = Period(date(2026, 4, 1), date(2026, 5, 1))
FROM_MID_MARCH = Period(date(2026, 3, 15))

days = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 1, 1))


@st.composite
def periods(draw):
    since = draw(days)
    length = draw(st.none() | st.integers(min_value=1, max_value=2000))
    return Period(since, None if length is None else since + timedelta(days=length))


def test_the_first_day_counts_and_the_until_day_does_not():
    assert not MARCH.contains(date(2026, 2, 28))
    assert MARCH.contains(date(2026, 3, 1))
    assert MARCH.contains(date(2026, 3, 31))
    assert not MARCH.contains(date(2026, 4, 1))
    assert contains(MARCH.since, MARCH.until, date(2026, 3, 31))


def test_an_open_period_goes_on_for_ever():
    assert FROM_MID_MARCH.contains(date.max)
    assert FROM_MID_MARCH.last is None
    assert FROM_MID_MARCH.days is None


def test_through_names_the_last_day():
    assert Period.through(date(2026, 3, 1), date(2026, 3, 31)) == MARCH
    assert Period.through(date(2026, 3, 1), None) == Period(date(2026, 3, 1))
    assert MARCH.last == date(2026, 3, 31)
    assert MARCH.days == 31
    assert last_day(date(2028, 3, 1)) == date(2028, 2, 29)
    assert last_day(None) is None
    assert day_after(date(2026, 12, 31)) == date(2027, 1, 1)


def test_a_period_lasts_at_least_a_day():
    assert Period.through(date(2026, 3, 1), date(2026, 3, 1)).days == 1
    with pytest.raises(EmptyPeriod):
        Period(date(2026, 3, 1), date(2026, 3, 1))
    with pytest.raises(EmptyPeriod):
        Period.through(date(2026, 3, 2), date(2026, 3, 1))


def test_neighbours_do_not_overlap():
    assert not MARCH.overlaps(APRIL)
    assert MARCH.overlaps(FROM_MID_MARCH)
    assert MARCH.intersection(FROM_MID_MARCH) == Period(date(2026, 3, 15), date(2026, 4, 1))
    assert FROM_MID_MARCH.intersection(Period(date(2030, 1, 1))) == Period(date(2030, 1, 1))


@given(periods(), periods(), days)
def test_a_day_is_in_the_intersection_exactly_when_it_is_in_both(one, other, day):
    both = one.intersection(other)
    assert (both is not None and both.contains(day)) == (one.contains(day) and other.contains(day))
    assert one.overlaps(other) == other.overlaps(one)
    assert one.intersection(other) == other.intersection(one)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 8, 31), 18, date(2028, 2, 29)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_are_added_by_the_calendar_and_clamped(day, months, expected):
    assert add_months(day, months) == expected


@given(days, st.integers(min_value=-600, max_value=600))
def test_adding_months_lands_in_the_right_month_and_never_beyond_the_same_day(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_years_are_twelve_months():
    assert add_years(date(2028, 2, 29), 3) == date(2031, 2, 28)


def test_the_calendar_has_an_end():
    with pytest.raises(OverflowError):
        add_months(date(9999, 12, 1), 1)
    with pytest.raises(OverflowError):
        add_months(date(1, 1, 1), -1)
