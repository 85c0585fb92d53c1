"""Twenty clicks at once: one attempt, one grade, no lost answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.assessment.models import Attempt, Response
from courses.assessment.operations import Answer, load_quiz, save_answers, start_attempt, submit
from courses.learning.models import LearningEvent
from tests.cast import make_cast

from .making import quiz_data

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 20


@pytest.fixture
def alma():
    load_quiz(course_key="mrss-101", version="2026.1", data=quiz_data(3))
    return make_cast().user("alma")


def at_once(act):
    """Run ``act(n)`` in 20 threads that start together; return the results, raise any error."""
    gate = Barrier(CLICKS)

    def click(n):
        try:
            gate.wait(timeout=20)
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return [job.result() for job in [pool.submit(click, n) for n in range(CLICKS)]]


def test_twenty_starts_at_once_are_one_attempt(alma):
    uuids = at_once(lambda n: start_attempt(user_id=alma.pk, quiz_key="tiny-check"))
    assert len(set(uuids)) == 1
    assert Attempt.objects.count() == 1


def test_twenty_submits_at_once_are_one_grade_and_one_ledger_row(alma):
    uuid = start_attempt(user_id=alma.pk, quiz_key="tiny-check")
    attempt = Attempt.objects.get()
    right = [Answer(row["question"], "b") for row in attempt.shown]
    results = at_once(
        lambda n: submit(user_id=alma.pk, attempt_uuid=uuid, answers=right, confirmed=False)
    )
    assert {(r.score, r.passed, r.submitted_at) for r in results} == {
        (results[0].score, True, results[0].submitted_at)
    }
    assert LearningEvent.objects.filter(kind="quiz").count() == 1
    assert Response.objects.count() == 3


def test_of_twenty_saves_at_once_the_newest_stays(alma):
    uuid = start_attempt(user_id=alma.pk, quiz_key="tiny-check")
    question = Attempt.objects.get().shown[0]["question"]

    def save(n):
        choice = "c" if n == CLICKS - 1 else "a"
        return save_answers(
            user_id=alma.pk, attempt_uuid=uuid, answers=[Answer(question, choice, n + 1)]
        )

    at_once(save)
    response = Response.objects.get()
    assert (response.value, response.sequence) == ("c", CLICKS)
