"""Mending a used question: whose result changes, and how the ledger follows."""

import random
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment import integrity, items, queries, regrading, scoring
from courses.assessment.models import Attempt, Question, Regrade, RegradedAttempt
from courses.assessment.operations import start_attempt
from courses.assessment.operations.regrading import (
    ListChanged,
    NoReason,
    NotComparable,
    NothingToDecide,
)
from courses.assessment.queries.regrading import NoSuchQuestion, rehearse
from courses.assessment.queries.results import with_results
from courses.assessment.regrading import Choice, Flip, Outcome
from courses.learning.models import LearningEvent
from courses.public import evidence_for, progress, reverse
from lms.audit.models import AuditEntry
from lms.notices.models import Notice
from tests.cast import make_cast

from .regrades import decide, load, mend, pair, read_lesson, take

pytestmark = pytest.mark.django_db
COURSE = "course:tiny"
QUIZ = "quiz:tiny-check"


@pytest.fixture
def cast(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    load(tmp_path)
    return make_cast()


@pytest.fixture
def samir(cast):
    return cast.user("samir")


def facts(cast, key, *subjects):
    """Return what stands of somebody: (subject, score, passed), oldest first."""
    rows = evidence_for(person_ids=[cast.person(key).pk])
    return [(r.subject, r.score, r.passed) for r in rows if not subjects or r.subject in subjects]


def results():
    """Return who has which result now."""
    rows = with_results(Attempt.objects.all()).order_by("pk")
    return {row.person.email.partition("@")[0]: (row.result, row.counts) for row in rows}


def sound():
    """Return what the checks of the stored data find: nothing."""
    return [fault for each in integrity.integrity() for fault in each.problems]


# --- what changes ---------------------------------------------------------------------------
def test_a_fail_becomes_a_pass_and_the_course_is_finished_with_it(cast, samir):
    attempt = take(cast.user("alma"), q01="c", q02="a")
    read_lesson(cast, "alma")
    assert (attempt.score, attempt.passed) == (Decimal("60.00"), False)
    before, after = mend(q01="c")
    done = decide(samir, before, after, "raise")
    assert (done.changed, done.new) == (1, True)
    assert results() == {"alma": (Decimal("80.00"), True)}
    stored = Attempt.objects.get()
    assert (stored.score, stored.passed) == (Decimal("60.00"), False)
    assert facts(cast, "alma", QUIZ, COURSE) == [
        (QUIZ, Decimal("80.00"), True),
        (COURSE, Decimal("80.00"), True),
    ]
    old, new = LearningEvent.objects.filter(subject=QUIZ, kind="quiz").order_by("pk")
    assert old.reversed_by.detail["reason"] == "q01: The key was wrong."
    assert new.occurred_at == old.occurred_at == attempt.submitted_at
    assert RegradedAttempt.objects.get().evidence == new.uuid
    lesson = LearningEvent.objects.get(kind="lesson")
    # The course was finished when the last of its parts was done, which was the lesson.
    assert LearningEvent.objects.get(kind="course").occurred_at == lesson.occurred_at
    assert progress(person_id=cast.person("alma").pk, course_key="tiny").left == 0
    assert sound() == []


def test_a_pass_is_kept_under_raise_and_lost_under_all_with_what_rested_on_it(cast, samir):
    read_lesson(cast, "kofi")
    take(cast.user("kofi"), q02="a")
    assert facts(cast, "kofi", COURSE) == [(COURSE, Decimal("80.00"), True)]
    before, after = mend(q01="c")
    assert decide(samir, before, after, "raise").changed == 0
    assert results() == {"kofi": (Decimal("80.00"), True)}
    assert decide(samir, before, after, "all").changed == 1
    assert results() == {"kofi": (Decimal("60.00"), False)}
    assert facts(cast, "kofi", QUIZ, COURSE) == [(QUIZ, Decimal("60.00"), False)]
    assert sound() == []
    # Passing it anew finishes the course anew, and its hours are given once.
    take(cast.user("kofi"), q01="c")
    assert facts(cast, "kofi", COURSE) == [(COURSE, Decimal("100.00"), True)]
    rows = evidence_for(person_ids=[cast.person("kofi").pk])
    assert sum(row.hours for row in rows) == Decimal("0.20")


def test_a_lost_pass_before_a_later_one_moves_the_finish_to_the_later_one(cast, samir):
    read_lesson(cast, "kofi")
    take(cast.user("kofi"), q02="a")
    before, after = mend(q01="c")
    later = take(cast.user("kofi"), q01="c", q02="a", q03="b")
    assert facts(cast, "kofi", COURSE) == [(COURSE, Decimal("80.00"), True)]
    decide(samir, before, after, "all")
    assert facts(cast, "kofi", QUIZ, COURSE) == [
        (QUIZ, Decimal("60.00"), False),
        (QUIZ, Decimal("80.00"), True),
        (COURSE, Decimal("80.00"), True),
    ]
    [finish] = [r for r in evidence_for(person_ids=[cast.person("kofi").pk]) if r.kind == "course"]
    assert finish.occurred_at == later.submitted_at
    assert sound() == []


def test_another_score_of_a_pass_is_the_score_of_the_finished_course(cast, samir):
    read_lesson(cast, "alma")
    take(cast.user("alma"), q01="c")
    was = evidence_for(person_ids=[cast.person("alma").pk])
    before, after = mend(q01="c")
    decide(samir, before, after, "all")
    assert facts(cast, "alma", QUIZ, COURSE) == [
        (QUIZ, Decimal("100.00"), True),
        (COURSE, Decimal("100.00"), True),
    ]
    now = evidence_for(person_ids=[cast.person("alma").pk])
    assert [(r.kind, r.subject, r.hours, r.occurred_at) for r in now] == [
        (r.kind, r.subject, r.hours, r.occurred_at) for r in was
    ]


def test_none_leaves_everything_and_keeps_the_decision(cast, samir):
    take(cast.user("alma"), q01="c", q02="a")
    before, after = mend(q01="c")
    told = list(LearningEvent.objects.values())
    done = decide(samir, before, after, "none")
    assert (done.changed, results()) == (0, {"alma": (Decimal("60.00"), False)})
    assert list(LearningEvent.objects.values()) == told and not Notice.objects.exists()
    row = Regrade.objects.get()
    assert (row.choice, row.reason, row.actor) == ("none", "The key was wrong.", samir)
    entry = AuditEntry.objects.get(action="regrade")
    assert entry.subject == "tiny-check/q01"
    assert (entry.detail["choice"], entry.detail["would_change"], entry.detail["changed"]) == (
        "none",
        1,
        0,
    )


def test_each_learner_whose_result_changes_is_told_both_results_and_why(cast, samir):
    take(cast.user("alma"), q01="c", q02="a")
    take(cast.user("kofi"), q02="a")
    take(cast.user("teo"), q02="a", q01="a")
    before, after = mend(q01="c")
    decide(samir, before, after, "all")
    notices = {each.address: each.body for each in Notice.objects.filter(kind="regrade")}
    assert set(notices) == {"alma@example.org", "kofi@example.org"}
    for words in ("was 60", "is 80", "You have passed it now.", "Why: The key was wrong."):
        assert words in notices["alma@example.org"]
    for words in ("was 80", "is 60", "not passed any more"):
        assert words in notices["kofi@example.org"]


def test_a_question_may_be_mended_twice_and_two_in_one_attempt(cast, samir):
    take(cast.user("alma"), q01="c", q02="a", q03="a")
    assert decide(samir, *mend(q01="c"), "raise").changed == 1
    assert decide(samir, *mend(q02="a"), "raise").changed == 1
    assert results() == {"alma": (Decimal("80.00"), True)}
    # The third revision of the first question is wrong for her again; her first one is meant.
    mend(q01="a")
    first, newest = pair("q01", first=1)
    assert decide(samir, first, newest, "all").changed == 1
    assert results() == {"alma": (Decimal("60.00"), False)}
    steps = RegradedAttempt.objects.order_by("pk").values_list("score_before", "score_after")
    assert list(steps) == [(40, 60), (60, 80), (80, 60)]
    assert len(facts(cast, "alma", QUIZ)) == 1 and sound() == []


def test_points_and_pass_mark_stay_what_was_promised(cast, samir):
    take(cast.user("alma"), q01="c")
    before, after = mend(q01="c")
    Question.objects.filter(pk=after.pk).update(points=50, critical=True)
    [flip] = rehearse(before=before, after=Question.objects.get(pk=after.pk)).flips
    assert (flip.before.score, flip.after.score) == (Decimal("80.00"), Decimal("100.00"))


def test_only_graded_answers_to_that_revision_are_meant(cast, samir):
    take(cast.user("alma"), q01=None, q02="b")
    start_attempt(user_id=cast.user("teo").pk, quiz_key="tiny-check")
    before, after = mend(q01="c")
    take(cast.user("kofi"), q01="b")
    found = rehearse(before=before, after=after)
    assert (found.flips, found.answered) == ((), 0)


def test_the_records_of_one_human_stay_one_human(cast, samir):
    cast.add_person("almita", "Alma", "Reyez")
    read_lesson(cast, "alma")
    take(cast.user("almita"), q01="c", q02="a")
    double = cast.person("almita")
    double.merged_into = cast.person("alma")
    double.save(update_fields=["merged_into"])
    before, after = mend(q01="c")
    [flip] = rehearse(before=before, after=after).flips
    assert flip.person_id == cast.person("alma").pk
    decide(samir, before, after, "raise")
    assert facts(cast, "alma", COURSE) == [(COURSE, Decimal("80.00"), True)]
    assert Notice.objects.get(kind="regrade").address == "alma@example.org"


# --- once, together, by whom ----------------------------------------------------------------
def test_the_same_form_sent_twice_is_one_decision(cast, samir):
    take(cast.user("alma"), q01="c", q02="a")
    before, after = mend(q01="c")
    key = uuid4()
    seen = rehearse(before=before, after=after).digest
    first = decide(samir, before, after, "raise", form_key=key, seen=seen)
    told = LearningEvent.objects.count()
    again = decide(samir, before, after, "raise", form_key=key, seen=seen)
    assert (first.new, again.new, again.changed) == (True, False, 1)
    assert Regrade.objects.count() == RegradedAttempt.objects.count() == 1
    assert LearningEvent.objects.count() == told and Notice.objects.count() == 1
    with pytest.raises(NothingToDecide):
        decide(samir, before, after, "raise")


def test_who_has_looked_at_another_list_is_asked_again(cast, samir):
    take(cast.user("alma"), q01="c", q02="a")
    before, after = mend(q01="c")
    seen = rehearse(before=before, after=after).digest
    take_old(cast, "teo", before)
    with pytest.raises(ListChanged):
        decide(samir, before, after, "all", seen=seen)
    assert not Regrade.objects.exists() and len(results()) == 2


def take_old(cast, key, before):
    """Let somebody hand in an attempt that had begun before the question was mended."""
    Question.objects.filter(key="q01", retired_at=None).update(retired_at=before.recorded_at)
    Question.objects.filter(pk=before.pk).update(retired_at=None)
    take(cast.user(key), q01="c")


@pytest.mark.parametrize("who", ["bo", "renata", "dee", "alma", "ines"])
def test_only_an_editor_of_the_curriculum_decides(cast, who):
    take(cast.user("alma"), q01="c")
    before, after = mend(q01="c")
    with pytest.raises(PermissionDenied):
        decide(cast.user(who), before, after, "all")
    assert not Regrade.objects.exists()


def test_nobody_decides_about_their_own_result(cast, samir):
    cast.add_person("edda", "Edda", "Example")
    cast.give_duty("edda", "curriculum_editor", "high-desert")
    take(samir, q01="c", q02="c")
    before, after = mend(q01="c")
    mine = results()["samir"]
    with pytest.raises(NothingToDecide):
        decide(samir, before, after, "all")
    assert (results()["samir"], Regrade.objects.count()) == (mine, 0)
    assert decide(cast.user("edda"), before, after, "raise").changed == 1
    assert results()["samir"] != mine


def test_what_an_editor_decides_for_others_leaves_their_own_result_alone(cast, samir):
    take(samir, q01="c", q02="c")
    take(cast.user("alma"), q01="c", q02="c")
    before, after = mend(q01="c")
    assert (mine := results())["samir"] == mine["alma"]
    assert decide(samir, before, after, "all").changed == 1
    now = results()
    assert now["samir"] == mine["samir"] and now["alma"] != mine["alma"]


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_a_decision_has_a_reason(cast, samir, reason):
    take(cast.user("alma"), q01="c")
    with pytest.raises(NoReason):
        decide(samir, *mend(q01="c"), "all", reason=reason)


def test_only_revisions_of_one_question_with_the_same_answers_are_compared(cast, samir):
    take(cast.user("alma"), q01="c")
    before, after = mend(q01="c")
    other = Question.objects.filter(key="q02").get()
    with pytest.raises(NotComparable):
        decide(samir, before, other, "all")
    with pytest.raises(NotComparable):
        decide(samir, before, before, "all")
    Question.objects.filter(pk=after.pk).update(options=after.options[:2])
    after.refresh_from_db()
    with pytest.raises(NotComparable):
        decide(samir, before, after, "all")
    with pytest.raises(NoSuchQuestion):
        decide(samir, before, Question(pk=999_999, options=[]), "all", seen="")
    assert not Regrade.objects.exists()


def test_what_a_regrade_wrote_is_never_changed(cast, samir):
    take(cast.user("alma"), q01="c")
    decide(samir, *mend(q01="c"), "all")
    for row in (Regrade.objects.get(), RegradedAttempt.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(recorded_at=None)
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


def test_looking_costs_the_same_for_one_and_for_three(cast, samir, statements):
    take(cast.user("alma"), q01="c", q02="a")
    before, after = mend(q01="c")

    def look():
        with statements() as counted:
            found = rehearse(before=before, after=after)
        return len(counted), len(found.flips)

    first = look()
    for key in ("teo", "kofi"):
        Question.objects.filter(key="q01").update(retired_at=after.recorded_at)
        Question.objects.filter(pk=before.pk).update(retired_at=None)
        take(cast.user(key), q01="c")
    assert first[1] == 1 and look() == (first[0], 3)


# --- what the learner sees ------------------------------------------------------------------
def test_the_result_page_says_graded_again_with_the_reason_and_the_key_that_counts(
    client, cast, samir
):
    attempt = take(cast.user("alma"), q01="c", q02="a")
    decide(samir, *mend(q01="c"), "raise")
    client.force_login(cast.user("alma"))
    page = client.get(f"/learn/tiny/only/quiz/{attempt.uuid}/").content.decode()
    for words in ("You passed", "Graded again", "The key was wrong.", "4 of 5 right: 80"):
        assert words in page
    told = queries.result(Attempt.objects.get())
    assert (told.score, told.passed, told.correct) == (Decimal("80.00"), True, 4)
    page = client.get("/learn/tiny/only/quiz/").content.decode()
    assert "Take it again for practice" in page


# --- whatever is mended ---------------------------------------------------------------------
def test_any_order_of_decisions_keeps_the_ledger_and_the_results_together(cast, samir):
    rng = random.Random(20261122)
    people = ("alma", "kofi", "teo", "hannah", "joaquin", "lucia")
    for key in people:
        if rng.random() < 0.7:
            read_lesson(cast, key)
        take(cast.user(key), **{f"q{n:02}": rng.choice("abbbc") for n in range(1, 6)})
    for _turn in range(12):
        key, choice = f"q{rng.randint(1, 5):02}", rng.choice(list(Choice))
        before = Question.objects.get(key=key, revision=1)
        live = Question.objects.get(key=key, retired_at=None)
        was = next(each["id"] for each in live.options if each["correct"])
        after = mend(**{key: rng.choice([each for each in "abc" if each != was])})[1]
        had = results()
        flips = rehearse(before=before, after=after).flips
        if not flips:
            continue
        decide(samir, before, after, choice)
        now = results()
        if choice is Choice.RAISE:
            assert all(now[k][0] >= had[k][0] and now[k][1] >= had[k][1] for k in now)
        if choice is Choice.NONE:
            assert now == had
        for person in people:
            theirs = facts(cast, person, QUIZ)
            assert theirs == [(QUIZ, *now[person])]
            finished = facts(cast, person, COURSE)
            read = bool([f for f in facts(cast, person) if f[0].startswith("lesson:")])
            wanted = [(COURSE, now[person][0], True)] if read and now[person][1] else []
            assert finished == wanted
        assert sound() == []
    assert Regrade.objects.count() > 5
    assert {row["choice"] for row in Regrade.objects.values("choice")} == set(Choice)


credits = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)])


