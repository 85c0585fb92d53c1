"""An agency invites somebody, who comes in by the link and is on the roster."""

import re

from playwright.sync_api import expect

from tests.journeys import learning

EMAIL = "wren.toledo@example.org"
PASSWORD = "blue-mesa-after-the-storm"


def test_an_invited_worker_comes_in_by_the_link(visit, page, academy, no_axe_findings, picture):
    bo = visit("bo")
    bo.goto("/agency/rio-vista/invitations/")
    bo.get_by_label("E-mail address").fill(EMAIL)
    bo.get_by_label("Role").select_option(label="Responder")
    bo.get_by_role("button", name="Send the invitation").click()
    expect(bo.get_by_role("rowheader", name=EMAIL)).to_be_visible()
    picture(bo, "invitations")
    no_axe_findings(bo)
    link = re.search(r"http://\S+/join/\S+/", academy.letter(EMAIL)).group()
    page.goto(link)
    picture(page, "join")
    no_axe_findings(page)
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Given name").fill("Wren")
    page.get_by_label("Family name").fill("Toledo")
    page.get_by_label("Email").fill(EMAIL)
    for label in ("Password", "Password (again)"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    # Whoever holds the link has read this mailbox: no second message is needed.
    page.wait_for_url("**/me/")
    expect(page.locator("main")).to_contain_text("Río Vista Family Services")
    picture(page, "me-invited")
    bo.goto("/agency/rio-vista/?q=toledo")
    expect(bo.get_by_role("link", name="Wren Toledo")).to_be_visible()
    # The link works once, and opens nothing for the next who finds it.
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("link", name="Make an account")).to_have_count(0)
    picture(page, "join-closed")
    no_axe_findings(page)
    page.goto(learning.COURSE)
    expect(page.get_by_role("link", name="Start reading")).to_be_visible()
