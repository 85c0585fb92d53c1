"""How a learner walks through MRSS 101 and a coach to their practice; the journeys share it."""

import re

COURSE = "/learn/mrss-101/"
QUIZ = f"{COURSE}check/quiz/"
ATTEMPT = re.compile(r"/quiz/[0-9a-f-]{36}/")


def begin(page):
    """Start the course, or go on where the learner stopped."""
    page.goto(COURSE)
    start = page.get_by_role("button", name="Start", exact=True)
    if start.count():
        start.click()
    else:
        page.get_by_role("link", name="Go on").click()


def finish_lessons(page):
    """Finish every lesson that is left; end on the page of the quiz."""
    begin(page)
    done = 0
    while "/quiz/" not in page.url:
        page.get_by_role("button", name="Finish and go on").click()
        done += 1
        assert done < 40
    return done


def start_quiz(page):
    """Start a try of the check."""
    page.goto(QUIZ)
    page.get_by_role("button", name=re.compile("Start the quiz|Try again|Go on")).click()
    page.wait_for_url(ATTEMPT)
    return page.url.rstrip("/").rpartition("/")[2]


def questions(page):
    """Return the questions of the open try."""
    return page.locator("[data-question]").all()


def option(question, words):
    """Return the option of a question with these words."""
    return question.locator("label").filter(has_text=re.compile(f"^{re.escape(words)}$"))


def answer(question, answer_key, *, right=True):
    """Choose the right option, or a wrong one."""
    legend = " ".join(question.locator("legend").text_content().split())
    words = answer_key[legend.partition(": ")[2]]
    if right:
        option(question, words).click()
        return
    others = question.locator("label").filter(has_not_text=words)
    others.first.click()


def answer_all(page, answer_key, *, wrong=0):
    """Answer every question, the first ``wrong`` of them wrongly."""
    for place, question in enumerate(questions(page)):
        answer(question, answer_key, right=place >= wrong)


def submit(page):
    """Hand the try in and wait for its result."""
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("heading", level=1, name=re.compile("passed", re.I)).wait_for()


WAITING = "Object.keys(localStorage).filter((key) => key.startsWith('quiz:'))"
"""The answers that a quiz of this browser has not sent yet."""


def wait_until(page, holds):
    """Wait until ``holds()`` is true; Playwright's own way is refused by our CSP."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come to hold")


def wait_until_sent(page):
    """Wait until no answer waits to be sent."""
    wait_until(page, lambda: page.evaluate(WAITING) == [])


def pass_quiz(page, answer_key):
    """Take the check and pass it."""
    start_quiz(page)
    answer_all(page, answer_key)
    submit(page)


def find_practice(page, name):
    """Go from the coach's desk to somebody's practice; return the link to the form."""
    page.goto("/coach/")
    page.get_by_role("searchbox", name="Find a person").fill(name)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=name).click()
    return page.get_by_role("link", name=re.compile("Observe.*Engagement conversation"))
