"""Reading quiz files, and drawing from a bank."""

import random
from pathlib import Path

import pytest
import yaml

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


@pytest.mark.parametrize("file", sorted(CURRICULUM.glob("*/*/quiz.yaml")), ids=str)
def test_every_quiz_of_the_curriculum_can_be_read(file):
    assert read_quiz(yaml.safe_load(file.read_text())).questions
