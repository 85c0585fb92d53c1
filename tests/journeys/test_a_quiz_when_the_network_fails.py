"""A responder in a parked car answers a quiz while the network comes and goes: nothing is lost."""

import json
import re
from uuid import uuid4

import pytest

from tests.journeys.learning import wait_until, wait_until_sent

QUIZ = "/learn/mrss-101/check/quiz/"


@pytest.fixture
def quiz(page, academy, sign_in):
    """An open attempt of a learner of its own, with words for what the test does and asks."""
    email = f"nadia-{uuid4().hex[:8]}@example.org"
    academy.query(
        "from lms.management.demo.cast import PASSWORD;"
        "from allauth.account.models import EmailAddress;"
        "from lms.people.models import Person, User;"
        f"u = User.objects.create_user('{email}', PASSWORD);"
        "EmailAddress.objects.create(user=u, email=u.email, verified=True, primary=True);"
        "Person.objects.create(user=u, given_name='Nadia', email=u.email)"
    )
    sign_in(page, email)
    page.goto(QUIZ)
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url(re.compile(r"/quiz/[0-9a-f-]{36}/"))
    return Quiz(page, academy, email)


class Quiz:
    def __init__(self, page, academy, email):
        self.page, self.academy, self.email = page, academy, email
        self.attempt = page.url.rstrip("/").rpartition("/")[2]

    def pick(self, question, option):
        self.page.locator("[data-question]").nth(question).locator("label").nth(option).click()

    def says(self, words):
        status = self.page.locator("[data-quiz-status]")
        status.get_by_text(words).wait_for(timeout=15_000)

    def saved(self):
        """Return how many answers the server holds."""
        return self.academy.rows(
            "SELECT count(*) FROM courses_response r JOIN courses_attempt a"
            " ON a.id = r.attempt_id WHERE a.uuid = ?",
            self.attempt.replace("-", ""),
        )[0][0]

    def chosen(self):
        return self.page.locator("[data-question] :checked").count()

    def option(self, question, option):
        """Return the id of an option as the page sends it."""
        group = self.page.locator("[data-question]").nth(question)
        return group.locator("input[type=radio]").nth(option).get_attribute("value")

    def held(self):
        """Return the answers that the server holds, in the order of the questions."""
        rows = self.academy.rows(
            "SELECT r.question_id, r.value FROM courses_response r JOIN courses_attempt a"
            " ON a.id = r.attempt_id WHERE a.uuid = ?",
            self.attempt.replace("-", ""),
        )
        values = {question: json.loads(value) for question, value in rows}
        groups = self.page.locator("[data-question]").all()
        return [values.get(int(group.get_attribute("data-question"))) for group in groups]

    def attempts(self):
        """Return how many attempts this learner has."""
        return self.academy.rows(
            "SELECT count(*) FROM courses_attempt a JOIN lms_person p ON p.id = a.person_id"
            " WHERE p.email = ?",
            self.email,
        )[0][0]


def test_answers_given_without_network_wait_and_arrive(quiz, page):
    quiz.pick(0, 0)
    quiz.says("Saved")
    assert quiz.saved() == 1
    page.context.set_offline(True)
    quiz.pick(1, 1)
    quiz.pick(2, 2)
    quiz.pick(1, 0)
    quiz.says("Waiting to send (2)")
    page.get_by_role("button", name="Submit").click()
    quiz.says("You are offline. Your answers are kept here; submit when you are back.")
    page.context.set_offline(False)
    quiz.says("Saved")
    assert quiz.saved() == 3


def test_answers_that_wait_survive_a_reload_after_one_warning(quiz, page):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    page.route("**/answer/", lambda route: route.abort())
    for question in (3, 4):
        quiz.pick(question, 1)
    quiz.says("Waiting to send (2)")
    shown = quiz.chosen()
    page.reload()
    assert dialogs == ["beforeunload"]
    assert quiz.chosen() == shown
    page.unroute("**/answer/")
    quiz.says("Saved")
    assert quiz.saved() == 2
    page.reload()
    assert dialogs == ["beforeunload"]  # Nothing waits, so nothing warns.


