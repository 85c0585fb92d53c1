"""Mended questions among attempts of every state, versions of every kind and facts taken back."""

from datetime import timedelta
from decimal import Decimal

from courses import public
from courses.assessment.models import Attempt, Question, Regrade
from courses.assessment.operations import (
    Answer,
    load_quiz,
    mark_answer,
    start_attempt,
    submit,
)
from courses.assessment.queries.regrading import rehearse
from courses.learning.models import LearningEvent
from courses.publishing.operations import retire
from lms.kit import clock
from lms.public import today
from tests.courses.assessment.kinds import every_kind
from tests.courses.assessment.making import load_tiny_course, question, quiz_data
from tests.courses.assessment.regrades import (
    COUNT,
    decide,
    load,
    mend,
    pair,
    read_lesson,
    take,
)

COURSE = "course:tiny"
QUIZ = "quiz:tiny-check"
LESSON = "lesson:tiny-only/lesson-1"


def standing(cast, key, *subjects):
    """Return what stands of somebody: (subject, version, score, passed, hours), oldest first."""
    rows = public.evidence_for(person_ids=[cast.person(key).pk])
    return [
        (r.subject, r.content_revision, r.score, r.passed, r.hours)
        for r in rows
        if r.subject in subjects
    ]


def hours(cast, key):
    rows = public.evidence_for(person_ids=[cast.person(key).pk])
    return sum((row.hours for row in rows), Decimal(0))


# --- attempts in every state ----------------------------------------------------------------
def test_who_was_still_writing_when_a_question_was_mended_comes_on_the_list_after_handing_in(
    tmp_path, cast, samir
):
    load(tmp_path)
    take(cast.user("alma"), q01="c", q02="a")
    open_one = start_attempt(user_id=cast.user("kofi").pk, quiz_key="tiny-check")
    before, after = mend(q01="c")
    assert decide(samir, before, after, "all").changed == 1
    assert rehearse(before=before, after=after).flips == ()
    shown = {row["question"] for row in Attempt.objects.get(uuid=open_one).shown}
    assert before.pk in shown and after.pk not in shown
    keys = dict(Question.objects.values_list("pk", "key"))
    answers = [Answer(pk, "c" if keys[pk] in ("q01", "q02") else "b") for pk in shown]
    submit(user_id=cast.user("kofi").pk, attempt_uuid=open_one, answers=answers, confirmed=True)
    [flip] = rehearse(before=before, after=after).flips
    assert (flip.person_id, flip.before.score, flip.after.score) == (
        cast.person("kofi").pk,
        Decimal("60.00"),
        Decimal("80.00"),
    )
    assert decide(samir, before, after, "all").changed == 1
    assert standing(cast, "kofi", QUIZ) == [(QUIZ, "1", Decimal("80.00"), True, 0)]


def test_words_that_wait_for_a_mark_come_on_the_list_with_their_last_mark(cast, samir):
    single = question(1)
    essay = every_kind()["essay"] | {"id": "essay"}
    data = quiz_data(1, draw=2, questions=[single, essay], pass_percent=60)
    load_quiz(course_key="mrss-101", version="1", data=data)
    uuid = start_attempt(user_id=cast.user("alma").pk, quiz_key="tiny-check")
    kinds = dict(Question.objects.values_list("pk", "kind"))
    shown = [row["question"] for row in Attempt.objects.get(uuid=uuid).shown]
    answers = [Answer(pk, "Sit down." if kinds[pk] == "essay" else "c") for pk in shown]
    submit(user_id=cast.user("alma").pk, attempt_uuid=uuid, answers=answers, confirmed=True)
    rows = [question(1, options=[o | {"correct": o["id"] == "c"} for o in single["options"]])]
    load_quiz(course_key="mrss-101", version="1", data=data | {"questions": [*rows, essay]})
    before, after = pair("q01")
    assert rehearse(before=before, after=after).flips == ()
    mark_answer(
        user_id=samir.pk,
        attempt_uuid=uuid,
        question_id=next(pk for pk in shown if kinds[pk] == "essay"),
        criteria={"plan": 2, "words": 1},
        words="",
    )
    # Three of four points of the essay and none of the choice, of five: it was graded as shown.
    assert Attempt.objects.get().score == Decimal("60.00")
    [flip] = rehearse(before=before, after=after).flips
    assert (flip.after.score, flip.after.passed) == (Decimal("80.00"), True)


