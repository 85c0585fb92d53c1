"""A retired course: who may still start its quiz, in words, and what an open try earns."""

from datetime import timedelta

import pytest

from courses.assessment.models import Attempt
from courses.assessment.operations import Answer, start_attempt, submit
from courses.learning.models import LearningEvent
from courses.publishing.operations import WrongRetirement, retire
from lms.kit import clock
from lms.public import today
from tests.courses.assessment.making import URL
from tests.courses.assessment.regrades import load, read_lesson, take


@pytest.fixture
def course(tmp_path, cast, samir, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    load(tmp_path)

    def close(days):
        day = today() + timedelta(days=days)
        retire(slug="tiny", closes_on=day, reason="A better one is there.", actor_id=samir.pk)

    return close


def text(client):
    return client.get(URL).content.decode()


def test_nobody_new_starts_the_quiz_of_a_retired_course(course, cast, client):
    course(30)
    client.force_login(cast.user("kofi"))
    assert "takes nobody new" in text(client)
    assert client.post(URL).headers["Location"] == URL
    assert "takes nobody new" in text(client)
    assert not Attempt.objects.exists()


def test_who_is_on_the_way_starts_it_through_the_last_day_and_not_after(
    course, cast, client, time_machine
):
    read_lesson(cast, "alma")
    course(30)
    client.force_login(cast.user("alma"))
    assert "takes nobody new" not in text(client)
    time_machine.move_to(clock.now() + timedelta(days=31, hours=12), tick=False)
    client.force_login(cast.user("alma"))
    assert "nothing is recorded any more" in text(client)
    client.post(URL)
    assert not Attempt.objects.exists()


def test_an_open_try_is_handed_in_after_the_last_day_and_finishes_nothing(
    course, cast, client, time_machine
):
    read_lesson(cast, "alma")
    user = cast.user("alma")
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    course(1)
    time_machine.move_to(clock.now() + timedelta(days=5), tick=False)
    client.force_login(user)
    # The page leads on to the open try.
    assert client.post(URL).headers["Location"] == f"{URL}{uuid}/"
    answers = [Answer(row["question"], "b") for row in Attempt.objects.get().shown]
    submit(user_id=user.pk, attempt_uuid=uuid, answers=answers, confirmed=True)
    kinds = LearningEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["lesson", "quiz"]


def test_an_opened_course_is_as_it_was(course, cast, client, samir):
    course(3)
    with pytest.raises(WrongRetirement):
        course(3)
    retire(slug="tiny", closes_on=None, reason="Needed.", actor_id=samir.pk)
    take(cast.user("kofi"))
    read_lesson(cast, "kofi")
    assert LearningEvent.objects.filter(kind="course").count() == 1
