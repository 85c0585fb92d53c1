"""A trainer sees on a phone who is stuck where, and reminds them; the learner gets the mail."""

import re

from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}}


def test_a_trainer_on_a_phone_finds_who_is_behind_and_reminds_them(visit, academy, picture):
    samir = visit("samir", **PHONE)
    samir.goto("/train/")
    samir.get_by_role("link", name="Core 40 at Río Vista").click()
    expect(samir.get_by_role("heading", name="Who is how far?")).to_be_visible()
    width = samir.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"{width} px wide: the page scrolls sideways on a phone"
    picture(samir, "cohort")
    samir.locator("label", has_text="Choose Teo Marquez").click()
    samir.get_by_label("Your words").fill("Shall we look at it together on Thursday?")
    samir.get_by_role("button", name="Send the reminder").click()
    expect(samir.get_by_text("1 person reminded.")).to_be_visible()
    letter = academy.letter("teo@example.org", about="Thursday")
    assert "Shall we look at it together on Thursday?" in letter and "Samir Haddad" in letter
    # The link in the letter leads to what is next.
    teo = visit("teo", **PHONE)
    teo.goto(re.search(r"http://\S+", letter).group())
    expect(teo.locator("h1")).to_be_visible()
    # The same thing is not said twice on one day.
    samir.locator("label", has_text="Choose Teo Marquez").click()
    samir.get_by_role("button", name="Send the reminder").click()
    expect(samir.get_by_text("1 had a reminder of the same thing today.")).to_be_visible()


def test_the_desk_works_by_keyboard_and_without_script(visit):
    samir = visit("samir", java_script_enabled=False)
    samir.goto("/train/")
    samir.get_by_role("link", name="Core 40 at Río Vista").press("Enter")
    samir.get_by_role("link", name=re.compile("^Not begun|^Stuck|^On the way")).first.press("Enter")
    expect(samir.get_by_role("heading", name="Who is how far?")).to_be_visible()
    samir.get_by_role("searchbox").fill("teo")
    samir.get_by_role("searchbox").press("Enter")
    assert "q=teo" in samir.url
