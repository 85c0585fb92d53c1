"""Answers in learners' own words: who marks them, and what the last mark does."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from courses.assessment.models import Attempt, Mark, Question
from courses.assessment.operations import (
    AlreadyGraded,
    Answer,
    WrongMark,
    mark_answer,
    start_attempt,
    submit,
)
from courses.assessment.queries import NoSuchAnswer, waiting_answers
from courses.learning.models import LearningEvent
from courses.learning.operations import finish_lesson
from courses.public import enrol, outline
from lms.audit.models import AuditEntry
from lms.notices.models import Notice
from lms.public import Denied
from tests.cast import make_cast

from .kinds import every_kind
from .making import URL, load_tiny_course, quiz_data

pytestmark = pytest.mark.django_db
WORDS = "First I would sit down and ask what helped before."
DESK = "/train/marking/"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def course(tmp_path, settings):
    """Load a quiz with one chosen answer and this many essays of four points each."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def load(essays=1):
        rows = [every_kind()["single"] | {"id": "choice"}]
        rows += [every_kind()["essay"] | {"id": f"essay-{n}"} for n in range(essays)]
        load_tiny_course(tmp_path, quiz_data(1, draw=len(rows), questions=rows, pass_percent=60))

    return load


def handed_in(user, words=WORDS):
    """Hand in an attempt with the right choice and these words to every essay."""
    uuid = start_attempt(user_id=user.pk, quiz_key="tiny-check")
    attempt = Attempt.objects.get(uuid=uuid)
    kinds = dict(Question.objects.values_list("pk", "kind"))
    given = [
        Answer(row["question"], words if kinds[row["question"]] == "essay" else "b")
        for row in attempt.shown
    ]
    submit(user_id=user.pk, attempt_uuid=uuid, answers=given, confirmed=True)
    attempt.refresh_from_db()
    return attempt


def essays(attempt):
    kinds = dict(Question.objects.values_list("pk", "kind"))
    ids = [row["question"] for row in attempt.shown]
    return sorted(pk for pk in ids if kinds[pk] == "essay")


def mark(cast, attempt, question=None, by="samir", plan=3, words=1, say="Clear and kind."):
    return mark_answer(
        user_id=cast.user(by).pk,
        attempt_uuid=attempt.uuid,
        question_id=question or essays(attempt)[0],
        criteria={"plan": plan, "words": words},
        words=say,
    )


# --- the operation --------------------------------------------------------------------------
def test_an_essay_waits_for_its_mark_and_nothing_is_earned_before(cast, course):
    course()
    attempt = handed_in(cast.user("alma"))
    assert attempt.submitted_at is not None
    assert (attempt.score, attempt.passed) == (None, None)
    assert not LearningEvent.objects.exists()


def test_an_essay_that_nobody_wrote_waits_for_nobody(cast, course):
    course()
    attempt = handed_in(cast.user("alma"), words=None)
    assert (attempt.score, attempt.passed) == (Decimal("20.00"), False)


def test_the_last_mark_grades_and_writes_fact_and_completion_together(cast, course):
    course(essays=2)
    alma = cast.person("alma")
    enrol(person_id=alma.pk, course_key="tiny")
    finish_lesson(
        person_id=alma.pk,
        actor_id=alma.user_id,
        outline=outline(course_key="tiny"),
        lesson_key="tiny-only/lesson-1",
        page_revision=None,
    )
    attempt = handed_in(alma.user)
    first, second = essays(attempt)
    assert mark(cast, attempt, first, plan=1, words=0).graded is False
    assert not LearningEvent.objects.filter(kind="quiz").exists()
    assert mark(cast, attempt, second).graded is True
    attempt.refresh_from_db()
    # 1 + 1 + 4 of 9 points.
    assert (attempt.score, attempt.passed) == (Decimal("66.67"), True)
    fact = LearningEvent.objects.get(kind="quiz")
    assert (fact.person, fact.score, fact.occurred_at, fact.actor_id) == (
        alma,
        Decimal("66.67"),
        attempt.submitted_at,
        cast.user("samir").pk,
    )
    kinds = set(LearningEvent.objects.values_list("kind", flat=True))
    assert kinds == {"lesson", "quiz", "course"}
    assert Notice.objects.get(kind="attempt_graded").person_id == alma.pk


def test_the_newest_mark_counts_until_the_result_is_there(cast, course):
    course(essays=2)
    attempt = handed_in(cast.user("alma"))
    first, second = essays(attempt)
    mark(cast, attempt, first, plan=0, words=0)
    mark(cast, attempt, first, plan=3, words=1)
    mark(cast, attempt, second, plan=0, words=0)
    attempt.refresh_from_db()
    assert attempt.score == Decimal("55.56")
    with pytest.raises(AlreadyGraded):
        mark(cast, attempt, second)
    assert Mark.objects.count() == 3
    assert AuditEntry.objects.filter(action="answer.mark").count() == 3


def test_a_third_is_a_third_and_not_what_fits_four_decimals(cast, course):
    course()
    Question.objects.filter(kind="essay").update(
        marking={
            "max_words": 40,
            "criteria": [{"id": "plan", "text": "Plan", "points": 3, "anchors": {}}],
        },
        points=3,
    )
    attempt = handed_in(cast.user("alma"))
    mark_answer(
        user_id=cast.user("samir").pk,
        attempt_uuid=attempt.uuid,
        question_id=essays(attempt)[0],
        criteria={"plan": 1},
        words="",
    )
    attempt.refresh_from_db()
    assert attempt.score == Decimal("50.00")


