"""Loading quizzes, and attempts from the first click to the grade."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from courses.assessment import access, queries
from courses.assessment import integrity as assessment_integrity
from courses.assessment.bank import FaultyQuiz
from courses.assessment.models import Attempt, Question, Quiz, Response
from courses.assessment.operations import (
    HIGHEST_SEQUENCE,
    Answer,
    AttemptClosed,
    NewerAnswers,
    NoAttemptsLeft,
    NoLearnerRecord,
    NoSuchQuiz,
    NotAllAnswered,
    UnknownAnswer,
    load_quiz,
    save_answers,
    start_attempt,
    submit,
)
from courses.learning.models import LearningEvent
from lms.kit import clock
from tests.cast import make_cast, make_user

from .making import question, quiz_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def alma(cast):
    return cast.user("alma")


def load(count=3, version="2026.1", **changes):
    return load_quiz(course_key="mrss-101", version=version, data=quiz_data(count, **changes))


def started(user):
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    return Attempt.objects.get(uuid=uuid)


def answers(attempt, choices, sequence=None):
    """Answer the shown questions in order; "b" is right, None leaves one out."""
    return [
        Answer(row["question"], choice, sequence)
        for row, choice in zip(attempt.shown, choices, strict=False)
        if choice
    ]


def chosen(attempt):
    rows = {r.question_id: r.value for r in Response.objects.filter(attempt=attempt)}
    return [rows.get(row["question"]) for row in attempt.shown]


def hand_in(user, attempt, choices, confirmed=False):
    return submit(
        user_id=user.pk,
        attempt_uuid=attempt.uuid,
        answers=answers(attempt, choices),
        confirmed=confirmed,
    )


# --- loading --------------------------------------------------------------------------------
def test_loading_twice_changes_nothing():
    assert (load().added, Question.objects.count()) == (3, 3)
    again = load()
    assert (again.quiz_changed, again.added, again.revised, again.retired) == (False, 0, 0, 0)
    assert Question.objects.count() == 3


def test_a_changed_question_is_a_new_revision_and_a_removed_one_is_retired():
    load()
    changed = [question(1), question(2, stem="What helps now?"), question(4)]
    report = load(questions=changed)
    assert (report.added, report.revised, report.retired) == (1, 1, 1)
    live = Question.objects.filter(retired_at=None).order_by("key").values_list("key", "revision")
    assert list(live) == [("q01", 1), ("q02", 2), ("q04", 1)]
    assert Question.objects.count() == 5


def test_a_question_that_comes_back_is_a_new_revision():
    load()
    load(draw=2, questions=[question(1), question(2)])
    load()
    live = Question.objects.get(key="q03", retired_at=None)
    assert live.revision == 2


def test_a_faulty_file_changes_nothing():
    load()
    with pytest.raises(FaultyQuiz):
        load(draw=9)
    assert Quiz.objects.get().draw == 3


# --- starting -------------------------------------------------------------------------------
def test_a_second_start_returns_the_same_attempt(alma):
    load()
    assert started(alma).pk == started(alma).pk
    assert Attempt.objects.count() == 1


def test_an_attempt_keeps_what_it_showed_when_the_bank_changes(alma):
    load()
    attempt = started(alma)
    before = attempt.shown
    load(questions=[question(n, stem=f"New {n}?") for n in (1, 2, 3)], pass_percent=100)
    attempt.refresh_from_db()
    assert attempt.shown == before
    assert attempt.rules == {"pass_percent": 80, "version": "2026.1"}
    stems = {str(q.stem) for q in queries.paper(Attempt.objects.get()).questions}
    assert stems == {f"What helps most in story {n}?" for n in (1, 2, 3)}
    assert hand_in(alma, attempt, ["b", "b", "b"]).passed


def test_a_draw_shows_only_as_many_as_the_quiz_says(alma):
    load(6, draw=4)
    attempt = started(alma)
    assert len({row["question"] for row in attempt.shown}) == 4


def test_attempts_are_counted_by_the_server(alma):
    load(attempts=2)
    for _ in range(2):
        hand_in(alma, started(alma), ["a", "a", "a"])
    with pytest.raises(NoAttemptsLeft):
        started(alma)
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_an_account_without_a_person_cannot_start():
    load()
    with pytest.raises(NoLearnerRecord):
        started(make_user("nobody@example.org"))


def test_an_unknown_quiz_and_an_empty_bank_cannot_be_started(alma):
    with pytest.raises(NoSuchQuiz):
        started(alma)
    load()
    Question.objects.update(retired_at="2026-01-01T00:00Z")
    with pytest.raises(NoSuchQuiz):
        started(alma)


# --- saving ---------------------------------------------------------------------------------
def save(user, attempt, choices, sequence=None):
    return save_answers(
        user_id=user.pk,
        attempt_uuid=attempt.uuid,
        answers=answers(attempt, choices, sequence),
    )


def test_an_older_answer_never_overwrites_a_newer_one(alma):
    load()
    attempt = started(alma)
    assert not save(alma, attempt, ["a"], sequence=20).newer_kept
    assert save(alma, attempt, ["c"], sequence=19).newer_kept
    assert chosen(attempt) == ["a", None, None]
    assert not save(alma, attempt, ["b"], sequence=21).newer_kept
    assert chosen(attempt) == ["b", None, None]


def test_the_same_answer_sent_again_is_one_answer(alma):
    load()
    attempt = started(alma)
    for _ in range(3):
        assert not save(alma, attempt, ["a", "b"], sequence=5).newer_kept
    assert Response.objects.filter(attempt=attempt).count() == 2


def test_of_two_answers_in_one_batch_the_newer_counts_whatever_their_order(alma):
    load()
    attempt = started(alma)
    [new], [old] = answers(attempt, ["c"], 8), answers(attempt, ["a"], 7)
    save_answers(user_id=alma.pk, attempt_uuid=attempt.uuid, answers=[new, old])
    assert chosen(attempt)[0] == "c"


def test_an_answer_without_a_sequence_is_the_newest(alma):
    load()
    attempt = started(alma)
    save(alma, attempt, ["a"], sequence=900)
    save(alma, attempt, ["b"])
    assert chosen(attempt)[0] == "b"
    save(alma, attempt, ["c"], sequence=900)
    assert chosen(attempt)[0] == "b"


@pytest.mark.parametrize(
    ("choice", "sequence"), [("z", 1), (["a"], 1), ("a", -1), ("a", HIGHEST_SEQUENCE + 1)]
)
def test_what_was_not_shown_is_refused_and_nothing_is_saved(alma, choice, sequence):
    load()
    attempt = started(alma)
    first, second = (row["question"] for row in attempt.shown[:2])
    with pytest.raises(UnknownAnswer):
        save_answers(
            user_id=alma.pk,
            attempt_uuid=attempt.uuid,
            answers=[Answer(first, "a", 1), Answer(second, choice, sequence)],
        )
    assert not Response.objects.exists()


def test_a_question_of_the_bank_that_was_not_drawn_is_refused(alma):
    load(2, draw=1)
    attempt = started(alma)
    other = Question.objects.exclude(pk=attempt.shown[0]["question"]).get()
    with pytest.raises(UnknownAnswer):
        save_answers(user_id=alma.pk, attempt_uuid=attempt.uuid, answers=[Answer(other.pk, "a", 1)])


def test_nobody_saves_or_submits_for_somebody_else(cast, alma):
    load()
    attempt = started(alma)
    for act in (save, hand_in):
        with pytest.raises(queries.NoSuchAttempt):
            act(cast.user("bo"), attempt, ["b", "b", "b"])
    assert not Response.objects.exists()


def test_the_access_pair_agrees_on_the_whole_cast(cast, alma):
    load()
    started(alma)
    started(cast.user("bo"))
    for key in cast.people:
        user_id = cast.user(key).pk
        listed = set(Attempt.objects.filter(access.takeable(user_id=user_id)))
        asked = {a for a in Attempt.objects.all() if access.may_take(user_id=user_id, attempt=a)}
        assert listed == asked
        assert len(listed) == (1 if key in ("alma", "bo") else 0)


# --- submitting -----------------------------------------------------------------------------
def test_a_pass_is_graded_on_the_server_and_written_to_the_ledger(cast, alma):
    load()
    attempt = hand_in(alma, started(alma), ["b", "b", "b"])
    assert (attempt.score, attempt.passed) == (Decimal("100.00"), True)
    event = LearningEvent.objects.get(kind="quiz")
    assert (event.person, event.subject, event.score, event.passed, event.content_revision) == (
        cast.person("alma"),
        "quiz:tiny-check",
        Decimal("100.00"),
        True,
        "2026.1",
    )
    assert event.occurred_at == Attempt.objects.get().submitted_at
    assert event.detail == {"attempt": 1, "correct": 3, "of": 3}


def test_a_fail_is_written_too_and_does_not_pass(alma):
    load()
    attempt = hand_in(alma, started(alma), ["b", "b", "a"])
    assert (attempt.score, attempt.passed) == (Decimal("66.67"), False)
    event = LearningEvent.objects.get()
    assert (event.kind, event.passed, event.score) == ("quiz", False, Decimal("66.67"))


def test_missing_answers_are_asked_about_once_and_nothing_is_lost(alma):
    load()
    attempt = started(alma)
    with pytest.raises(NotAllAnswered):
        hand_in(alma, attempt, ["b", None, "b"])
    assert chosen(attempt) == ["b", None, "b"]
    assert not LearningEvent.objects.exists()
    graded = hand_in(alma, attempt, [], confirmed=True)
    assert (graded.score, graded.passed) == (Decimal("66.67"), False)


def test_submitting_twice_is_one_grade_and_one_fact(alma):
    load()
    attempt = started(alma)
    first = hand_in(alma, attempt, ["b", "b", "b"])
    again = hand_in(alma, attempt, ["a", "a", "a"])
    assert (again.score, again.submitted_at) == (first.score, first.submitted_at)
    assert chosen(attempt) == ["b", "b", "b"]
    assert LearningEvent.objects.filter(kind="quiz").count() == 1


def test_an_old_form_does_not_overwrite_or_grade_newer_answers(alma):
    load()
    attempt = started(alma)
    save(alma, attempt, ["b", "b", "b"], sequence=50)
    with pytest.raises(NewerAnswers):
        submit(
            user_id=alma.pk,
            attempt_uuid=attempt.uuid,
            answers=answers(attempt, ["a", "b", "b"], 40),
            confirmed=True,
        )
    assert chosen(attempt) == ["b", "b", "b"]
    assert not LearningEvent.objects.exists()


def test_after_submission_nothing_can_be_saved(alma):
    load()
    attempt = started(alma)
    hand_in(alma, attempt, ["b", "b", "b"])
    with pytest.raises(AttemptClosed):
        save(alma, attempt, ["a"], sequence=99)
    assert chosen(attempt) == ["b", "b", "b"]


def test_the_database_itself_keeps_a_submitted_attempt(alma):
    load()
    attempt = hand_in(alma, started(alma), ["b", "b", "b"])
    changes = [
        lambda: Attempt.objects.filter(pk=attempt.pk).update(score=1),
        lambda: Response.objects.filter(attempt=attempt).update(value="a"),
        lambda: Response.objects.filter(attempt=attempt).delete(),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_an_open_attempt_has_no_result(alma):
    load()
    with pytest.raises(ValueError, match="no result"):
        queries.result(started(alma))


def test_an_attempt_that_is_not_there_is_named(alma):
    with pytest.raises(queries.NoSuchAttempt):
        submit(user_id=alma.pk, attempt_uuid=uuid4(), answers=[], confirmed=True)


# --- critical questions ---------------------------------------------------------------------
def load_critical(critical=1, count=10, **changes):
    """Load a bank whose first question is critical, from which all are asked."""
    rows = [question(n, critical=n <= critical) for n in range(1, count + 1)]
    return load(count, questions=rows, critical_draw=critical, **changes)


def critical_of(attempt):
    keys = Question.objects.filter(critical=True).values_list("pk", flat=True)
    return [row["question"] for row in attempt.shown if row["question"] in set(keys)]


def missing_one(attempt, missed):
    """Answer every question right but one."""
    return ["a" if row["question"] == missed else "b" for row in attempt.shown]


def regraded():
    [found] = [c for c in assessment_integrity.integrity() if c.name == "attempts-regrade"]
    return found


def test_an_attempt_freezes_which_of_its_questions_are_critical(alma):
    load_critical(critical=2, count=6, draw=4)
    one = [
        {"bank": "tiny-check", "draw": 3, "critical": False},
        {"bank": "tiny-check", "draw": 1, "critical": True},
    ]
    Quiz.objects.update(pools=one)
    attempt = started(alma)
    [critical] = critical_of(attempt)
    assert attempt.rules == {"pass_percent": 80, "version": "2026.1", "critical": [critical]}


def test_a_missed_critical_question_fails_at_ninety_per_cent_and_the_ledger_says_so(alma):
    load_critical()
    attempt = started(alma)
    [critical] = critical_of(attempt)
    attempt = hand_in(alma, attempt, missing_one(attempt, critical))
    assert (attempt.score, attempt.passed) == (Decimal("90.00"), False)
    event = LearningEvent.objects.get()
    assert (event.kind, event.passed, event.score) == ("quiz", False, Decimal("90.00"))
    assert event.detail == {"attempt": 1, "correct": 9, "of": 10, "critical_missed": 1}
    assert regraded().ok


def test_another_question_missed_passes(alma):
    load_critical()
    attempt = started(alma)
    [critical] = critical_of(attempt)
    other = next(row["question"] for row in attempt.shown if row["question"] != critical)
    attempt = hand_in(alma, attempt, missing_one(attempt, other))
    assert (attempt.score, attempt.passed) == (Decimal("90.00"), True)
    assert LearningEvent.objects.get(kind="quiz").detail == {"attempt": 1, "correct": 9, "of": 10}
    assert regraded().ok


def test_what_becomes_critical_later_fails_nobody_who_has_begun(alma):
    load(10)
    attempt = started(alma)
    load_critical()
    first = Question.objects.get(key="q01", revision=1).pk
    attempt = hand_in(alma, attempt, missing_one(attempt, first))
    assert ("critical" in attempt.rules, attempt.passed) == (False, True)
    assert queries.result(attempt).critical_missed == 0
    assert regraded().ok


def test_what_is_not_critical_any_more_stays_so_for_who_has_begun(alma):
    load_critical()
    attempt = started(alma)
    [critical] = critical_of(attempt)
    load(10)
    assert not hand_in(alma, attempt, missing_one(attempt, critical)).passed
    assert regraded().ok


def test_the_result_counts_the_critical_questions_that_were_missed(alma):
    load_critical(critical=2)
    attempt = started(alma)
    _first, second = critical_of(attempt)
    result = queries.result(hand_in(alma, attempt, missing_one(attempt, second)))
    assert (result.critical_missed, result.passed, result.correct) == (1, False, 9)
    assert sum(each.critical for each in result.questions) == 2


def test_integrity_finds_a_pass_that_a_critical_question_forbids(alma):
    load_critical()
    attempt = started(alma)
    [critical] = critical_of(attempt)
    save(alma, attempt, missing_one(attempt, critical))
    Attempt.objects.update(submitted_at=clock.now(), score=90, passed=True)
    assert regraded().problems == (f"attempt {attempt.uuid}: stored 90.00, graded 90.00",)


def test_a_question_that_becomes_critical_is_a_new_revision():
    load(10)
    report = load_critical()
    assert (report.added, report.revised, report.retired) == (0, 1, 0)
    live = Question.objects.filter(retired_at=None).order_by("key")
    assert [(q.key, q.revision) for q in live if q.critical] == [("q01", 2)]
    assert load_critical().revised == 0
