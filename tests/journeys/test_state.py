"""State staff ask whether the state is ready on a date, and look into one person's findings."""

import csv
import io
import re
from collections import Counter
from datetime import date, timedelta

from playwright.sync_api import expect

COLUMNS = {
    "Active": "active",
    "Certified": "certified",
    "Provisional": "provisional",
    "In training": "in_training",
    "Lapsed or expired": "lapsed",
    "Overdue": "overdue",
    "Ends in 90 days": "expiring",
}
STANDINGS = {"certified": "certified", "provisional": "provisional", "in_training": "in_training"}


def ask(page, on, program="New Mexico Children's MRSS"):
    """Choose a date and a program."""
    page.get_by_label("As of", exact=True).fill(on.isoformat())
    page.get_by_label("Program", exact=True).select_option(label=program)
    page.get_by_role("button", name="Show").click()


def shown(page):
    """Return the numbers of the table: {name: tuple}, in the order of COLUMNS.

    Another column ("Not worked out yet") stands there only while a newcomer waits for the night.
    """
    table = page.get_by_role("region", name="Readiness, table")
    heads = table.locator("thead th").all_inner_texts()[1:]
    found = {}
    for row in table.locator("tbody tr").all():
        cells = dict(zip(heads, row.locator("td").all_inner_texts(), strict=True))
        found[row.locator("th").inner_text()] = tuple(
            int(cells[head].split()[0]) for head in COLUMNS
        )
    return found


def lines_of(page, link):
    """Return the lines of an export."""
    href = page.get_by_role("link", name=link).get_attribute("href")
    response = page.request.get(href)
    assert response.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.body().decode("utf-8-sig"))))


def agree(page, on):
    """Check that headline, table and both exports say the same; return the table."""
    table = shown(page)
    lines = lines_of(page, "This table as CSV")
    assert {line["as_of"] for line in lines} == {on.isoformat()}
    assert {
        line["name"]: tuple(int(line[name]) for name in COLUMNS.values()) for line in lines
    } == table
    total = table["State of High Desert"]
    people = lines_of(page, "Everybody counted, as CSV")
    status = {line["person_uuid"]: line["status"] for line in people}
    counted = Counter(status.values())
    assert len(status) == total[0]
    assert counted["certified"] == total[1]
    assert counted["provisional"] == total[2]
    expect(page.locator(".answer")).to_contain_text(f"{total[1]} of {total[0]} people")
    return table


def test_an_auditor_asks_about_another_date(page, sign_in, picture):
    sign_in(page, "dee@example.org")
    page.goto("/state/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is the state ready?")
    today = date.fromisoformat(page.get_by_label("As of", exact=True).input_value())
    ask(page, today)
    picture(page, "state")
    now = agree(page, today)
    past = today - timedelta(days=500)
    ask(page, past)
    expect(page.locator("main")).to_contain_text("as of")
    then = agree(page, past)
    assert then != now
    # And back again: the past has changed nothing about today.
    ask(page, today)
    assert agree(page, today) == now


def test_an_auditor_opens_the_findings_of_one_person(visit, picture):
    dee = visit("dee")
    dee.goto("/state/")
    today = date.fromisoformat(dee.get_by_label("As of", exact=True).input_value())
    ask(dee, today)
    dee.get_by_role("link", name="North Region").first.click()
    picture(dee, "state-region")
    dee.get_by_role("link", name="Río Vista Family Services").first.click()
    picture(dee, "state-agency")
    dee.goto("/agency/rio-vista/?program=nm-mrss")
    dee.get_by_role("link", name="Kofi Mensah").click()
    expect(dee.get_by_role("heading", level=1)).to_have_text("Kofi Mensah")
    expect(dee.get_by_role("heading", name="What is left, by date")).to_be_visible()
    dee.locator("details", has_text="Not met yet").locator("summary").click()
    picture(dee, "person")
    expect(dee.get_by_text("Not met yet", exact=True)).to_be_visible()
    expect(dee.get_by_text("Met", exact=True)).to_be_visible()


def test_an_auditor_changes_nothing(visit, codes):
    dee = visit("dee")
    dee.goto("/agency/rio-vista/?program=nm-mrss")
    person = dee.get_by_role("link", name="Kofi Mensah").get_attribute("href")
    uuid = re.search(r"[0-9a-f-]{36}", person).group()
    expect(dee.get_by_role("link", name="Import a roster")).to_have_count(0)
    expect(dee.get_by_role("link", name="Invite people")).to_have_count(0)
    for path in (
        f"/coach/observe/{uuid}/engagement-conversation/",
        f"/certificates/{codes['valid']}/revoke/",
        "/agency/rio-vista/roster/",
        "/agency/rio-vista/invitations/",
        "/coach/",
        "/cms/",
        "/admin/",
    ):
        assert (path, dee.request.get(path).status) == (path, 403)