def test_a_session_that_ends_keeps_the_answers_until_the_next_sign_in(quiz, page, sign_in):
    page.context.clear_cookies(name="sessionid")
    quiz.pick(5, 1)
    quiz.says("You are signed out. Sign in in another tab; your answers are kept here.")
    assert quiz.saved() == 0
    other = page.context.new_page()
    sign_in(other, quiz.email)
    quiz.says("Saved")
    assert quiz.saved() == 1


def test_a_server_that_fails_is_asked_again_until_it_has_the_answers(quiz, page):
    failures = iter([500, 503])

    def fail(route):
        status = next(failures, None)
        if status is None:
            route.continue_()
        else:
            route.fulfill(status=status, body="<h1>Server error</h1>", content_type="text/html")

    page.route("**/answer/", fail)
    quiz.pick(0, 2)
    quiz.says("Waiting to send (1)")
    quiz.pick(1, 0)
    quiz.says("Saved")
    assert quiz.held()[:2] == [quiz.option(0, 2), quiz.option(1, 0)]


def test_a_request_whose_answer_was_lost_is_sent_again_and_counts_once(quiz, page):
    def swallow(route):
        route.fetch()  # The server saves it; the browser never hears.
        route.abort()

    page.route("**/answer/", swallow, times=1)
    quiz.pick(0, 1)
    quiz.says("Waiting to send (1)")
    quiz.says("Saved")
    assert (quiz.saved(), quiz.held()[0]) == (1, quiz.option(0, 1))


def test_a_killed_tab_loses_nothing(quiz, page):
    page.route("**/answer/", lambda route: route.abort())
    quiz.pick(0, 1)
    quiz.pick(1, 2)
    quiz.says("Waiting to send (2)")
    address, context = page.url, page.context
    chosen = [quiz.option(0, 1), quiz.option(1, 2)]
    page.close(run_before_unload=False)
    quiz.page = context.new_page()
    quiz.page.goto(address)
    quiz.says("Saved")
    assert quiz.held()[:2] == chosen
    assert quiz.chosen() == 2


def test_two_tabs_show_the_same_and_the_later_answer_stays(quiz, page):
    other = page.context.new_page()
    other.goto(page.url)
    second = Quiz(other, quiz.academy, quiz.email)
    quiz.pick(0, 1)
    quiz.says("Saved")
    other.locator("[data-question]").first.locator(":checked").wait_for(state="attached")
    second.pick(0, 2)
    second.says("Saved")
    chosen = page.locator("[data-question]").first.locator(":checked")
    wait_until(page, lambda: chosen.get_attribute("value") == second.option(0, 2))
    for question in range(1, 10):
        second.pick(question, 0)
    wait_until_sent(other)
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("heading", level=1, name=re.compile("passed", re.I)).wait_for()
    other.goto(page.url)
    assert other.get_by_role("heading", level=1, name=re.compile("passed", re.I)).count() == 1
    assert quiz.attempts() == 1


@pytest.mark.parametrize("hours", [-7, 7])
def test_a_clock_that_is_changed_by_hours_changes_nothing(quiz, page, hours):
    quiz.pick(0, 0)
    quiz.says("Saved")
    shift = f"Date.now = ((now) => () => now() + {hours} * 3_600_000)(Date.now)"
    page.evaluate(shift)
    quiz.pick(0, 1)
    quiz.pick(1, 1)
    wait_until_sent(page)
    assert quiz.held()[:2] == [quiz.option(0, 1), quiz.option(1, 1)]
    page.reload()
    quiz.pick(0, 2)
    wait_until_sent(page)
    assert quiz.held()[:2] == [quiz.option(0, 2), quiz.option(1, 1)]


