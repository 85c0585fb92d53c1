"""Quizzes to the second: deadlines, grace, changes under way, nights of two hours, two records."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from courses.assessment.models import Attempt, Quiz, Response
from courses.assessment.operations import (
    Answer,
    AttemptClosed,
    MayNotStart,
    NothingLocked,
    grant_time,
    load_quiz,
    save_answers,
    start_attempt,
    submit,
    unlock,
)
from courses.learning.models import LearningEvent
from tests.courses.assessment.making import quiz_data

START = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
DUE = START + timedelta(minutes=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def at(time_machine):
    return lambda instant: time_machine.move_to(instant, tick=False)


@pytest.fixture
def quiz(cast, at):
    def made(limit=30, wait=0, attempts=None):
        data = quiz_data(2, attempts=attempts)
        load_quiz(course_key="mrss-101", version="2026.1", data=data)
        Quiz.objects.update(time_limit_minutes=limit, wait_hours=wait)
        at(START)

    return made


def start(cast, who="alma"):
    uuid = start_attempt(user_id=cast.user(who).pk, quiz_key="tiny-check")
    return Attempt.objects.get(uuid=uuid)


def save(cast, attempt, choice, sequence, place=0):
    answer = Answer(attempt.shown[place]["question"], choice, sequence)
    return save_answers(user_id=cast.user("alma").pk, attempt_uuid=attempt.uuid, answers=[answer])


def fail(cast, who="alma"):
    attempt = start(cast, who)
    answers = [Answer(row["question"], "a") for row in attempt.shown]
    return submit(
        user_id=cast.user(who).pk, attempt_uuid=attempt.uuid, answers=answers, confirmed=True
    )


def test_more_time_granted_during_a_try_counts_from_the_next_one(cast, quiz, at, samir):
    quiz()
    attempt = start(cast)
    at(START + timedelta(minutes=29))
    grant_time(
        actor_id=samir.pk, person_id=cast.person("alma").pk, multiplier=Decimal(2), reason="Agreed"
    )
    assert start(cast).due_at == DUE
    at(DUE + timedelta(seconds=60))
    after = start(cast)
    assert after.pk != attempt.pk
    assert after.due_at - after.started_at == timedelta(minutes=60)


@pytest.mark.parametrize(
    ("late", "taken", "flagged"),
    [(-1, True, 0), (0, True, 1), (59, True, 1), (60, False, 0), (61, False, 0)],
)
def test_an_answer_at_the_second(cast, quiz, at, late, taken, flagged):
    quiz()
    attempt = start(cast)
    save(cast, attempt, "b", 1, place=1)
    at(DUE + late * SECOND)
    if taken:
        assert save(cast, attempt, "b", 2).late is bool(flagged)
    else:
        with pytest.raises(AttemptClosed):
            save(cast, attempt, "b", 2)
    at(DUE + timedelta(minutes=5))
    done = submit(
        user_id=cast.user("alma").pk, attempt_uuid=attempt.uuid, answers=[], confirmed=True
    )
    assert (done.submitted_at, done.ended) == (DUE, "time")
    assert done.score == (100 if taken else 50)
    fact = LearningEvent.objects.get(kind="quiz")
    assert (fact.occurred_at, fact.detail.get("late", 0)) == (DUE, flagged)
    assert Response.objects.count() == 1 + taken


def test_the_night_in_which_the_clocks_go_back_is_no_longer_for_anybody(cast, quiz, at):
    quiz(wait=24)
    # 00:45 in Denver; at 02:00 it is 01:00 once more.
    night = datetime(2026, 11, 1, 6, 45, tzinfo=UTC)
    at(night)
    attempt = start(cast)
    assert attempt.due_at == night + timedelta(minutes=30)
    submit(user_id=cast.user("alma").pk, attempt_uuid=attempt.uuid, answers=[], confirmed=True)
    at(night + timedelta(hours=24) - SECOND)
    with pytest.raises(MayNotStart) as shut:
        start(cast)
    assert shut.value.entry.opens_at == night + timedelta(hours=24)
    at(night + timedelta(hours=24))
    assert start(cast).number == 2


def test_an_unlock_opens_one_try_also_for_who_had_two_records(cast, quiz, at, samir):
    quiz(limit=None, wait=24, attempts=2)
    fail(cast, "kofi")
    at(START + timedelta(minutes=1))
    fail(cast)
    # Two records of one human, each with a try: together all are used.
    twin = cast.person("kofi")
    twin.merged_into = cast.person("alma")
    twin.save(update_fields=["merged_into"])
    at(START + timedelta(hours=48))
    with pytest.raises(MayNotStart):
        start(cast)
    unlocking = {
        "actor_id": samir.pk, "person_id": cast.person("alma").pk,
        "quiz_key": "tiny-check", "reason": "A storm cut the line.",
    }  # fmt: skip
    unlock(**unlocking)
    with pytest.raises(NothingLocked):
        unlock(**unlocking)
    at(START + timedelta(hours=49))
    assert fail(cast).number == 2
    at(START + timedelta(hours=100))
    with pytest.raises(MayNotStart):
        start(cast)
    assert Attempt.objects.count() == 3
