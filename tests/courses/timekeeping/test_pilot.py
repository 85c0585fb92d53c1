"""Medians and their middle half, hidden where few were measured."""

import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.timekeeping.pilot import Pilot, pilot

HOUR = Decimal(60)


@pytest.mark.parametrize("people", range(1, 5))
def test_few_people_are_hidden_and_not_counted(people):
    assert pilot(seconds=[60.0] * people, assigned=HOUR) == Pilot(HOUR, None)


def test_nobody_is_nobody():
    assert pilot(seconds=[], assigned=HOUR) == Pilot(HOUR, 0)


def test_five_people_by_hand():
    found = pilot(seconds=[600, 1200, 1800, 2400, 3000], assigned=HOUR)
    assert (found.people, found.median, found.low, found.high) == (
        5, Decimal("30.0"), Decimal("20.0"), Decimal("40.0"),
    )  # fmt: skip
    assert found.percent == 50 and found.short


@pytest.mark.parametrize(("median", "short"), [(2513, True), (2520, False), (9000, False)])
def test_seventy_per_cent_is_enough(median, short):
    assert pilot(seconds=[median] * 5, assigned=HOUR).short is short


def test_nothing_assigned_is_no_share():
    found = pilot(seconds=[60] * 5, assigned=Decimal(0))
    assert found.percent is None and not found.short


@given(st.lists(st.floats(0, 10**6), min_size=5, max_size=60), st.randoms())
def test_the_median_is_the_median_in_any_order(seconds, random):
    shuffled = list(seconds)
    random.shuffle(shuffled)
    found = pilot(seconds=shuffled, assigned=HOUR)
    assert found == pilot(seconds=seconds, assigned=HOUR)
    assert found.low <= found.median <= found.high
    assert abs(float(found.median) - statistics.median(seconds) / 60) <= 0.051
