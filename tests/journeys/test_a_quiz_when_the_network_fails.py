"""A responder in a parked car answers a quiz while the network comes and goes: nothing is lost."""

import re
from uuid import uuid4

import pytest

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
        return int(
            self.academy.query(
                "from courses.models import Response;"
                f"print(Response.objects.filter(attempt__uuid='{self.attempt}').count())"
            )
        )

    def chosen(self):
        return self.page.locator("[data-question] :checked").count()


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
