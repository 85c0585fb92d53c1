"""An agency checks certificates and whole rosters, and brings its own roster in."""

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.journeys.rosters import (
    CHECKED,
    HEAD,
    ROSTER,
    ROSTER_HEAD,
    as_csv,
    as_workbook,
    map_columns,
    rows,
    send,
)


# --- one certificate ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("valid", "Valid"),
        ("expired", "Not valid: expired"),
        ("revoked", "Not valid: revoked"),
        ("suspended", "Not valid: suspended"),
    ],
)
def test_anybody_checks_a_code(page, context, codes, picture, which, words):
    page.goto("/verify/")
    page.get_by_label("Certificate code").fill(codes[which].lower())
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()
    picture(page, f"verify-{which}")
    expect(page.get_by_text(codes[which], exact=True).first).to_be_visible()
    assert context.cookies() == []


def test_a_mistyped_code_is_said_to_be_mistyped(page, codes, picture):
    code = codes["valid"]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    page.goto("/verify/")
    page.get_by_label("Certificate code").fill(wrong)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="This code has a typing mistake")).to_be_visible()
    picture(page, "verify-mistyped")
    page.get_by_label("Certificate code").fill("hello")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="This is not a certificate code")).to_be_visible()


# --- a whole list ---------------------------------------------------------------------------
@pytest.mark.parametrize("file", [as_csv, as_workbook])
def test_an_agency_checks_a_whole_list(visit, codes, picture, file):
    bo = visit("bo")
    bo.goto("/agency/rio-vista/")
    picture(bo, "agency")
    bo.get_by_role("link", name="Verify a roster").click()
    picture(bo, "verify-roster")
    bo.get_by_label("Roster file").set_input_files(file([HEAD, *rows(codes)]))
    bo.get_by_label("Program", exact=True).select_option(label="New Mexico Children's MRSS")
    bo.get_by_role("button", name="Check the list").click()
    expect(bo.get_by_role("heading", level=1)).to_have_text("Answers for your list")
    picture(bo, "roster-answer")
    href = bo.get_by_role("link", name="Download the answers").get_attribute("href")
    text = bo.request.get(href).body().decode("utf-8-sig")
    answers = list(csv.DictReader(io.StringIO(text)))
    found = [(row["record_id"], row["match"], row["qualification"]) for row in answers]
    assert found == [(record, match, answer) for record, _, match, answer in CHECKED]
    # Nothing that a spreadsheet would run comes back.
    assert [
        cell
        for row in csv.reader(io.StringIO(text))
        for cell in row
        if cell.startswith(("=", "@", "+", "-"))
    ] == []


def test_a_list_that_cannot_be_read_says_why(visit):
    bo = visit("bo")
    bo.goto("/agency/rio-vista/verify-roster/")
    bo.get_by_label("Roster file").set_input_files(
        {"name": "roster.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 broken"}
    )
    bo.get_by_role("button", name="Check the list").click()
    expect(bo.locator(".usa-error-message").first).to_contain_text("workbook")


# --- bringing a roster in -------------------------------------------------------------------
def count(academy):
    """Return how many people and employments there are."""
    return academy.rows(
        "SELECT (SELECT count(*) FROM lms_person), (SELECT count(*) FROM lms_employment)"
    )


def test_a_roster_is_looked_at_before_anything_is_written(visit, academy, picture, no_axe_findings):
    bo = visit("bo")
    before = count(academy)
    send(bo, as_csv([ROSTER_HEAD, *ROSTER]))
    picture(bo, "roster-columns")
    map_columns(bo)
    expect(bo.locator("main")).to_contain_text("Nothing is written yet. 2 rows would be written.")
    expect(bo.locator("main")).to_contain_text("4 rows would be left out")
    bo.get_by_role("link", name="Errors").click()
    picture(bo, "roster-preview")
    table = bo.get_by_role("table")
    for number, words in (
        (4, "31/06/2012"),
        (5, "There is no site “Moon base” here."),
        (6, "“astronaut” is not a role."),
        (7, "is not an e-mail address."),
    ):
        row = table.locator("tr", has=bo.get_by_role("cell", name=str(number), exact=True))
        expect(row).to_contain_text(words)
    assert count(academy) == before
    bo.get_by_role("button", name="Apply 2 rows").click()
    expect(bo.get_by_role("heading", level=1)).to_have_text("Your roster is in")
    picture(bo, "roster-result")
    no_axe_findings(bo)
    expect(bo.get_by_role("heading", name="Left out")).to_be_visible()
    [(people, spells)] = before
    assert count(academy) == [(people + 2, spells + 2)]
    send_again_changes_nothing(bo, academy)
    bo.goto("/agency/rio-vista/?q=nez")
    expect(bo.get_by_role("link", name="Zoë <b>Nez</b>")).to_be_visible()


def send_again_changes_nothing(bo, academy):
    """The same file, with the columns remembered, says that everything is there already."""
    before = count(academy)
    send(bo, as_workbook([ROSTER_HEAD, *ROSTER[:2]]))
    bo.get_by_role("button", name="See what would change").click()
    expect(bo.locator("main")).to_contain_text("There is nothing to apply.")
    expect(bo.get_by_role("link", name="Unchanged")).to_contain_text("2")
    assert count(academy) == before


def test_another_agency_looks_absent(visit, academy, codes):
    bo = visit("bo")
    bo.goto("/agency/rio-vista/roster/")
    for path in (
        "/agency/llano/",
        "/agency/llano/team.csv",
        "/agency/llano/roster/",
        "/agency/llano/verify-roster/",
        "/agency/llano/invitations/",
        "/agency/no-such-place/",
        f"/certificates/{codes['valid']}/",
        f"/certificates/{codes['valid']}.pdf",
    ):
        assert (path, bo.request.get(path).status) == (path, 404)
    assert bo.request.get("/state/").status == 403
