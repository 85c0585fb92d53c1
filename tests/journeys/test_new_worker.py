"""A stranger reads MRSS 101, signs up, learns, fails, tries again and holds a certificate."""

import re

from playwright.sync_api import expect

from tests.journeys import learning

EMAIL = "nila.begaye@example.org"
PASSWORD = "blue-mesa-after-the-storm"


def choose(section, words, button):
    section.locator("label").filter(has_text=words).click()
    section.get_by_role("button", name=button).click()


def test_a_stranger_reads_without_an_account_and_leaves_no_cookie(page, context, picture):
    page.goto("/")
    picture(page, "home")
    page.goto(learning.COURSE)
    page.get_by_role("link", name="Start reading").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("A Tuesday night")
    check = page.locator("section", has=page.get_by_role("heading", name="What does Rosa need"))
    choose(check, "Try a reward chart", "Check my answer")
    expect(check.get_by_role("heading", name="Not the best fit.")).to_be_visible()
    choose(check, "You called, so it matters", "Check another answer")
    expect(check.get_by_role("heading", name="That fits.")).to_be_visible()
    assert context.cookies() == []


def test_a_stranger_walks_through_a_family_story(page, context, picture):
    page.goto(f"{learning.COURSE}three-family-stories/noah-and-the-bus/")
    story = page.locator("section", has=page.get_by_role("heading", name="The sixth morning"))
    choose(story, "School isn’t a choice", "See what happens")
    hurt = story.get_by_role("heading", name="The blanket gets tighter.")
    expect(hurt).to_be_visible()
    story.get_by_role("link", name="Try another answer here").click()
    expect(hurt).to_have_count(0)
    choose(story, "No wonder you called", "See what happens")
    choose(story, "That’s route 12", "Continue the story")
    choose(story, "With both of them, call the school now", "Continue the story")
    expect(story.get_by_role("heading", name="Looking back")).to_be_visible()
    picture(page, "scenario-end")
    assert context.cookies() == []


def test_a_stranger_becomes_a_worker_with_a_certificate(
    page, new_context, academy, answer_key, picture
):
    sign_up(page, academy, picture)
    learning.begin(page)
    picture(page, "lesson")
    assert learning.finish_lessons(page) == 14
    page.goto(learning.COURSE)
    picture(page, "course-to-check")
    fail_once_and_read_why(page, answer_key, picture)
    code = pass_and_open_the_certificate(page, answer_key, picture)
    anybody = new_context().new_page()
    anybody.goto(f"/verify/{code.lower()}/")
    expect(anybody.locator("main")).to_contain_text("Nila Begaye")
    assert EMAIL not in anybody.content()
    assert code in academy.letter(EMAIL, about=code)
    read_the_record(page, picture)


def sign_up(page, academy, picture):
    """Make an account and show that the address is theirs."""
    page.goto("/accounts/login/")
    page.get_by_role("link", name="make an account").click()
    picture(page, "signup")
    page.get_by_label("Given name").fill("Nila")
    page.get_by_label("Family name").fill("Begaye")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")
    link = re.search(r"http://\S+/accounts/confirm-email/\S+", academy.letter(EMAIL)).group()
    assert link.startswith(academy.url)
    page.goto(link)
    picture(page, "confirm-email")
    page.locator("main").get_by_role("button").click()
    if "/login/" in page.url:
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/me/")
    expect(page.locator("main")).to_contain_text("Welcome, Nila. Begin with MRSS 101")
    picture(page, "me-new")


def fail_once_and_read_why(page, answer_key, picture):
    """Fail the check on purpose; every wrong answer says what was right, and why."""
    learning.start_quiz(page)
    picture(page, "quiz")
    learning.answer_all(page, answer_key, wrong=3)
    learning.submit(page)
    picture(page, "quiz-failed")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    expect(page.locator("main")).to_contain_text("7 of 10 right: 70")
    wrong = page.locator("section.task", has_text="Not right")
    expect(wrong).to_have_count(3)
    for question in wrong.all():
        for words in ("Your answer", "Right answer"):
            expect(question).to_contain_text(words)
        why = question.locator("li p.muted").all_inner_texts()
        assert len(why) == 3 and all(why)
    page.goto("/me/certificates/")
    expect(page.get_by_role("heading", name="No certificate yet")).to_be_visible()


def pass_and_open_the_certificate(page, answer_key, picture):
    """Pass at the second try; the certificate is there at once. Return its code."""
    learning.pass_quiz(page, answer_key)
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed")
    picture(page, "quiz-passed")
    page.get_by_role("link", name="See your record and certificates").click()
    picture(page, "me-certified")
    code = page.locator("aside .code").inner_text()
    assert re.fullmatch(r"MRSS-[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]", code)
    page.get_by_role("link", name="MRSS 101", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Nila Begaye")
    expect(page.locator("main")).to_contain_text("Valid today")
    picture(page, "certificate")
    href = page.get_by_role("link", name="Download PDF").get_attribute("href")
    paper = page.request.get(href)
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    assert page.request.get(href).body() == paper.body()
    return code


def read_the_record(page, picture):
    """The record counts the hours once, on the page, as CSV and on paper."""
    page.goto("/me/transcript/")
    picture(page, "transcript")
    expect(page.locator("main")).to_contain_text("Nila, 1.5 h of training count.")
    lines = page.request.get("/me/transcript.csv").text().splitlines()
    assert len(lines) > 14
    assert page.request.get("/me/transcript.pdf").body()[:5] == b"%PDF-"
