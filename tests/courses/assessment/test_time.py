"""The server keeps the time of an attempt: what it is given, when it ends, what still counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from courses.assessment import tasks
from courses.assessment.models import Accommodation, Attempt, Quiz, Response, Unlock
from courses.assessment.operations import (
    Answer,
    AttemptClosed,
    MayNotStart,
    NoAttemptsLeft,
    NotOverYet,
    hand_in_overdue,
    load_quiz,
    save_answers,
    start_attempt,
    submit,
)
from courses.assessment.timing import GRACE, Gate
from courses.learning.models import LearningEvent
from lms.jobs.models import Job
from lms.jobs.operations import drain
from tests.cast import make_cast

from .making import quiz_data

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
DUE = START + timedelta(minutes=30)
SECOND = timedelta(seconds=1)
CLOSED = DUE + GRACE


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def alma(cast, time_machine):
    time_machine.move_to(START, tick=False)
    return cast.user("alma")


@pytest.fixture
def at(time_machine):
    return lambda instant: time_machine.move_to(instant, tick=False)


def load(count=3, limit=30, wait=0, attempts=None):
    data = quiz_data(count, attempts=attempts)
    load_quiz(course_key="mrss-101", version="2026.1", data=data)
    Quiz.objects.update(time_limit_minutes=limit, wait_hours=wait)


def started(user):
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    return Attempt.objects.get(uuid=uuid)


def save(user, attempt, choice="b", place=0, sequence=1):
    answer = Answer(attempt.shown[place]["question"], choice, sequence)
    return save_answers(user_id=user.pk, attempt_uuid=attempt.uuid, answers=[answer])


def hand_in(user, attempt, choice=None, confirmed=False):
    rows = [Answer(row["question"], choice) for row in attempt.shown] if choice else []
    return submit(user_id=user.pk, attempt_uuid=attempt.uuid, answers=rows, confirmed=confirmed)


def given(person, multiplier, granted_by, reason="Agreed"):
    return Accommodation.objects.create(
        person=person, multiplier=multiplier, reason=reason, granted_by=granted_by
    )


# --- the deadline ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("granted", "minutes", "noted"),
    [
        ([], 30, "1"),
        ([Decimal("1.5")], 45, "1.50"),
        ([Decimal("1.5"), Decimal(1)], 30, "1.00"),
        ([Decimal(2), Decimal("1.25")], Decimal("37.5"), "1.25"),
        ([Decimal(2), None], None, None),
        ([None, Decimal(3)], 90, "3.00"),
    ],
)
def test_the_newest_arrangement_counts_and_is_frozen_without_its_reason(
    cast, alma, granted, minutes, noted
):
    load()
    for multiplier in granted:
        given(cast.person("alma"), multiplier, cast.user("samir"), reason="PRIVATE-REASON")
    attempt = started(alma)
    length = attempt.due_at - attempt.started_at if attempt.due_at else None
    assert length == (None if minutes is None else timedelta(minutes=float(minutes)))
    assert attempt.rules["time"] == {"limit_minutes": 30, "multiplier": noted}
    assert "PRIVATE" not in str(attempt.rules)


def test_an_arrangement_of_somebody_else_changes_nothing(cast, alma):
    load()
    given(cast.person("kofi"), Decimal(2), cast.user("samir"))
    assert started(alma).due_at == DUE


def test_a_quiz_without_a_limit_has_no_deadline_and_promises_nothing(alma):
    load(limit=None)
    attempt = started(alma)
    assert attempt.due_at is None and "time" not in attempt.rules
    assert not Job.objects.filter(kind="attempt_due").exists()


def test_going_on_with_an_attempt_gives_no_new_time(alma, at):
    load()
    first = started(alma)
    at(START + timedelta(minutes=29))
    assert (started(alma).pk, started(alma).due_at) == (first.pk, DUE)


def test_more_time_granted_meanwhile_counts_from_the_next_attempt(cast, alma):
    load()
    attempt = started(alma)
    given(cast.person("alma"), None, cast.user("samir"))
    attempt.refresh_from_db()
    assert attempt.due_at == DUE


# --- around the end -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("instant", "late"),
    [(DUE - SECOND, False), (DUE, True), (CLOSED - SECOND, True)],
)
def test_what_arrives_within_the_grace_counts_and_is_flagged(alma, at, instant, late):
    load()
    attempt = started(alma)
    at(instant)
    assert save(alma, attempt).late is late
    at(CLOSED)
    hand_in_overdue(attempt_uuid=attempt.uuid)
    detail = LearningEvent.objects.get(kind="quiz").detail
    assert detail == {"attempt": 1, "correct": 1, "of": 3, "ended": "time"} | (
        {"late": 1} if late else {}
    )


def test_what_arrives_after_the_grace_closes_the_attempt_and_does_not_count(alma, at):
    load()
    attempt = started(alma)
    save(alma, attempt)
    at(CLOSED)
    for _ in range(2):
        with pytest.raises(AttemptClosed):
            save(alma, attempt, place=1, sequence=2)
    attempt.refresh_from_db()
    assert (attempt.ended, attempt.submitted_at) == ("time", DUE)
    assert (attempt.score, attempt.passed) == (Decimal("33.33"), False)
    assert Response.objects.count() == 1
    assert LearningEvent.objects.filter(kind="quiz").count() == 1


def test_submitting_in_time_is_the_learners_act(alma, at):
    load()
    attempt = started(alma)
    at(DUE - SECOND)
    done = hand_in(alma, attempt, "b")
    assert (done.ended, done.submitted_at, done.passed) == ("learner", DUE - SECOND, True)
    assert LearningEvent.objects.get(kind="quiz").actor_id == alma.pk


def test_submitting_within_the_grace_asks_nothing_and_ends_by_time(alma, at):
    load()
    attempt = started(alma)
    save(alma, attempt)
    at(DUE + SECOND)
    done = hand_in(alma, attempt)
    assert (done.ended, done.submitted_at, done.score) == ("time", DUE, Decimal("33.33"))


def test_submitting_long_after_hands_in_what_was_saved_and_not_the_form(alma, at):
    load()
    attempt = started(alma)
    save(alma, attempt, "a")
    at(CLOSED + timedelta(hours=5))
    done = hand_in(alma, attempt, "b", confirmed=True)
    assert (done.ended, done.submitted_at, done.score) == ("time", DUE, Decimal("0.00"))
    assert LearningEvent.objects.get(kind="quiz").actor_id is None


def test_the_end_lies_in_no_future_when_the_job_is_late_by_days(alma, at):
    load()
    started(alma)
    at(DUE + timedelta(days=3))
    drain()
    event = LearningEvent.objects.get(kind="quiz")
    assert (event.occurred_at, event.recorded_at) == (DUE, DUE + timedelta(days=3))


# --- without the learner --------------------------------------------------------------------
def test_the_job_hands_in_when_the_grace_is_over_and_not_before(alma, at):
    load()
    attempt = started(alma)
    save(alma, attempt)
    at(CLOSED - SECOND)
    drain()
    assert Attempt.objects.get().submitted_at is None
    at(CLOSED)
    drain()
    attempt.refresh_from_db()
    assert (attempt.ended, attempt.submitted_at) == ("time", DUE)
    drain()
    assert LearningEvent.objects.filter(kind="quiz").count() == 1


def test_a_job_that_runs_too_early_is_tried_again(alma):
    load()
    attempt = started(alma)
    with pytest.raises(NotOverYet):
        hand_in_overdue(attempt_uuid=attempt.uuid)
    assert Attempt.objects.get().submitted_at is None


def test_the_nightly_net_hands_in_what_a_lost_job_has_left(cast, alma, at):
    load()
    left = started(alma)
    fresh_from = DUE + timedelta(hours=6)
    Job.objects.all().delete()
    at(fresh_from)
    fresh = started(cast.user("kofi"))
    tasks.hand_in_leftovers()
    left.refresh_from_db()
    fresh.refresh_from_db()
    assert (left.ended, fresh.submitted_at) == ("time", None)


def test_the_job_says_nothing_about_an_attempt_that_was_handed_in(alma, at):
    load()
    attempt = started(alma)
    hand_in(alma, attempt, "b")
    at(CLOSED)
    assert hand_in_overdue(attempt_uuid=attempt.uuid) is False
    drain()
    attempt.refresh_from_db()
    assert (attempt.ended, attempt.submitted_at) == ("learner", START)


def test_starting_again_hands_in_what_is_out_of_time_first(alma, at):
    load()
    first = started(alma)
    at(CLOSED)
    second = started(alma)
    first.refresh_from_db()
    assert (first.ended, second.number, second.due_at) == (
        "time",
        2,
        CLOSED + timedelta(minutes=30),
    )


def test_an_attempt_out_of_time_stays_handed_in_when_the_next_may_not_start(alma, at):
    load(attempts=1)
    first = started(alma)
    at(CLOSED)
    with pytest.raises(NoAttemptsLeft):
        started(alma)
    first.refresh_from_db()
    assert first.ended == "time"


# --- waiting --------------------------------------------------------------------------------
def test_a_failed_attempt_makes_the_next_one_wait_and_says_until_when(alma, at):
    load(wait=24, limit=None)
    hand_in(alma, started(alma), "a")
    with pytest.raises(MayNotStart) as shut:
        started(alma)
    opens_at = START + timedelta(hours=24)
    assert (shut.value.entry.gate, shut.value.entry.opens_at) == (Gate.WAIT, opens_at)
    at(opens_at - SECOND)
    with pytest.raises(MayNotStart):
        started(alma)
    at(opens_at)
    assert started(alma).number == 2


def test_the_wait_after_time_was_up_is_counted_from_the_deadline(alma, at):
    load(wait=1)
    started(alma)
    at(DUE + timedelta(hours=1))
    assert started(alma).number == 2


def test_who_has_passed_does_not_wait_for_practice(alma):
    load(wait=24, limit=None)
    hand_in(alma, started(alma), "b")
    assert started(alma).number == 2


def test_an_unlock_is_good_for_one_attempt(cast, alma, at):
    load(attempts=1, limit=None)
    hand_in(alma, started(alma), "a")
    at(START + SECOND)
    unlock = {
        "quiz": Quiz.objects.get(),
        "reason": "Ill that day",
        "granted_by": cast.user("samir"),
    }
    Unlock.objects.create(person=cast.person("kofi"), **unlock)
    with pytest.raises(NoAttemptsLeft):
        started(alma)
    for _ in range(2):
        Unlock.objects.create(person=cast.person("alma"), **unlock)
    at(START + 2 * SECOND)
    second = started(alma)
    hand_in(alma, second, "a")
    with pytest.raises(NoAttemptsLeft):
        started(alma)
    assert second.number == 2
