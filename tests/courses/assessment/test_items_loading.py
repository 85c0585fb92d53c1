"""Questions of every kind, pools and limits from a file into the database, once and for all."""

import pytest
import yaml
from django.core.management import CommandError, call_command

from courses.assessment import queries
from courses.assessment.bank import FaultyQuiz, read_quiz
from courses.assessment.models import Attempt, Question, QuestionBank, Quiz
from courses.assessment.operations import Loaded, load_quiz, start_attempt
from courses.public import PackError, count_pack, load_curriculum, publish_course, versions
from lms.kit import clock
from tests.cast import make_cast
from tests.courses.packs import write_pack

from .kinds import every_kind
from .making import question, quiz_data

pytestmark = pytest.mark.django_db


def load(data):
    return load_quiz(course_key="mrss-101", version="2026.1", data=data)


def all_kinds(**changes):
    rows = list(every_kind().values())
    return quiz_data(1, draw=len(rows), questions=rows, **changes)


def shared(**changes):
    """Load a bank of two questions that other quizzes may draw from."""
    rows = [question(n, tags=["night"] if n == 1 else []) for n in (1, 2)]
    return load(quiz_data(1, key="shared-law", questions=rows, **changes))


def test_every_kind_is_stored_whole_and_the_same_file_changes_nothing():
    assert load(all_kinds()) == Loaded(True, 9, 0, 0)
    rows = {row.kind: row for row in Question.objects.all()}
    drafts = {draft.kind: draft for draft in read_quiz(all_kinds()).questions}
    assert rows.keys() == drafts.keys() == every_kind().keys()
    for kind, row in rows.items():
        draft = drafts[kind]
        assert (row.options, row.marking) == (list(draft.options), dict(draft.marking))
        assert (row.digest, row.points) == (draft.digest, 4 if kind == "essay" else 1)
    assert load(all_kinds()) == Loaded(False, 0, 0, 0)


def test_tags_points_and_being_asked_how_sure_are_stored():
    row = question(1, tags=["night", "school"], points=3, confidence=True)
    load(quiz_data(1, questions=[row]))
    stored = Question.objects.get()
    assert (stored.tags, stored.points, stored.asks_confidence) == (["night", "school"], 3, True)


def test_another_way_of_marking_is_another_revision():
    load(all_kinds())
    data = all_kinds()
    for row in data["questions"]:
        if row["type"] == "ordering":
            row["marking"] = "exact"
    assert load(data) == Loaded(False, 0, 1, 0)


def test_limits_are_rules_of_the_quiz_and_may_change_without_its_questions():
    load(quiz_data(2, time_limit_minutes=20, wait_hours=24))
    quiz = Quiz.objects.get()
    assert (quiz.time_limit_minutes, quiz.wait_hours) == (20, 24)
    assert load(quiz_data(2)) == Loaded(True, 0, 0, 0)
    quiz.refresh_from_db()
    assert (quiz.time_limit_minutes, quiz.wait_hours) == (None, 0)


# --- pools ----------------------------------------------------------------------------------
def pooled(*pools, **changes):
    data = quiz_data(2, **changes)
    del data["draw"]
    return data | {"pools": list(pools)}


def test_an_attempt_draws_from_two_banks_and_each_question_once():
    shared()
    load(pooled({"draw": 1}, {"bank": "shared-law", "draw": 1, "tag": "night"}))
    quiz = Quiz.objects.get(key="tiny-check")
    assert (quiz.draw, len(quiz.pools)) == (2, 2)
    cast = make_cast()
    start_attempt(user_id=cast.user("alma").pk, quiz_key="tiny-check")
    attempt = Attempt.objects.get()
    drawn = Question.objects.filter(pk__in=[row["question"] for row in attempt.shown])
    assert sorted(drawn.values_list("bank__key", flat=True)) == ["shared-law", "tiny-check"]
    assert drawn.get(bank__key="shared-law").tags == ["night"]


@pytest.mark.parametrize(
    ("pool", "fault"),
    [
        ({"bank": "nowhere", "draw": 1}, "'nowhere', only 0 are left for it"),
        ({"bank": "shared-law", "draw": 3}, "'shared-law', only 2 are left for it"),
        ({"bank": "shared-law", "draw": 2, "tag": "night"}, "'shared-law', only 1 are left for it"),
        ({"bank": "shared-law", "draw": 1, "critical": True}, "only 0 are left for it"),
    ],
)
def test_a_pool_that_another_bank_cannot_fill_is_named_and_nothing_is_stored(pool, fault):
    shared()
    with pytest.raises(FaultyQuiz) as caught:
        load(pooled({"draw": 1}, pool))
    [said] = caught.value.faults
    assert said.startswith("pools[2]: draws ") and said.endswith(fault)
    assert not Quiz.objects.filter(key="tiny-check").exists()
    assert not QuestionBank.objects.filter(key="tiny-check").exists()


