"""Dates, hours and shares are written one way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from lms.kit import formats

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 3, 3), "3 Mar 2026"),
        (date(2028, 2, 29), "29 Feb 2028"),
        (datetime(2026, 3, 4, 5, 30, tzinfo=UTC), "3 Mar 2026"),
        (None, ""),
    ],
)
def test_a_date_is_short_and_an_instant_is_dated_in_the_academys_zone(value, words):
    assert formats.date_short(value) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 3, 8, 8, 59, tzinfo=UTC), f"8 Mar 2026, 01:59{NBSP}MST"),
        (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), f"8 Mar 2026, 03:00{NBSP}MDT"),
    ],
)
def test_a_time_carries_its_zone_through_the_night_the_clocks_change(instant, words):
    assert formats.moment(instant) == words


def test_a_half_open_period_names_its_last_day():
    assert formats.period(date(2026, 2, 3), date(2028, 2, 3)) == "3 Feb 2026 through 2 Feb 2028"
    assert formats.period(date(2026, 2, 3), None) == "from 3 Feb 2026"
    assert formats.last_day(date(2028, 3, 1)) == date(2028, 2, 29)
    assert formats.through(None) == "no end date"


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (Decimal("27.50"), None, "27.5"),
        (Decimal("40.00"), None, "40"),
        (Decimal("0.005"), None, "0.01"),
        (40, 1, "40.0"),
        (10000, None, "10,000"),
        (0, None, "0"),
    ],
)
def test_a_number_keeps_only_the_decimals_it_has(value, digits, words):
    assert formats.plain(value, digits) == words


def test_units_do_not_break_from_their_number():
    assert formats.hours(Decimal("27.5")) == f"27.5{NBSP}h"
    assert formats.minutes(18) == f"18{NBSP}min"
    assert formats.percent(Decimal("73.058")) == f"73.1{NBSP}%"


def test_a_share_of_nothing_is_a_dash():
    assert formats.share(0, 0) == "–"
    assert formats.share(301, 412) == f"73.1{NBSP}%"


def test_spanish_writes_its_own_decimal_sign():
    with translation.override("es"):
        assert formats.plain(Decimal("27.5")) == "27,5"


@pytest.mark.parametrize(
    ("value", "words"),
    [(40, "40.0"), (Decimal("7.5"), "7.5"), (Decimal("5.25"), "5.25"), (Decimal("0.330"), "0.33")],
)
def test_papers_never_round_hours(value, words):
    assert formats.exact_hours(value) == words
