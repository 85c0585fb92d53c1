"""Servers die, tabs multiply and sessions end in the middle of work: nothing is lost or doubled.

What the network alone does to a quiz is in ``test_a_quiz_when_the_network_fails``.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import learning

COUNT = (
    "SELECT (SELECT count(*) FROM courses_attempt a JOIN lms_person p ON p.id = a.person_id"
    " WHERE p.email = ?1), (SELECT count(*) FROM courses_learningevent e"
    " JOIN lms_person p ON p.id = e.person_id WHERE p.email = ?1 AND e.kind = 'quiz')"
)


@pytest.fixture
def learner(page, sign_in, newcomer):
    """The page of a new learner, signed in."""
    sign_in(page, newcomer)
    page.email = newcomer
    return page


def status_says(page, words):
    expect(page.locator("[data-quiz-status]")).to_contain_text(words, timeout=40_000)


def chosen(page):
    return page.locator("[data-question] :checked").count()


def test_a_power_cut_of_the_server_loses_no_answer(learner, academy, answer_key):
    learning.start_quiz(learner)
    asked = learning.questions(learner)
    for question in asked[:4]:
        learning.answer(question, answer_key)
    status_says(learner, "Saved")
    academy.kill("web")
    for question in asked[4:]:
        learning.answer(question, answer_key)
    status_says(learner, "Waiting to send (6)")
    academy.start_web()
    status_says(learner, "Saved")
    learner.reload()
    assert chosen(learner) == 10
    learning.submit(learner)
    expect(learner.get_by_role("heading", level=1)).to_have_text("You passed")
    assert academy.rows(COUNT, learner.email) == [(1, 1)]


def test_two_tabs_are_one_attempt_with_one_result(learner, academy, answer_key):
    attempt = learning.start_quiz(learner)
    other = learner.context.new_page()
    assert learning.start_quiz(other) == attempt
    for question in learning.questions(learner)[:5]:
        learning.answer(question, answer_key)
    status_says(learner, "Saved")
    other.reload()
    assert chosen(other) == 5
    for question in learning.questions(other)[5:]:
        learning.answer(question, answer_key)
    status_says(other, "Saved")
    learning.submit(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("You passed")
    # The first tab learns that it is over, and leads to the same result.
    learning.answer(learning.questions(learner)[0], answer_key, right=False)
    status_says(learner, "This quiz was submitted already.")
    learner.get_by_role("link", name="See the result").click()
    expect(learner.get_by_role("heading", level=1)).to_have_text("You passed")
    assert academy.rows(COUNT, learner.email) == [(1, 1)]


def test_a_second_press_on_submit_is_the_same_result(learner, academy, answer_key):
    learning.start_quiz(learner)
    learning.answer_all(learner, answer_key)
    form = learner.evaluate("Object.fromEntries(new FormData(document.querySelector('#quiz')))")
    learner.get_by_role("button", name="Submit").dblclick()
    expect(learner.get_by_role("heading", level=1)).to_have_text("You passed")
    # Some hand the same form in once more, from a page that the browser kept.
    again = learner.request.post(learner.url, form={**form, "action": "submit"})
    assert again.ok and "You passed" in again.text()
    assert academy.rows(COUNT, learner.email) == [(1, 1)]


def test_a_session_that_ends_before_submitting_keeps_every_answer(learner, sign_in, answer_key):
    learning.start_quiz(learner)
    where = learner.url
    learning.answer_all(learner, answer_key)
    status_says(learner, "Saved")
    learner.context.clear_cookies(name="sessionid")
    learner.get_by_role("button", name="Submit").click()
    expect(learner.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in.here(learner, learner.email)
    assert learner.url == where
    assert chosen(learner) == 10
    learning.submit(learner)
    expect(learner.get_by_role("heading", level=1)).to_have_text("You passed")


def test_answers_that_never_reached_the_server_come_back_after_sign_in(
    learner, sign_in, answer_key
):
    learning.start_quiz(learner)
    where = learner.url
    learner.context.clear_cookies(name="sessionid")
    learning.answer_all(learner, answer_key)
    status_says(learner, "You are signed out.")
    learner.get_by_role("button", name="Submit").click()
    expect(learner.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in.here(learner, learner.email)
    assert learner.url == where
    status_says(learner, "Saved")
    assert chosen(learner) == 10
    learning.submit(learner)
    expect(learner.get_by_role("heading", level=1)).to_have_text("You passed")


def test_a_dead_worker_delays_the_notice_and_loses_nothing(learner, academy, answer_key):
    academy.kill("worker")
    try:
        learning.finish_lessons(learner)
        learning.pass_quiz(learner, answer_key)
        # The certificate does not wait for the worker; only the mail does.
        learner.goto("/me/certificates/")
        code = learner.locator(".code").first.inner_text()
        assert re.fullmatch(r"MRSS-\S+", code)
        with pytest.raises(AssertionError):
            academy.letter(learner.email, about=code, wait=3)
    finally:
        academy.start_worker()
    assert code in academy.letter(learner.email, about=code, wait=90)
    mails = academy.rows("SELECT count(*) FROM lms_notice WHERE address = ?", learner.email)
    assert mails == [(1,)]
