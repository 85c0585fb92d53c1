"""Reading quiz files, and drawing from a bank."""

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.bank import FaultyQuiz, draw, read_quiz

from .making import option, question, quiz_data

CURRICULUM = Path(__file__).resolve().parents[3] / "content" / "curriculum"


def faults_of(data):
    with pytest.raises(FaultyQuiz) as caught:
        read_quiz(data)
    return caught.value.faults


def test_a_whole_file_is_read():
    quiz = read_quiz(quiz_data(2, attempts=3))
    assert (quiz.key, quiz.draw, quiz.pass_percent, quiz.attempts) == ("tiny-check", 2, 80, 3)
    assert [q.key for q in quiz.questions] == ["q01", "q02"]
    assert [o.correct for o in quiz.questions[0].options] == [False, True, False]


def test_the_digest_sees_every_word_and_the_key():
    plain = read_quiz(quiz_data(1)).questions[0]
    assert plain.digest == read_quiz(quiz_data(1)).questions[0].digest
    other_feedback = question(1)
    other_feedback["options"][2]["feedback"] = "Other words"
    other_key = question(1, options=[option(1, letter, letter == "c") for letter in "abc"])
    for changed in (question(1, stem="Other?"), other_feedback, other_key):
        assert read_quiz(quiz_data(1, questions=[changed])).questions[0].digest != plain.digest


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"draw": 4}, "quiz: draws 4 but has only 3 questions"),
        ({"draw": 0}, "quiz: draw must be a whole number from 1 to 200"),
        ({"pass_percent": 101}, "quiz: pass_percent must be a whole number from 1 to 100"),
        ({"pass_percent": True}, "quiz: pass_percent must be a whole number from 1 to 100"),
        ({"attempts": 0}, "quiz: attempts must be a whole number from 1 to 100"),
        ({"key": "Not a key"}, "quiz: 'Not a key' is not a key"),
        ({"title": None}, "quiz: title is missing or not text"),
    ],
)
def test_a_faulty_rule_is_named(changes, fault):
    assert faults_of(quiz_data(3, **changes)) == (fault,)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"options": [option(1, "a", True)]}, "question q01: needs at least two options"),
        (
            {"options": [option(1, "a", True), option(1, "b", True)]},
            "question q01: needs exactly one correct option",
        ),
        (
            {"options": [option(1, "a", True), option(1, "a", False)]},
            "question q01: option a is there twice",
        ),
        ({"type": "essay"}, "question q01: type 'essay' is not known; use single"),
        ({"stem": "  "}, "question q01: stem is missing or not text"),
        ({"difficulty": 4}, "question q01: difficulty must be a whole number from 1 to 3"),
    ],
)
def test_a_faulty_question_is_named(changes, fault):
    assert faults_of(quiz_data(1, questions=[question(1, **changes)])) == (fault,)


def test_every_fault_is_named_at_once():
    faults = faults_of({"questions": [{}, question(1), question(1)]})
    assert "question q01: is there twice" in faults
    assert "quiz: key is missing or not text" in faults
    assert "question ?: stem is missing or not text" in faults


def test_an_option_id_that_yaml_reads_as_a_truth_is_refused():
    row = yaml.safe_load("{id: yes, text: T, correct: true, feedback: F}")
    faults = faults_of(quiz_data(1, questions=[question(1, options=[row, option(1, "b", False)])]))
    assert faults == ("question q01, option: id is missing or not text",)


def test_a_draw_takes_each_question_once_with_all_its_options():
    bank = [(n, ["a", "b", "c"], False) for n in range(20)]
    shown = draw(questions=bank, count=10, rng=random.Random(7))
    assert len({row["question"] for row in shown}) == 10
    assert all(sorted(row["options"]) == ["a", "b", "c"] for row in shown)
    assert {tuple(row["options"]) for row in shown} != {("a", "b", "c")}