@pytest.mark.parametrize("by", ["alma", "bo", "renata", "dee", "ines"])
def test_only_a_trainer_of_the_learner_marks(cast, course, by):
    course()
    attempt = handed_in(cast.user("alma"))
    with pytest.raises(Denied):
        mark(cast, attempt, by=by)
    assert not Mark.objects.exists()
    assert waiting_answers(user_id=cast.user(by).pk) == []


def test_a_trainer_does_not_mark_their_own_words(cast, course):
    course()
    attempt = handed_in(cast.user("samir"))
    with pytest.raises(Denied):
        mark(cast, attempt)
    assert waiting_answers(user_id=cast.user("samir").pk) == []


@pytest.mark.parametrize(
    "criteria",
    [{}, {"plan": 3}, {"plan": 4, "words": 1}, {"plan": -1, "words": 1},
     {"plan": 3, "words": 1, "more": 1}, {"plan": "3", "words": 1}],
)  # fmt: skip
def test_points_that_no_criterion_has_are_refused(cast, course, criteria):
    course()
    attempt = handed_in(cast.user("alma"))
    with pytest.raises(WrongMark):
        mark_answer(
            user_id=cast.user("samir").pk,
            attempt_uuid=attempt.uuid,
            question_id=essays(attempt)[0],
            criteria=criteria,
            words="",
        )
    assert not Mark.objects.exists()


def test_what_is_open_or_needs_nobody_cannot_be_marked(cast, course):
    course()
    attempt = handed_in(cast.user("alma"))
    [choice] = {row["question"] for row in attempt.shown} - set(essays(attempt))
    with pytest.raises(NoSuchAnswer):
        mark(cast, attempt, choice)
    uuid = start_attempt(user_id=cast.user("bo").pk, quiz_key="tiny-check")
    with pytest.raises(NoSuchAnswer):
        mark(cast, Attempt.objects.get(uuid=uuid))


def test_the_next_try_waits_for_the_marks(cast, course, client):
    course()
    handed_in(cast.user("alma"))
    client.force_login(cast.user("alma"))
    page = client.get(URL).content.decode()
    assert "A person is reading your last try" in page and "Try again" not in page
    assert (
        "Your last try still waits for its marks." in client.post(URL, follow=True).content.decode()
    )
    assert Attempt.objects.count() == 1


def test_a_mark_stays_written(cast, course):
    course()
    mark(cast, handed_in(cast.user("alma")))
    for change in (lambda: Mark.objects.update(credit=0), lambda: Mark.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


# --- the desk -------------------------------------------------------------------------------
def test_the_desk_shows_what_waits_without_names_and_the_learner_reads_the_words(
    client, cast, course
):
    course()
    attempt = handed_in(cast.user("alma"))
    client.force_login(cast.user("alma"))
    page = client.get(f"{URL}{attempt.uuid}/").content.decode()
    assert "Handed in" in page and "Waits for its marks" in page
    client.force_login(cast.user("samir"))
    page = client.get(DESK).content.decode()
    address = reverse("mark", args=[attempt.uuid, essays(attempt)[0]])
    assert "1 answer waits." in page and f'href="{address}"' in page
    one = client.get(address).content.decode()
    assert WORDS in one and "Names a plan" in one and "whole" in one
    assert "Alma" not in page and "Alma" not in one
    refused = client.post(address, {"criterion-plan": "3"})
    assert refused.status_code == 200 and "Choose the points." in refused.content.decode()
    form = {"criterion-plan": "2", "criterion-words": "1", "words": "Ask about sleep, too."}
    done = client.post(address, form, follow=True).content.decode()
    assert "Alma Reyes wrote it" in done and "Nothing waits for a mark." in done
    assert client.get(address, follow=True).redirect_chain[-1][0] == DESK
    client.force_login(cast.user("alma"))
    page = client.get(f"{URL}{attempt.uuid}/").content.decode()
    assert "Ask about sleep, too." in page and "2 of 3 points" in page


def test_after_one_answer_comes_the_next(client, cast, course):
    course(essays=2)
    attempt = handed_in(cast.user("alma"))
    client.force_login(cast.user("samir"))
    first, second = essays(attempt)
    form = {"criterion-plan": "3", "criterion-words": "1"}
    address = reverse("mark", args=[attempt.uuid, first])
    assert client.post(address, form)["Location"] == reverse("mark", args=[attempt.uuid, second])


@pytest.mark.parametrize(
    ("key", "status"), [("samir", 200), ("alma", 403), ("bo", 403), ("dee", 403), ("renata", 403)]
)
def test_the_desk_is_for_trainers(client, cast, course, key, status):
    course()
    attempt = handed_in(cast.user("kofi"))
    client.force_login(cast.user(key))
    assert client.get(DESK).status_code == status
    address = reverse("mark", args=[attempt.uuid, essays(attempt)[0]])
    assert client.get(address).status_code in ({200} if key == "samir" else {403, 404})


@pytest.mark.parametrize("learners", [["alma"], ["alma", "kofi", "bo"]])
def test_statements_of_the_desk_do_not_grow_with_the_answers(
    client, cast, course, statements, learners
):
    course(essays=2)
    for key in learners:
        handed_in(cast.user(key))
    client.force_login(cast.user("samir"))
    client.get(DESK)
    with statements() as counted:
        page = client.get(DESK).content.decode()
    assert f"{2 * len(learners)} answers wait" in page
    assert len(counted) == 6