@given(
    st.lists(st.tuples(credits, st.integers(1, 5), st.booleans()), min_size=1, max_size=6),
    credits,
    st.integers(0, 100),
    st.sampled_from(list(Choice)),
)
def test_raise_never_lowers_and_all_is_what_grading_anew_gives(rows, credit, percent, choice):
    marks = [scoring.Mark(n, c, p, critical=x) for n, (c, p, x) in enumerate(rows)]
    stood = scoring.grade(marks=marks, pass_percent=percent)
    flip = regrading.weighed(
        attempt=1,
        person_id=1,
        question=0,
        marks=marks,
        credit=credit,
        now=Outcome(stood.percent, stood.passed),
        pass_percent=percent,
    )
    if flip is None:
        assert credit == marks[0].credit
        return
    anew = [scoring.Mark(0, credit, marks[0].points, critical=marks[0].critical), *marks[1:]]
    graded = scoring.grade(marks=anew, pass_percent=percent)
    assert flip.after == Outcome(graded.percent, graded.passed)
    assert not flip.follows(Choice.NONE) and flip.follows(Choice.ALL)
    if flip.follows(Choice.RAISE):
        assert flip.after.score >= flip.before.score and flip.after.passed >= flip.before.passed
        assert not flip.loses
    else:
        assert flip.after.score <= flip.before.score and not flip.gains


