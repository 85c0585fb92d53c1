"""Cells of a history file: dates one way only, hours with a point, every fault with its column."""

from datetime import date
from decimal import Decimal

import pytest

from certification.history.reading import read_rows

TODAY = date(2026, 11, 21)
WHOLE = {"person_key": "E-100", "credential": "NM-101", "completed_on": "2024-02-29"}


def read(**cells):
    [row] = read_rows([(7, WHOLE | cells)], today=TODAY)
    return row


def faults(**cells):
    return [(fault.column, fault.code) for fault in read(**cells).faults]


def test_a_whole_row_is_read():
    row = read(valid_from="2024-03-01", valid_until="2024-03-01", hours="1.50", evidence=" A  b ")
    assert (row.number, row.person_key, row.credential) == (7, "E-100", "NM-101")
    assert (row.completed_on, row.valid_from, row.valid_until) == (
        date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 1),
    )  # fmt: skip
    assert (row.hours, row.evidence, row.faults) == (Decimal("1.50"), "A b", ())


@pytest.mark.parametrize(
    "text",
    ["03/04/2024", "2024-3-4", "20240304", "2024-W10-1", "2024-02-30", "4 Mar 2024", "soon",
     "2024-03-04 10:00:00", "2024-03-04T00:00", "٢٠٢٤-٠٣-٠٤"],
)  # fmt: skip
@pytest.mark.parametrize("column", ["completed_on", "valid_from", "valid_until"])
def test_only_iso_dates_are_read(column, text):
    assert faults(**{column: text}) == [(column, "no_date")]


@pytest.mark.parametrize("text", ["1899-12-31", "2101-01-01", "0024-03-01", "9999-12-31"])
def test_days_that_are_typing_mistakes_are_refused(text):
    assert faults(valid_until=text) == [("valid_until", "far_date")]


def test_today_is_not_the_future_and_tomorrow_is():
    assert faults(completed_on="2026-11-21") == []
    assert faults(completed_on="2026-11-22") == [("completed_on", "future")]


def test_an_end_before_the_beginning_is_refused():
    assert faults(valid_from="2024-03-02", valid_until="2024-03-01") == [
        ("valid_until", "ends_early")
    ]


@pytest.mark.parametrize("text", ["0", "0.25", "1.5", "1000", "1000.00"])
def test_hours_are_read(text):
    assert read(hours=text).hours == Decimal(text)


@pytest.mark.parametrize(
    "text", ["-1", "1.255", "1,5", "1000.01", "1001", "1e2", "NaN", "two", "1h", "+1", ".5", "1."]
)
def test_other_hours_are_refused(text):
    assert faults(hours=text) == [("hours", "no_hours")]


def test_every_fault_of_a_row_is_told():
    assert faults(person_key="", credential="", completed_on="x", hours="y") == [
        ("person_key", "no_person_key"),
        ("credential", "no_credential"),
        ("completed_on", "no_date"),
        ("hours", "no_hours"),
    ]
