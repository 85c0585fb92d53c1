"""Every kind of question on a bad line, and a quiz whose time runs out: the server decides."""

import json
import re
from uuid import uuid4

import pytest

from tests.journeys.learning import wait_until_sent

# Makes an attempt of a new learner at one question of every kind, due in so many seconds.
MAKE = """
from datetime import timedelta
from random import Random
from allauth.account.models import EmailAddress
from courses.assessment import items
from courses.assessment.bank import read_question
from courses.models import Attempt, Question, QuestionBank, Quiz
from lms.kit import clock
from lms.management.demo.cast import PASSWORD
from lms.people.models import Person, User
from tests.courses.assessment.kinds import every_kind
quiz = Quiz.objects.get(key="mrss-101-check")
bank = QuestionBank.objects.get(key="mrss-101-check")
shown = []
for number, (kind, row) in enumerate(every_kind().items()):
    draft = read_question({{**row, "id": f"{tag}-{{number}}", "confidence": kind == "numeric"}})
    question = Question.objects.create(
        bank=bank, key=draft.key, digest=draft.digest, kind=draft.kind, stem=draft.stem,
        options=list(draft.options), marking=dict(draft.marking), points=draft.points,
        asks_confidence=draft.confidence, retired_at=clock.now(),
    )
    shown.append({{"question": question.pk, "options": items.arranged(draft.item, Random(1))}})
user = User.objects.create_user("{email}", PASSWORD)
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
person = Person.objects.create(user=user, given_name="Nadia", email=user.email)
due = {seconds}
attempt = Attempt.objects.create(
    person=person, quiz=quiz, number=1, shown=shown,
    rules={{"pass_percent": 60, "version": "1"}},
    due_at=None if due is None else clock.now() + timedelta(seconds=due),
)
print(attempt.uuid)
"""


@pytest.fixture
def begin(page, academy, sign_in):
    """Return a function that opens an attempt at every kind of question; it returns its number."""

    def begin(seconds=None):
        tag = uuid4().hex[:8]
        email = f"nadia-{tag}@example.org"
        uuid = academy.query(MAKE.format(tag=tag, email=email, seconds=seconds))
        sign_in(page, email)
        page.goto(f"/learn/mrss-101/check/quiz/{uuid}/")
        return uuid

    return begin


def held(academy, uuid):
    """Return the answers that the server holds, by kind."""
    rows = academy.rows(
        "SELECT q.kind, r.value, r.confidence FROM courses_response r"
        " JOIN courses_attempt a ON a.id = r.attempt_id"
        " JOIN courses_question q ON q.id = r.question_id WHERE a.uuid = ?",
        uuid.replace("-", ""),
    )
    return {kind: (json.loads(value), sure) for kind, value, sure in rows}


def says(page, words):
    page.locator("[data-quiz-status]").get_by_text(words).wait_for(timeout=20_000)


def group(page, kind):
    return page.locator(f"[data-kind={kind}]")


def test_every_kind_of_answer_survives_a_reload_without_network_and_arrives_once(
    page, academy, begin, no_axe_findings
):
    uuid = begin()
    no_axe_findings(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/answer/", lambda route: route.abort())
    group(page, "single").locator("label").nth(1).click()
    group(page, "multiple").locator("label").nth(0).click()
    group(page, "multiple").locator("label").nth(2).click()
    group(page, "true_false").locator("label").nth(1).click()
    for place, select in enumerate(group(page, "matching").locator("select").all()):
        select.select_option(index=place + 1)
    for place, select in enumerate(group(page, "ordering").locator("select").all()):
        select.select_option(index=place + 1)
    group(page, "short_text").locator("input[type=text]").fill("a lifeline")
    group(page, "numeric").locator("input[type=text]").fill("12.5")
    group(page, "numeric").get_by_text("Fairly sure").click()
    group(page, "branching").locator("label").first.click()
    essay = "I would sit down first.\nThen I would ask."
    group(page, "essay").locator("textarea").press_sequentially(essay)
    says(page, "Waiting to send (9)")
    page.reload()
    assert group(page, "essay").locator("textarea").input_value() == essay
    assert group(page, "multiple").locator(":checked").count() == 2
    page.unroute("**/answer/")
    says(page, "Saved")
    answers = held(academy, uuid)
    assert len(answers) == 9
    assert answers["essay"] == (essay, None)
    assert answers["numeric"] == ("12.5", 2)
    assert answers["short_text"] == ("a lifeline", None)
    assert len(answers["multiple"][0]) == 2
    assert sorted(answers["ordering"][0].values()) == [1, 2, 3, 4]
    # The next step of the case came with the save, without leaving the page.
    group(page, "branching").locator("fieldset").nth(1).wait_for()
    group(page, "branching").locator("fieldset").nth(1).locator("label").first.click()
    wait_until_sent(page)
    assert len(held(academy, uuid)["branching"][0]) == 2
    group(page, "multiple").locator("label").nth(0).click()
    group(page, "multiple").locator("label").nth(2).click()
    says(page, "Saved")
    wait_until_sent(page)
    assert held(academy, uuid)["multiple"][0] is None


def test_when_time_is_up_what_waits_is_sent_and_the_result_is_shown(page, academy, begin):
    uuid = begin(seconds=40)
    left = page.locator("[data-quiz-left]")
    assert re.fullmatch(r"Time left 0:[0-3]\d", left.text_content())
    assert page.locator("[data-quiz-minutes]").text_content() == "Less than one minute left."
    # A clock that is turned back gives no more time.
    page.evaluate("Date.now = ((now) => () => now() - 3 * 3_600_000)(Date.now)")
    group(page, "single").locator("label").nth(1).click()
    says(page, "Saved")
    page.route("**/answer/", lambda route: route.abort())
    group(page, "short_text").locator("input[type=text]").fill("in time")
    says(page, "Waiting to send (1)")
    page.locator("[data-quiz-minutes]").get_by_text("Time is up.").wait_for(
        timeout=60_000, state="attached"
    )
    page.unroute("**/answer/")
    page.get_by_role("heading", level=1, name=re.compile("passed|Handed in", re.I)).wait_for(
        timeout=60_000
    )
    assert page.get_by_text("Time was up, so what was saved was handed in.").count() == 1
    answers = held(academy, uuid)
    assert answers["short_text"][0] == "in time" and "single" in answers


def test_what_comes_hours_too_late_does_not_count_and_the_page_says_so(page, academy, begin):
    uuid = begin(seconds=600)
    group(page, "single").locator("label").nth(1).click()
    says(page, "Saved")
    page.context.set_offline(True)
    group(page, "short_text").locator("input[type=text]").fill("too late")
    says(page, "Waiting to send (1)")
    academy.query(
        "from datetime import timedelta;from lms.kit import clock;"
        "from courses.models import Attempt;"
        f"Attempt.objects.filter(uuid='{uuid}').update("
        "due_at=clock.now() - timedelta(hours=3))"
    )
    page.context.set_offline(False)
    says(page, "This quiz was submitted already. Answers that came too late to count: 1.")
    page.get_by_role("link", name="See the result").click()
    page.get_by_role("heading", level=1, name=re.compile("passed|Handed in", re.I)).wait_for()
    assert list(held(academy, uuid)) == ["single"]
