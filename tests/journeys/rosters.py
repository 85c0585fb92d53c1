"""Rosters that the journeys send: one to be checked, one to be brought in."""

import csv
import io

import openpyxl
from playwright.sync_api import expect

CHECKED = (
    # record_id, what is sent, how it is matched, whether qualified
    ("1", ("valid", "Lucía", "Tafoya-Begay"), "exact_code", "qualified"),
    ("2", ("expired", "Joaquín", "Lente"), "exact_code", "not_qualified"),
    ("3", ("revoked", "Celeste", "Arroyo"), "exact_code", "not_qualified"),
    ("4", ("valid", "Somebody", "Else"), "exact_code", "unknown"),
    ("5", ("MRSS-7K3Q-9XPA-A", "Lucía", "Tafoya-Begay"), "no_match", "unknown"),
    ("6", ("", "Hannah", "Brandt"), "confirmed_name", "qualified"),
    ("7", ("", "Lucía", "Tafoya-Begay"), "no_match", "unknown"),
    ("8", ("", "=1+1", "@SUM(A1)"), "no_match", "unknown"),
)
HEAD = ("record_id", "certificate_code", "given_name", "family_name", "role")


def rows(codes):
    """Return the rows of the list that is sent."""
    for record, (code, given, family), _match, _qualification in CHECKED:
        yield (record, codes.get(code, code), given, family, "responder")


def as_csv(table):
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return {"name": "roster.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def as_workbook(table):
    book = openpyxl.Workbook()
    for line in table:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "roster.xlsx", "mimeType": kind, "buffer": out.getvalue()}


ROSTER_HEAD = ("Employee No", "First name", "Last name", "Mail", "Position", "Office", "Hired")
ROSTER = (
    ("T-1", "Tomás", "Valdez", "tomas.valdez@example.org", "responder", "North site", "2026-01-05"),
    ("T-2", "Zoë", "<b>Nez</b>", "zoe.nez@example.org", "peer", "South site", "2026-02-02"),
    ("T-3", "Impossible", "Day", "day@example.org", "responder", "North site", "31/06/2012"),
    ("T-4", "Unknown", "Site", "site@example.org", "responder", "Moon base", "2026-01-05"),
    ("T-5", "Odd", "Role", "role@example.org", "astronaut", "North site", "2026-01-05"),
    ("T-6", "No", "Address", "not an address", "responder", "North site", "2026-01-05"),
)


def send(page, file):
    """Upload a roster and go on to the preview; return the address of the import."""
    page.goto("/agency/rio-vista/roster/")
    page.get_by_label("Roster file").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is in which column?")


def map_columns(page):
    """Say what the columns hold, where the guess does not."""
    for label, head in (
        ("Record ID", "Employee No"),
        ("Given name", "First name"),
        ("Family name", "Last name"),
        ("E-mail", "Mail"),
        ("Role", "Position"),
        ("Site", "Office"),
        ("First day", "Hired"),
    ):
        page.get_by_label(label).first.select_option(label=head)
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would change")