def test_an_answer_that_a_person_marks_is_never_graded_by_another_key():
    essay = items.Item("essay", [], {"criteria": []})
    assert not regrading.comparable(essay, essay)
    single = items.Item("single", [{"id": "a", "correct": True}, {"id": "b", "correct": False}])
    same = items.Item("single", [{"id": "b", "correct": True}, {"id": "a", "correct": False}])
    assert regrading.comparable(single, same)
    assert not regrading.comparable(single, items.Item("multiple", single.options))
    marks = [scoring.Mark(0, Fraction(1)), scoring.Mark(1, None)]
    now = Outcome(Decimal(50), passed=False)
    found = regrading.weighed(
        attempt=1,
        person_id=1,
        question=0,
        marks=marks,
        credit=Fraction(0),
        now=now,
        pass_percent=80,
    )
    assert found is None


def test_a_fact_that_somebody_took_back_meanwhile_is_not_written_anew(cast, samir):
    attempt = take(cast.user("alma"), q01="c")
    before, after = mend(q01="c")
    reverse(
        evidence_id=LearningEvent.objects.get(act=f"attempt:{attempt.uuid}").uuid,
        actor_id=None,
        reason="Taken for somebody else.",
    )
    with pytest.raises(NothingToDecide):
        decide(samir, before, after, "all")
    assert not Regrade.objects.exists()


def test_a_flip_says_what_it_gains_and_loses():
    up = Flip(1, 1, Outcome(Decimal(60), False), Outcome(Decimal(80), True), better=True)
    assert (up.gains, up.loses) == (True, False)