def test_the_next_user_of_a_shared_computer_neither_sends_nor_sees_what_waits(
    quiz, page, sign_in, newcomer
):
    page.context.set_offline(True)
    quiz.pick(0, 1)
    quiz.says("Waiting to send (1)")
    page.context.clear_cookies()
    page.context.set_offline(False)
    quiz.says("You are signed out.")
    other = page.context.new_page()
    sign_in(other, newcomer)
    quiz.says("Another person is signed in. Your answers are kept here.")
    assert other.goto(page.url).status == 404
    other.goto(QUIZ)
    other.get_by_role("button", name="Start the quiz").click()
    other.wait_for_url(re.compile(r"/quiz/[0-9a-f-]{36}/"))
    assert other.locator("[data-question] :checked").count() == 0
    assert quiz.saved() == 0
    other.context.clear_cookies()
    sign_in(other, quiz.email)
    quiz.says("Saved")
    assert quiz.held()[0] == quiz.option(0, 1)


def test_signing_in_again_leads_back_to_the_same_page_with_what_was_chosen(quiz, page, sign_in):
    page.context.set_offline(True)
    quiz.pick(0, 2)
    quiz.says("Waiting to send (1)")
    page.context.clear_cookies(name="sessionid")
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    address = page.url
    page.reload()
    sign_in.here(page, quiz.email)
    assert page.url == address
    quiz.says("Saved")
    assert quiz.held()[0] == quiz.option(0, 2)
    assert quiz.attempts() == 1


def kept_by_a_dead_tab(quiz):
    """Leave an answer unsent in a tab that dies; return another page of the same browser."""
    quiz.page.route("**/answer/", lambda route: route.abort())
    quiz.pick(0, 2)
    quiz.says("Waiting to send (1)")
    chosen = quiz.option(0, 2)
    other = quiz.page.context.new_page()
    quiz.page.close(run_before_unload=False)
    other.goto("/learn/")
    return other, chosen


def sign_out(page):
    page.locator("summary.account").click()
    page.get_by_role("button", name="Sign out").click()


def test_signing_out_sends_what_a_dead_tab_left(quiz, sign_in):
    # A browser that closes a tab may still send from it: then nothing is left to send.
    other, chosen = kept_by_a_dead_tab(quiz)
    sign_out(other)
    other.get_by_role("link", name="Sign in").first.wait_for()
    assert quiz.saved() == 1
    sign_in(other, quiz.email)
    quiz.page = other
    other.goto(f"{QUIZ}{quiz.attempt}/")
    assert quiz.held()[0] == chosen


def test_signing_out_asks_before_an_answer_is_lost(quiz):
    other, _chosen = kept_by_a_dead_tab(quiz)
    asked = []
    other.route("**/answer/", lambda route: route.abort())
    other.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    sign_out(other)
    wait_until(other, lambda: asked)
    assert asked == [
        "Not sent yet, and lost on this device when you sign out: 1. Sign out all the same?"
    ]
    other.unroute("**/answer/")
    other.reload()
    sign_out(other)
    other.get_by_role("link", name="Sign in").first.wait_for()
    assert quiz.saved() == 1 and len(asked) == 1


def test_who_signs_out_of_the_quiz_itself_is_asked_once(quiz, page):
    page.route("**/answer/", lambda route: route.abort())
    quiz.pick(0, 2)
    quiz.says("Waiting to send (1)")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    sign_out(page)
    page.get_by_role("link", name="Sign in").first.wait_for()
    assert asked == ["confirm"]
    assert page.evaluate("Object.keys(localStorage)") == []


def test_one_submit_after_all_that_is_one_result(quiz, page, academy, no_axe_findings):
    for question in range(10):
        quiz.pick(question, 0)
    quiz.says("Saved")
    no_axe_findings(page)
    page.get_by_role("button", name="Submit").dblclick()
    page.get_by_role("heading", level=1, name=re.compile("passed", re.I)).wait_for()
    no_axe_findings(page)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('quiz'))") == []
    graded = academy.query(
        "from courses.models import LearningEvent;"
        f"print(LearningEvent.objects.filter(act='attempt:{quiz.attempt}').count())"
    )
    assert graded == "1"
