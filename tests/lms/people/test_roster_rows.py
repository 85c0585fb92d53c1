"""Reading roster rows: what is understood, and what is refused in words."""

from datetime import date
from decimal import Decimal

import pytest

from lms.people.roster_rows import read_row

SITES = {"north site": 4, "rio vista north": 4, "twin": None}


def read(**values):
    return read_row(7, values, SITES)


def test_row_is_trimmed_and_understood():
    row = read(
        record_id=" E-1 ",
        given_name="  Zoë ",
        family_name="D’Arcy   Núñez",
        email=" zoe @example.org ",
        role="Peer support worker",
        site="NORTH  site",
        fte="80 %",
        start_date="4 Mar 2026",
        end_date="2026-06-30",
        action="End",
    )
    assert row.errors == ()
    assert (row.record_id, row.name, row.email) == ("E-1", "Zoë D’Arcy Núñez", "zoe@example.org")
    assert (row.role, row.site_id, row.fte) == ("peer", 4, Decimal("0.80"))
    assert (row.starts_on, row.ends_on, row.action) == (date(2026, 3, 4), date(2026, 7, 1), "end")


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("email", "not-an-address", "“not-an-address” is not an e-mail address."),
        ("site", "West", "There is no site “West” here."),
        ("site", "Twin", "Two sites are called “Twin”. Use the key."),
        ("fte", "1.5", "“1.5” is not a share from 0 to 1, such as 0.8 or 80%."),
        ("fte", "NaN", "“NaN” is not a share from 0 to 1, such as 0.8 or 80%."),
        ("action", "delete", "“delete” is not an action. Write add or end, or nothing."),
        ("record_id", "x" * 81, "Record ID is longer than 80 characters. Shorten it."),
    ],
)
def test_what_is_not_understood_is_said(column, text, said):
    assert read(**{column: text}).errors == (said,)


@pytest.mark.parametrize("text", ["31/06/2012", "2026-02-30", "03/04/2026", "soon", "4.3.26"])
def test_impossible_and_ambiguous_dates_are_refused(text):
    [said] = read(start_date=text).errors
    assert said.startswith("First day: ")
    assert text in said


def test_every_error_of_a_row_is_told_at_once():
    assert len(read(email="x", role="wizard", fte="a", start_date="b", action="c").errors) == 5
