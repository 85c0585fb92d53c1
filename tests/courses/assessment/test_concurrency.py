"""Twenty clicks at once: one attempt, one grade, no lost answer."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from courses.assessment.models import Attempt, Mark, Quiz, Response
from courses.assessment.operations import (
    AlreadyGraded,
    Answer,
    AttemptClosed,
    hand_in_overdue,
    load_quiz,
    mark_answer,
    save_answers,
    start_attempt,
    submit,
)
from courses.assessment.timing import GRACE
from courses.learning.models import LearningEvent
from lms.kit import clock
from lms.people.models import User
from tests.cast import make_cast

from .kinds import every_kind
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


def out_of_time(user):
    """Start an attempt whose time and grace are over already, with one right answer saved."""
    Quiz.objects.update(time_limit_minutes=30)
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    attempt = Attempt.objects.get(uuid=uuid)
    answer = Answer(attempt.shown[0]["question"], "b", 1)
    save_answers(user_id=user.pk, attempt_uuid=uuid, answers=[answer])
    Attempt.objects.update(due_at=clock.now() - GRACE)
    attempt.refresh_from_db()
    return attempt


def test_submits_saves_starts_and_the_job_at_once_end_an_attempt_once(alma):
    attempt = out_of_time(alma)
    right = [Answer(row["question"], "b", 2) for row in attempt.shown]
    act = {"user_id": alma.pk, "attempt_uuid": attempt.uuid}

    def meet(n):
        match n % 4:
            case 0:
                return submit(**act, answers=right, confirmed=True).score
            case 1:
                hand_in_overdue(attempt_uuid=attempt.uuid)
            case 2:
                with pytest.raises(AttemptClosed):
                    save_answers(**act, answers=right)
            case _:
                start_attempt(user_id=alma.pk, quiz_key="tiny-check")
        return None

    scores = {score for score in at_once(meet) if score is not None}
    attempt.refresh_from_db()
    assert scores == {attempt.score} == {Decimal("33.33")}
    assert (attempt.ended, attempt.submitted_at) == ("time", attempt.due_at)
    assert LearningEvent.objects.filter(act=f"attempt:{attempt.uuid}").count() == 1
    # The starts met one new attempt.
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Response.objects.count() == 1


def test_twenty_marks_at_once_are_one_result(alma):
    load_quiz(course_key="mrss-101", version="2", data=quiz_data(1, questions=[essay()]))
    uuid = start_attempt(user_id=alma.pk, quiz_key="tiny-check")
    question = Attempt.objects.get().shown[0]["question"]
    submit(user_id=alma.pk, attempt_uuid=uuid, answers=[Answer(question, "Words")], confirmed=True)
    samir = User.objects.get(email="samir@example.org")

    def mark(n):
        try:
            return mark_answer(
                user_id=samir.pk,
                attempt_uuid=uuid,
                question_id=question,
                criteria={"plan": n % 4, "words": 1},
                words="",
            ).graded
        except AlreadyGraded:
            return False

    assert at_once(mark).count(True) == 1
    assert Mark.objects.count() == 1
    assert LearningEvent.objects.filter(kind="quiz").count() == 1


def essay():
    return every_kind()["essay"] | {"id": "essay"}