def test_one_result_taken_back_by_hand_keeps_nobody_else_from_being_graded_again(
    tmp_path, cast, samir
):
    load(tmp_path)
    take(cast.user("alma"), q01="c", q02="a")
    take(cast.user("kofi"), q01="c", q02="a")
    [fact] = public.evidence_for(person_ids=[cast.person("alma").pk])
    public.reverse(evidence_id=fact.id, actor_id=None, reason="Taken by somebody else.")
    before, after = mend(q01="c")
    found = rehearse(before=before, after=after)
    assert [flip.person_id for flip in found.flips] == [cast.person("kofi").pk]
    assert decide(samir, before, after, "all").changed == 1
    assert standing(cast, "kofi", QUIZ) == [(QUIZ, "1", Decimal("80.00"), True, 0)]
    assert standing(cast, "alma", QUIZ) == []


def test_there_and_back_again_leaves_every_total_as_it_was(tmp_path, cast, samir):
    load(tmp_path)
    read_lesson(cast, "alma")
    take(cast.user("alma"), q01="c")
    was = standing(cast, "alma", QUIZ, COURSE, LESSON)
    first, second = mend(q01="c")
    decide(samir, first, second, "all")
    second, third = mend(q01="b")
    # What counts is read by the newest decision: from the first revision to the third.
    assert rehearse(before=second, after=third).flips == ()
    decide(samir, first, third, "all")
    assert standing(cast, "alma", QUIZ, COURSE, LESSON) == was
    assert hours(cast, "alma") == Decimal("0.20")
    assert Regrade.objects.count() == 2


# --- what rests on a pass -------------------------------------------------------------------
def test_a_top_up_does_not_outlive_the_finish_that_it_topped_up(
    tmp_path, cast, samir, edit, release, finish
):
    load(tmp_path)
    read_lesson(cast, "kofi")
    take(cast.user("kofi"), q02="a")
    edit(1, title="In better words")
    label = release("top_up", LESSON)
    finish("kofi", 1)
    assert [row[:2] for row in standing(cast, "kofi", COURSE)] == [(COURSE, "1"), (COURSE, label)]
    before, after = mend(q01="c")
    decide(samir, before, after, "all")
    # Nobody who never passed the quiz has finished the course.
    assert standing(cast, "kofi", COURSE) == []
    assert public.progress(person_id=cast.person("kofi").pk, course_key="tiny").finished_at is None
    take(cast.user("kofi"), q01="c")
    assert [row[:2] for row in standing(cast, "kofi", COURSE)] == [(COURSE, label)]
    assert hours(cast, "kofi") == Decimal("0.20")


def test_after_a_redo_only_what_was_passed_since_is_the_score(
    tmp_path, cast, samir, edit, release, finish
):
    load_tiny_course(tmp_path, quiz_data(COUNT, pass_percent=60))
    read_lesson(cast, "kofi")
    take(cast.user("kofi"))
    edit(1, title="In quite other words")
    label = release("redo", redo_from=today())
    finish("kofi", 1)
    take(cast.user("kofi"), q01="c", q02="c")
    assert [row[1:3] for row in standing(cast, "kofi", COURSE)] == [
        ("1", Decimal("100.00")),
        (label, Decimal("60.00")),
    ]
    decide(samir, *mend(q01="c"), "raise")
    assert [row[1:3] for row in standing(cast, "kofi", COURSE)] == [
        ("1", Decimal("100.00")),
        (label, Decimal("80.00")),
    ]


def test_a_pass_by_a_mended_key_finishes_a_course_that_closed_after_it_was_earned(
    tmp_path, cast, samir, time_machine
):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    load(tmp_path)
    read_lesson(cast, "alma")
    time_machine.move_to(start + timedelta(hours=1), tick=False)
    take(cast.user("alma"), q01="c", q02="a")
    retire(slug="tiny", closes_on=today(), reason="A better one is there.", actor_id=samir.pk)
    time_machine.move_to(start + timedelta(days=40), tick=False)
    decide(samir, *mend(q01="c"), "all")
    assert [row[:3] for row in standing(cast, "alma", QUIZ, COURSE)] == [
        (QUIZ, "1", Decimal("80.00")),
        (COURSE, "1", Decimal("80.00")),
    ]
    course = LearningEvent.objects.get(kind="course")
    assert course.occurred_at == start + timedelta(hours=1)
