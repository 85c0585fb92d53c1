"""Everybody can use every page: by axe, on a small screen, by keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from lms.management.demo.cast import PASSWORD
from tests.journeys import learning
from tests.journeys.rosters import HEAD, ROSTER, ROSTER_HEAD, as_csv, map_columns, rows, send

LESSON = "/learn/mrss-101/three-family-stories/noah-and-the-bus/"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (
    "async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ['violations']}))"
    ".violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | '))"
)
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def examine(axe_source, picture):
    """Return a function that looks at a page at both widths and at 320 px; call it last with no
    page to demand that nothing was found."""
    found = []

    def look(page, path=None, *, status=200):
        if path is not None:
            response = page.goto(path)
            assert (path, response.status) == (path, status)
        where = re.sub(r"^https?://[^/]+", "", page.url)
        page.evaluate(axe_source)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found.extend(f"{where} at {width}: {each}" for each in page.evaluate(AXE, RULES))
            picture(page, f"{width}{where.replace('/', '_')[:80]}")
        page.set_viewport_size({"width": 320, "height": 640})
        if page.evaluate(WIDE) > 0:
            found.append(f"{where} at 320: scrolls sideways")

    yield look
    assert found == []


# --- every page -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/learn/", 200),
        ("/learn/mrss-101/", 200),
        ("/learn/mrss-101/why/a-tuesday-night/", 200),
        (LESSON, 200),
        ("/verify/", 200),
        ("/verify/hello/", 404),
        ("/accounts/login/", 200),
        ("/accounts/signup/", 200),
        ("/accounts/password/reset/", 200),
        ("/accessibility/", 200),
        ("/privacy/", 200),
        ("/certification-rules/", 200),
        ("/how-we-verify/", 200),
        ("/styleguide/", 200),
        ("/no-such-page/", 404),
    ],
)
def test_a_page_of_everybody(page, examine, path, status):
    examine(page, path, status=status)


def test_the_answers_about_certificates(page, examine, codes):
    for code in codes.values():
        examine(page, f"/verify/{code}/")


def test_the_forms_that_let_people_in_with_their_errors(page, examine):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("dee@example.org")
    page.get_by_label("Password", exact=True).fill("not the password")
    sign_in = page.locator("main").get_by_role("button", name="Sign in", exact=True)
    sign_in.click()
    expect(page.get_by_text("not correct").first).to_be_visible()
    examine(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    sign_in.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    examine(page)
    page.get_by_label("code").fill("000000")
    sign_in.click()
    examine(page)
    page.context.clear_cookies()
    page.goto("/accounts/signup/")
    page.get_by_role("button", name="Make an account").click()
    examine(page)


def test_the_pages_of_a_new_worker(page, sign_in, newcomer, examine, answer_key):
    sign_in(page, newcomer)
    for path in ("/me/", "/me/certificates/", "/me/transcript/", learning.COURSE):
        examine(page, path)
    learning.begin(page)
    examine(page)
    examine(page, LESSON)
    examine(page, learning.QUIZ)
    learning.start_quiz(page)
    examine(page)
    learning.answer_all(page, answer_key, wrong=4)
    learning.submit(page)
    examine(page)
    for path in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"):
        examine(page, path)


def test_the_pages_of_a_worker_with_a_record(visit, examine, codes):
    lucia = visit("lucia")
    for path in ("/me/", "/me/certificates/", "/me/transcript/"):
        examine(lucia, path)
    examine(lucia, f"/certificates/{codes['valid']}/")
    joaquin = visit("joaquin")
    examine(joaquin, "/me/")
    examine(joaquin, f"/certificates/{codes['expired']}/")
    kofi = visit("kofi")
    examine(kofi, "/me/?program=nm-mrss")
    examine(kofi, "/state/", status=403)


def test_the_pages_of_a_coach(visit, examine):
    renata = visit("renata")
    examine(renata, "/coach/")
    form = learning.find_practice(renata, "Alma Reyes")
    examine(renata)
    form.click()
    examine(renata)
    renata.get_by_role("button", name="Sign and save").click()
    examine(renata)
    examine(renata, "/coach/?q=hannah")
    renata.get_by_role("link", name="Hannah Brandt").click()
    renata.get_by_role("table").get_by_role("link").first.click()
    examine(renata)


def test_the_pages_of_a_trainers_desk(visit, examine):
    samir = visit("samir")
    for path in ("/train/", "/train/cohorts/new/", "/train/quizzes/mrss-101-check/"):
        examine(samir, path)
    samir.goto("/train/")
    samir.get_by_role("link", name="Core 40 at Río Vista").click()
    examine(samir)
    address = samir.url
    for path in ("?show=finished&q=nobody", "people/?q=a", "people/?q=nobody-here", "change/"):
        examine(samir, f"{address}{path}")
    samir.goto(address)
    samir.get_by_role("link", name="Teo Marquez").click()
    examine(samir)


def test_the_pages_of_a_course_with_credit_for_who_teaches_it(visit, examine):
    samir = visit("samir")
    for path in (
        "/learn/mrss-core-40/",
        "/learn/mrss-core-40/syllabus/",
        "/learn/mrss-core-40/suicide-care/",
        "/learn/mrss-core-40/suicide-care/guide/",
        "/learn/mrss-core-40/suicide-care/after-a-yes/",
        "/learn/mrss-core-40/idd-and-autism/",
    ):
        examine(samir, path)


def test_the_pages_of_an_agency(visit, examine, codes):
    bo = visit("bo")
    for path in (
        "/agency/rio-vista/",
        "/agency/rio-vista/?program=nm-mrss&show=overdue",
        "/agency/rio-vista/invitations/",
        "/agency/rio-vista/roster/",
        "/agency/rio-vista/verify-roster/",
    ):
        examine(bo, path)
    bo.get_by_role("button", name="Check the list").click()
    examine(bo)
    bo.get_by_label("Roster file").set_input_files(as_csv([HEAD, *rows(codes)]))
    bo.get_by_role("button", name="Check the list").click()
    examine(bo)
    examine(bo, "/agency/rio-vista/verify-roster/")
    send(bo, as_csv([ROSTER_HEAD, *ROSTER]))
    examine(bo)
    map_columns(bo)
    preview = bo.url
    examine(bo)
    bo.get_by_role("link", name="All rows").click()
    examine(bo)
    examine(bo, "/agency/rio-vista/roster/")
    bo.goto(preview)
    bo.get_by_role("button", name="Drop this draft").click()


def test_the_pages_of_state_staff(visit, examine, codes):
    dee = visit("dee")
    for path in (
        "/state/",
        "/state/?program=nm-mrss&by=agency",
        "/state/?at=rio-vista&program=nm-mrss",
        "/agency/rio-vista/?program=nm-mrss",
    ):
        examine(dee, path)
    dee.get_by_role("link", name="Kofi Mensah").click()
    examine(dee)
    ines = visit("ines")
    examine(ines, f"/certificates/{codes['valid']}/revoke/")


# --- by keyboard ----------------------------------------------------------------------------
def focused(page, what):
    return page.evaluate(f"document.activeElement.{what}")


def test_the_skip_link_is_first_and_skips(page):
    page.goto(LESSON)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to main content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert focused(page, "id") == "main"


def test_the_quiz_needs_no_mouse(page, sign_in, newcomer, answer_key):
    sign_in(page, newcomer)
    page.goto(learning.QUIZ)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    press_until(page, "button", "Start the quiz")
    page.keyboard.press("Enter")
    page.wait_for_url(learning.ATTEMPT)
    places = [place_of_right_option(each, answer_key) for each in learning.questions(page)]
    for place in places:
        press_until(page, "input", None)
        ring = "getComputedStyle(document.querySelector(':focus + label'), '::before')"
        assert page.evaluate(f"{ring}.outlineStyle") == "solid"
        page.keyboard.press("Space")
        for _ in range(place):
            page.keyboard.press("ArrowDown")
    assert page.locator("[data-question] :checked").count() == 10
    press_until(page, "button", "Submit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed")


def press_until(page, tag, words):
    """Press Tab until the focus is on such an element."""
    for _ in range(40):
        page.keyboard.press("Tab")
        at = focused(page, "tagName").lower(), focused(page, "innerText").strip()
        if at[0] == tag and words in (None, at[1]):
            return
    raise AssertionError(f"Tab never reached {tag} {words}")


def place_of_right_option(question, answer_key):
    legend = " ".join(question.locator("legend").text_content().split())
    words = answer_key[legend.partition(": ")[2]]
    texts = [" ".join(text.split()) for text in question.locator("label").all_text_contents()]
    return texts.index(words)


def test_a_menu_opens_and_closes_by_keyboard(visit):
    alma = visit("alma")
    alma.goto("/me/")
    menu = alma.locator("details[data-menu]")
    menu.locator("summary").focus()
    alma.keyboard.press("Enter")
    expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
    alma.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="Sign out")).to_be_hidden()
    assert focused(alma, "tagName") == "SUMMARY"


# --- without scripts ------------------------------------------------------------------------
@pytest.fixture
def plain(new_context, sign_in, newcomer):
    """The page of a new learner whose browser runs no script."""
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, newcomer)
    return page


def test_a_story_works_without_scripts(plain, new_context):
    for page in (plain, new_context(java_script_enabled=False).new_page()):
        page.goto(LESSON)
        story = page.locator("section", has=page.get_by_role("heading", name="The sixth morning"))
        story.locator("label").filter(has_text="School isn’t a choice").click()
        story.get_by_role("button", name="See what happens").click()
        expect(story).to_contain_text("The blanket gets tighter.")


def test_a_lesson_is_finished_without_scripts(plain):
    learning.begin(plain)
    here = plain.url
    plain.get_by_role("button", name="Finish and go on").click()
    assert plain.url != here
    plain.goto(here)
    expect(plain.locator("article")).to_contain_text("finished")


def test_a_quiz_works_without_scripts(plain, answer_key):
    learning.start_quiz(plain)
    asked = learning.questions(plain)
    for question in asked[:8]:
        learning.answer(question, answer_key)
    plain.get_by_role("button", name="Save my answers").click()
    assert plain.locator("[data-question] [checked]").count() == 8
    plain.get_by_role("button", name="Submit").click()
    expect(plain.get_by_role("alert")).to_contain_text("2 questions have no answer yet")
    plain.get_by_role("button", name="Submit as it is").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You passed")
    expect(plain.locator("main")).to_contain_text("8 of 10 right")
