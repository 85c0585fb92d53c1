"""A learner's place, notes and session hold: another device, a killed tab, a cookie that ended."""

import re

import pytest

COURSE = "/learn/mrss-101/"
LESSON = "/learn/mrss-101/why/a-tuesday-night/"


@pytest.fixture
def learner(page, sign_in, newcomer):
    """A page of a learner of this test's own, signed in; with the address."""
    sign_in(page, newcomer)
    page.goto(COURSE)
    page.get_by_role("button", name="Start", exact=True).click()
    page.email = newcomer
    return page


def my_notes(page):
    return page.get_by_label("Anything you want to keep of this lesson")


def says(page, words):
    page.locator("#my-notes").get_by_role("status").get_by_text(words).wait_for(timeout=15_000)


def test_reading_goes_on_at_the_same_heading_on_another_device(
    learner, academy, new_context, watched, sign_in, no_axe_findings
):
    learner.goto(LESSON)
    heading = learner.locator("article h2[id^='h-']").last
    words = heading.inner_text()
    heading.evaluate("each => scrollTo(0, each.getBoundingClientRect().top + scrollY - 60)")
    with learner.expect_response("**/me/sending/") as sent:
        pass
    assert sent.value.ok
    learner.close()  # A killed tab says no farewell.
    phone = watched(new_context(viewport={"width": 360, "height": 640})).new_page()
    sign_in(phone, learner.email)
    phone.goto("/learn/")
    resume = phone.get_by_role("region", name="Go on where you were")
    assert f"“{words}”" in resume.inner_text()
    phone.goto(COURSE)
    no_axe_findings(phone)
    phone.get_by_role("link", name="Go on where you were").click()
    phone.wait_for_url(re.compile(r"#h-"))
    top = phone.get_by_role("heading", name=words, exact=True).evaluate(
        "each => each.getBoundingClientRect().top"
    )
    assert -5 < top < 640
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    no_axe_findings(phone)


def test_a_note_survives_a_network_that_fails_and_a_reload(learner, academy):
    learner.goto(LESSON)
    learner.route("**/me/sending/", lambda route: route.abort())
    my_notes(learner).fill("Ask who is tired.")
    says(learner, "Not sent yet")
    learner.reload()
    assert my_notes(learner).input_value() == "Ask who is tired."
    learner.unroute("**/me/sending/")
    my_notes(learner).press_sequentially(" And sit.")
    says(learner, "Saved")
    learner.goto("/me/notes/")
    learner.get_by_text("Ask who is tired. And sit.").wait_for()
    keys = learner.evaluate("Object.keys(localStorage)")
    assert not [key for key in keys if key.startswith("kept")]


def test_a_cookie_that_ended_keeps_the_words_and_the_place(learner, sign_in, academy):
    learner.goto(LESSON)
    my_notes(learner).scroll_into_view_if_needed()
    learner.context.clear_cookies(name="sessionid")
    my_notes(learner).fill("Written after the end.")
    says(learner, "You are signed out")
    learner.locator("#my-notes").get_by_role("link", name="Sign in again").click()
    sign_in.here(learner, learner.email)
    learner.wait_for_url(re.compile(re.escape(LESSON)))
    assert my_notes(learner).input_value() == "Written after the end."
    says(learner, "Saved")
    learner.reload()
    assert my_notes(learner).input_value() == "Written after the end."


def test_somebody_else_who_signs_in_finds_nothing_of_the_one_before(learner, sign_in, _newcomers):
    learner.goto(LESSON)
    learner.context.clear_cookies(name="sessionid")
    my_notes(learner).fill("Mine alone.")
    says(learner, "You are signed out")
    sign_in(learner, next(_newcomers))
    learner.goto(LESSON)
    assert my_notes(learner).input_value() == ""
    assert "Mine alone" not in learner.evaluate("JSON.stringify({...localStorage})")


def test_without_scripts_words_come_back_after_the_next_sign_in(
    new_context, sign_in, newcomer, academy
):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, newcomer)
    page.goto(LESSON)
    page.context.clear_cookies(name="sessionid")
    my_notes(page).fill("By hand.")
    page.locator("#my-notes").get_by_role("button", name="Save for me").click()
    sign_in.here(page, newcomer)
    assert my_notes(page).input_value() == "By hand."
    page.locator("#my-notes").get_by_role("button", name="Save for me").click()
    page.goto("/me/notes/")
    assert page.get_by_text("By hand.").count() == 1
    page.goto(LESSON)
    page.get_by_role("button", name="Finish and go on").click()
    assert page.url != LESSON


def test_a_session_about_to_end_says_so_and_goes_on_when_asked(learner, academy, no_axe_findings):
    key = next(c["value"] for c in learner.context.cookies() if c["name"] == "sessionid")
    academy.query(
        "from django.contrib.sessions.backends.db import SessionStore\n"
        f"s = SessionStore('{key}'); s['renewed_at'] -= 14 * 86400 - 200; s.save()"
    )
    learner.goto(LESSON)
    note = learner.get_by_role("region", name="Your session")
    note.get_by_text("You will be signed out in about 3 min.").wait_for()
    assert learner.evaluate("document.activeElement === document.body")  # It takes no focus.
    no_axe_findings(learner)
    note.get_by_role("button", name="Stay signed in").click()
    note.wait_for(state="hidden")
    learner.reload()
    learner.wait_for_timeout(500)
    assert not note.is_visible()
