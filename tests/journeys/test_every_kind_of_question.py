"""A learner meets a question of every kind: by keyboard, by axe, with script and without."""

import re

import pytest

from tests.journeys.test_accessibility import AXE, RULES, WIDE

QUIZ = "/learn/tiny/only/quiz/"
LOAD = """
import tempfile
from pathlib import Path
from tests.courses.assessment.kinds import every_kind
from tests.courses.assessment.making import load_tiny_course, quiz_data
rows = [row | {"confidence": row["type"] in ("single", "numeric")} for row in every_kind().values()]
rows = [row for row in rows if row["type"] != "essay"]
load_tiny_course(
    Path(tempfile.mkdtemp()), quiz_data(1, draw=len(rows), questions=rows, pass_percent=60)
)
"""


@pytest.fixture(scope="module")
def every_kind_of_question(academy):
    academy.query(LOAD)


@pytest.fixture
def learner(every_kind_of_question, newcomer, new_context, watched, sign_in):
    """Return a function that opens the quiz for a learner with nothing on record."""

    def learner(**options):
        first = new_context()
        sign_in(first.new_page(), newcomer)
        return start(watched(new_context(storage_state=first.storage_state(), **options)))

    return learner


def start(context):
    page = context.new_page()
    page.goto(QUIZ)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/quiz/[0-9a-f-]{36}/"))
    return page


def kind(page, name):
    return page.locator(f"[data-kind={name}]")


def by_keyboard(page, field, *keys):
    field.focus()
    for key in keys:
        page.keyboard.press(key)


def answer_rightly(page):
    """Answer all but the case, each kind with nothing but the keyboard."""
    for name, words in (("single", "Choice b of story 1"), ("true_false", "False")):
        by_keyboard(page, kind(page, name).get_by_label(words), "Space")
    for words in ("Choice a of story 2", "Choice c of story 2"):
        by_keyboard(page, kind(page, "multiple").get_by_label(words), "Space")
    pairs = {
        "Police": "Makes the place safe",
        "Responder": "Stays with the family",
        "Supervisor": "Decides with both",
    }
    for left, right in pairs.items():
        field = kind(page, "matching").get_by_label(left)
        field.focus()
        page.keyboard.type(right)
    for place, thing in enumerate(("Greet", "Listen", "Plan", "Follow up"), start=1):
        kind(page, "ordering").get_by_label(thing).focus()
        page.keyboard.type(str(place))
    kind(page, "short_text").get_by_label("Your answer").fill("Secretword lifeline!")
    kind(page, "numeric").get_by_label("Your answer").fill("987.654,25")
    by_keyboard(page, kind(page, "single").get_by_label("Sure", exact=True), "Space")


def go_on(page, decision, then):
    """Decide, go on, and wait for what comes next."""
    by_keyboard(page, kind(page, "branching").get_by_label(decision, exact=True), "Space")
    kind(page, "branching").get_by_role("button").press("Enter")
    kind(page, "branching").get_by_text(then).wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_every_kind_is_answered_with_the_keyboard(learner, script):
    page = learner(java_script_enabled=script)
    go_on(page, "You wait", "She opens.")
    go_on(page, "You sit", "The case ends here.")
    answer_rightly(page)
    page.get_by_role("button", name="Submit").press("Enter")
    page.get_by_role("heading", name="You passed").wait_for()
    assert page.get_by_text("8 of 8 right: 100").is_visible()
    assert page.get_by_text("You were sure, and it was right.").is_visible()


def test_open_and_graded_questions_of_every_kind_are_clean(learner, axe_source, picture):
    page = learner()
    go_on(page, "You call", "She answers.")
    kind(page, "numeric").get_by_label("Your answer").fill("a few")
    kind(page, "ordering").get_by_label("Greet").select_option("1")
    kind(page, "ordering").get_by_label("Plan").select_option("1")
    go_on(page, "You ask", "She opens.")
    page.reload()
    assert page.get_by_text("This cannot be read as a number.").is_visible()
    found = examined(page, axe_source, picture, "open")
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Submit as it is").click()
    page.get_by_role("heading", name="Your answers, and why").wait_for()
    assert found + examined(page, axe_source, picture, "result") == []


def examined(page, axe_source, picture, name):
    found = []
    page.evaluate(axe_source)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} at {width}: {each}" for each in page.evaluate(AXE, RULES)]
        picture(page, f"{width}_every_kind_{name}")
    page.set_viewport_size({"width": 320, "height": 640})
    return found + ([f"{name} scrolls sideways"] if page.evaluate(WIDE) > 0 else [])