def test_a_bank_that_shrinks_later_makes_an_attempt_shorter_and_stops_nobody():
    shared()
    load(pooled({"draw": 1}, {"bank": "shared-law", "draw": 2}))
    Question.objects.filter(bank__key="shared-law", key="q01").update(retired_at=clock.now())
    cast = make_cast()
    start_attempt(user_id=cast.user("alma").pk, quiz_key="tiny-check")
    assert len(Attempt.objects.get().shown) == 2


def test_candidates_are_read_in_one_statement(django_assert_num_queries):
    shared()
    load(pooled({"draw": 1}, {"bank": "shared-law", "draw": 2}))
    quiz = Quiz.objects.get(key="tiny-check")
    with django_assert_num_queries(1):
        found = queries.candidates(quiz)
    assert sorted((each.bank, each.tags) for each in found) == [
        ("shared-law", ()),
        ("shared-law", ("night",)),
        ("tiny-check", ()),
        ("tiny-check", ()),
    ]


# --- through a pack -------------------------------------------------------------------------
@pytest.fixture
def pack(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"

    def write(data):
        folder = write_pack(tmp_path, quiz=True, access="login", body="Read this.")
        (folder / "01-only" / "quiz.yaml").write_text(yaml.safe_dump(data))
        return folder

    return write


def test_a_pack_with_every_kind_is_loaded_once(pack):
    folder = pack(all_kinds())
    assert load_curriculum(path=folder).change == "created"
    assert Question.objects.count() == 9
    assert load_curriculum(path=folder).change == "unchanged"
    digests = set(Question.objects.values_list("digest", flat=True))
    assert digests == {draft.digest for draft in read_quiz(all_kinds()).questions}


def test_a_pack_names_every_fault_of_its_questions_at_once(pack):
    data = all_kinds()
    data["questions"][1]["marking"] = "luck"
    data["questions"][6]["answers"] = [{"value": "many"}]
    with pytest.raises(PackError) as caught:
        load_curriculum(path=pack(data))
    said = [str(problem) for problem in caught.value.problems]
    assert any("questions[2].marking: must be one of all_or_nothing" in each for each in said)
    assert any("questions[7].answers[1].value: must be a number" in each for each in said)


def test_a_pack_whose_pool_cannot_be_filled_is_refused_in_words(pack, capsys):
    folder = pack(pooled({"draw": 1}, {"bank": "nowhere", "draw": 1}))
    with pytest.raises(PackError) as caught:
        load_curriculum(path=folder)
    [problem] = caught.value.problems
    assert "'nowhere', only 0 are left for it" in str(problem)
    assert not versions(course_key="tiny")
    with pytest.raises(CommandError):
        call_command("load_curriculum", str(folder))
    assert "'nowhere', only 0 are left for it" in capsys.readouterr().err


def test_a_draft_whose_pool_cannot_be_filled_stays_a_draft(pack):
    load_curriculum(path=pack(quiz_data(2)))
    load_curriculum(path=pack(pooled({"draw": 1}, {"bank": "nowhere", "draw": 1})))
    [draft] = [each.label for each in versions(course_key="tiny") if each.state == "draft"]
    with pytest.raises(PackError):
        publish_course(course_key="tiny", label=draft, actor_id=None)
    states = {each.label: each.state for each in versions(course_key="tiny")}
    assert states[draft] == "draft" and "published" in states.values()


def test_a_pack_with_every_kind_is_counted_and_places_are_compared_for_one_answer_only(pack):
    data = all_kinds()
    singles = [question(n) for n in range(1, 4)]  # In all of them the second one is right.
    count = count_pack(folder=pack(data | {"questions": data["questions"] + singles}))
    [module] = count.modules
    assert (module.bank, module.drawn, module.positions) == (12, 9, {"1": 0, "2": 4, "3": 0})
    said = [str(problem) for problem in count.problems]
    assert any("has 12 questions for 9 asked; at least 27 are needed" in each for each in said)


def test_what_is_drawn_from_another_bank_does_not_ask_for_more_of_its_own(pack):
    count = count_pack(folder=pack(pooled({"draw": 1}, {"bank": "shared-law", "draw": 9})))
    said = [str(problem) for problem in count.problems]
    assert any("has 2 questions for 1 asked; at least 3 are needed" in each for each in said)