def test_over_many_draws_every_question_and_every_first_option_comes_up():
    bank = [(n, ["a", "b", "c"], False) for n in range(12)]
    rng = random.Random(11)
    shown = [row for _ in range(300) for row in draw(questions=bank, count=4, rng=rng)]
    assert {row["question"] for row in shown} == set(range(12))
    assert {row["options"][0] for row in shown} == {"a", "b", "c"}


# --- critical questions ---------------------------------------------------------------------
OLD_DIGEST = "f60f36c6ac2900f14419d2c7f8af583d35a6868072facea6f78382d74d591279"


def mixed(critical, other, **changes):
    """Return a quiz file with so many critical questions, then so many others."""
    rows = [question(n, critical=n <= critical) for n in range(1, critical + other + 1)]
    return quiz_data(1, questions=rows, **changes)


def test_a_question_is_critical_only_where_the_file_says_so():
    quiz = read_quiz(mixed(1, 2, draw=2, critical_draw=1))
    assert [q.critical for q in quiz.questions] == [True, False, False]
    assert (quiz.critical_draw, read_quiz(quiz_data(1)).critical_draw) == (1, 0)


def test_the_digests_of_questions_written_before_are_what_they_were():
    [plain] = read_quiz(quiz_data(1)).questions
    [said] = read_quiz(quiz_data(1, questions=[question(1, critical=False)])).questions
    assert plain.digest == said.digest == OLD_DIGEST


def test_a_question_that_becomes_critical_has_another_digest():
    [critical] = read_quiz(mixed(1, 0, critical_draw=1)).questions
    assert critical.digest != OLD_DIGEST


@pytest.mark.parametrize(
    ("critical", "other", "changes", "fault"),
    [
        (1, 2, {"draw": 3, "critical_draw": 2}, "quiz: draws 2 critical questions of 1"),
        (3, 3, {"draw": 1, "critical_draw": 2}, "quiz: draws 2 critical questions of 3"),
        (
            2,
            1,
            {"draw": 3, "critical_draw": 1},
            "quiz: draws 2 questions that are not critical of 1",
        ),
        (2, 1, {"draw": 2}, "quiz: draws 2 questions that are not critical of 1"),
        (
            1,
            1,
            {"draw": 1, "critical_draw": -1},
            "quiz: critical_draw must be a whole number from 0 to 200",
        ),
    ],
)
def test_a_bank_that_cannot_give_what_is_drawn_is_refused(critical, other, changes, fault):
    assert faults_of(mixed(critical, other, **changes)) == (fault,)


@given(
    must=st.integers(0, 8),
    other=st.integers(0, 12),
    asked=st.tuples(st.integers(0, 8), st.integers(0, 12)),
    seed=st.integers(0, 10_000),
)
def test_a_draw_holds_as_many_critical_questions_as_asked_never_more(must, other, asked, seed):
    critical, count = min(asked[0], must), min(asked[0], must) + min(asked[1], other)
    bank = [(n, ["a", "b"], n < must) for n in range(must + other)]
    shown = draw(questions=bank, count=count, critical=critical, rng=random.Random(seed))
    drawn = [row["question"] for row in shown]
    assert len(set(drawn)) == len(drawn) == count
    assert sum(n < must for n in drawn) == critical


def test_critical_questions_stand_anywhere_and_all_come_up():
    bank = [(n, ["a", "b"], n < 3) for n in range(9)]
    rng = random.Random(5)
    draws = [draw(questions=bank, count=4, critical=1, rng=rng) for _ in range(300)]
    places = {[row["question"] < 3 for row in shown].index(True) for shown in draws}
    assert places == {0, 1, 2, 3}
    assert {row["question"] for shown in draws for row in shown} == set(range(9))


@pytest.mark.parametrize("file", sorted(CURRICULUM.glob("*/*/quiz.yaml")), ids=str)
def test_every_quiz_of_the_curriculum_can_be_read(file):
    assert read_quiz(yaml.safe_load(file.read_text())).questions
