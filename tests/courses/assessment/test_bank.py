"""Reading quiz files, and drawing from a bank."""

import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment import items
from courses.assessment.bank import (
    Candidate,
    FaultyQuiz,
    draw,
    read_question,
    read_quiz,
    short_pools,
)

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
    assert [o["correct"] for o in quiz.questions[0].options] == [False, True, False]


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
        ({"draw": 4}, "draw: draws 4 of 3 questions"),
        ({"draw": 0}, "draw: must be from 1 to 200, not 0"),
        ({"pass_percent": 101}, "pass_percent: must be from 1 to 100, not 101"),
        ({"pass_percent": True}, "pass_percent: must be a whole number"),
        ({"attempts": 0}, "attempts: must be from 1 to 100, not 0"),
        ({"key": "Not a key"}, "key: 'Not a key' must be small letters, digits and single hyphens"),
        ({"title": None}, "title: is missing"),
    ],
)
def test_a_faulty_rule_is_named(changes, fault):
    assert faults_of(quiz_data(3, **changes)) == (fault,)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"options": [option(1, "a", True)]}, "questions[1].options: must be a list of 2 or more"),
        (
            {"options": [option(1, "a", True), option(1, "b", True)]},
            "questions[1].options: exactly one must be correct, not 2",
        ),
        (
            {"options": [option(1, "a", True), option(1, "a", False)]},
            "questions[1].options[2].id: 'a' is used twice",
        ),
        (
            {"type": "riddle"},
            "questions[1].type: must be one of single, multiple, true_false, matching, ordering,"
            " short_text, numeric, branching, essay",
        ),
        ({"stem": "  "}, "questions[1].stem: is missing"),
        ({"difficulty": 4}, "questions[1].difficulty: must be from 1 to 3, not 4"),
    ],
)
def test_a_faulty_question_is_named(changes, fault):
    assert faults_of(quiz_data(1, questions=[question(1, **changes)])) == (fault,)


def test_every_fault_is_named_at_once():
    faults = faults_of({"questions": [{}, question(1), question(1)]})
    assert "questions[3].id: 'q01' is used twice" in faults
    assert "key: is missing" in faults
    assert "questions[1].stem: is missing" in faults


def test_an_option_id_that_yaml_reads_as_a_truth_is_refused():
    row = yaml.safe_load("{id: yes, text: T, correct: true, feedback: F}")
    faults = faults_of(quiz_data(1, questions=[question(1, options=[row, option(1, "b", False)])]))
    assert faults == ("questions[1].options[1].id: must be text (put it in quotes)",)


# --- drawing --------------------------------------------------------------------------------
def candidates(count, letters="abc", bank="own", start=0, **changes):
    """Return as many questions with options of these letters."""
    options = [option(1, letter, letter == "b") for letter in letters]
    item = items.Item("single", options)
    return [Candidate(n, bank, item, **changes) for n in range(start, start + count)]


def drawn(questions, *pools, seed=1):
    return draw(candidates=questions, pools=pools, rng=random.Random(seed))


def test_a_draw_takes_each_question_once_with_all_its_options():
    shown = drawn(candidates(20), {"bank": "own", "draw": 10}, seed=7)
    assert len({row["question"] for row in shown}) == len(shown) == 10
    assert all(sorted(row["options"]) == ["a", "b", "c"] for row in shown)
    assert {tuple(row["options"]) for row in shown} != {("a", "b", "c")}


def test_over_many_draws_every_question_and_every_first_option_comes_up():
    rng, pools, questions = random.Random(11), [{"bank": "own", "draw": 4}], candidates(12)
    shown = [row for _ in range(300) for row in draw(candidates=questions, pools=pools, rng=rng)]
    times = Counter(row["question"] for row in shown)
    # 300 draws of 4 of 12 are 100 for each; six standard deviations (8.2) are 49.
    assert times.keys() == set(range(12)) and all(51 < n < 149 for n in times.values())
    assert {row["options"][0] for row in shown} == {"a", "b", "c"}


def test_pools_draw_from_their_bank_and_kind_only():
    questions = [
        *candidates(3),
        *candidates(3, bank="other", start=10, objective="O2"),
        *candidates(3, bank="other", start=20, tags=("school", "night")),
        *candidates(3, bank="other", start=30, difficulty=3, competency="C2"),
    ]
    shown = drawn(
        questions,
        {"bank": "own", "draw": 1},
        {"bank": "other", "draw": 3, "objective": "O2"},
        {"bank": "other", "draw": 2, "tag": "night"},
        {"bank": "other", "draw": 1, "difficulty": 3, "competency": "C2"},
    )
    tens = Counter(row["question"] // 10 for row in shown)
    assert tens == {0: 1, 1: 3, 2: 2, 3: 1}


@pytest.mark.parametrize("seed", range(20))
def test_pools_that_share_questions_take_each_once_and_leave_each_other_enough(seed):
    # The wide pool may take both tagged ones; then it has to give them to the narrow pool.
    questions = [*candidates(2), *candidates(2, start=10, tags=("night",))]
    pools = [{"bank": "own", "draw": 2}, {"bank": "own", "draw": 2, "tag": "night"}]
    for order in (pools, pools[::-1]):
        shown = drawn(questions, *order, seed=seed)
        assert sorted(row["question"] for row in shown) == [0, 1, 10, 11]


def test_a_chain_of_pools_moves_along_so_that_all_are_filled():
    rows = [("x",), ("x", "y"), ("y", "z"), ("z",)]
    questions = [candidates(1, start=n, tags=tags)[0] for n, tags in enumerate(rows)]
    pools = [{"bank": "own", "draw": n, "tag": tag} for tag, n in (("x", 1), ("y", 2), ("z", 1))]
    for seed in range(30):
        assert len(drawn(questions, *pools, seed=seed)) == 4


def test_a_pool_that_lacks_questions_is_named_and_still_draws_what_there_is():
    pools = [{"bank": "own", "draw": 2}, {"bank": "gone", "draw": 1}]
    assert short_pools(candidates=candidates(3), pools=pools) == [
        "pools[2]: draws 1 questions of the bank 'gone', only 0 are left for it"
    ]
    assert len(drawn(candidates(3), *pools)) == 2
    assert short_pools(candidates=candidates(2), pools=pools[:1]) == []


@given(
    rows=st.lists(st.sets(st.sampled_from("xyz")), max_size=12),
    asked=st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 4)), min_size=1, max_size=3),
    seed=st.integers(0, 9999),
)
def test_pools_are_filled_whenever_that_is_possible_at_all(rows, asked, seed):
    questions = [candidates(1, start=n, tags=tuple(tags))[0] for n, tags in enumerate(rows)]
    pools = [{"bank": "own", "draw": count, "tag": tag} for tag, count in asked]
    shown = drawn(questions, *pools, seed=seed)
    ids = [row["question"] for row in shown]
    assert len(set(ids)) == len(ids)
    # Hall: each set of pools is short by what it asks for less what there is for any of them.
    short = max(
        sum(p["draw"] for p in some) - sum(any(p["tag"] in q.tags for p in some) for q in questions)
        for size in range(len(pools) + 1)
        for some in combinations(pools, size)
    )
    assert len(ids) == sum(pool["draw"] for pool in pools) - max(short, 0)


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
        (
            1,
            2,
            {"draw": 3, "critical_draw": 2},
            "critical_draw: draws 2 of 1 critical questions, 3 in all",
        ),
        (
            3,
            3,
            {"draw": 1, "critical_draw": 2},
            "critical_draw: draws 2 of 3 critical questions, 1 in all",
        ),
        (
            2,
            1,
            {"draw": 3, "critical_draw": 1},
            "draw: draws 2 of 1 questions that are not critical",
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
    critical, others = min(asked[0], must), min(asked[1], other)
    questions = [*candidates(must, critical=True), *candidates(other, start=100)]
    shown = drawn(
        questions,
        {"bank": "own", "draw": asked[1], "critical": False},
        {"bank": "own", "draw": asked[0], "critical": True},
        seed=seed,
    )
    found = [row["question"] for row in shown]
    assert len(set(found)) == len(found) == critical + others
    assert sum(n < 100 for n in found) == critical


def test_critical_questions_stand_anywhere_and_all_come_up():
    questions = [*candidates(3, critical=True), *candidates(6, start=3)]
    pools = read_quiz(mixed(3, 6, draw=4, critical_draw=1)).pools()
    pools = [{**pool, "bank": "own"} for pool in pools]
    rng = random.Random(5)
    draws = [draw(candidates=questions, pools=pools, rng=rng) for _ in range(300)]
    places = {[row["question"] < 3 for row in shown].index(True) for shown in draws}
    assert places == {0, 1, 2, 3}
    assert {row["question"] for shown in draws for row in shown} == set(range(9))


@pytest.mark.parametrize("file", sorted(CURRICULUM.glob("*/*/quiz.yaml")), ids=str)
def test_every_quiz_of_the_curriculum_can_be_read(file):
    assert read_quiz(yaml.safe_load(file.read_text())).questions


# --- pools in the file ----------------------------------------------------------------------
def pooled(*pools, **changes):
    data = quiz_data(4, pools=list(pools), **changes)
    data.pop("draw")
    data["questions"][0]["tags"] = ["night"]
    return data


def test_pools_of_a_file_take_the_place_of_draw_and_name_their_bank():
    quiz = read_quiz(pooled({"draw": 1, "tag": "night"}, {"bank": "shared", "draw": 2}))
    assert quiz.draw == 3
    assert quiz.pools() == [
        {"bank": "tiny-check", "draw": 1, "tag": "night"},
        {"bank": "shared", "draw": 2},
    ]


@pytest.mark.parametrize(
    ("pools", "changes", "fault"),
    [
        (
            [{"draw": 2, "tag": "night"}],
            {},
            "pools[1]: draws 2 questions, only 1 are left for it",
        ),
        ([{"draw": 4}, {"draw": 1}], {}, None),
        ([{"draw": 0}], {}, "pools[1].draw: must be from 1 to 200, not 0"),
        ([{"draw": 1, "mood": "x"}], {}, "pools[1].mood: is not a field of this; look for a"),
        ([{"draw": 1, "difficulty": 9}], {}, "pools[1].difficulty: must be from 1 to 3, not 9"),
        ([{"draw": 1}], {"draw": 3}, "draw: is the sum of what the pools draw, 1"),
        ([{"draw": 1}], {"critical_draw": 1}, "critical_draw: belongs to a quiz without pools"),
        ([], {}, "pools: must be a list of 1 or more"),
        ("all", {}, "pools: must be a list of 1 or more"),
    ],
)
def test_a_pool_that_cannot_be_is_a_named_fault(pools, changes, fault):
    data = pooled(*([] if pools == "all" else pools)) | changes
    if pools == "all":
        data["pools"] = "all"
    faults = faults_of(data)
    if fault is None:  # Which of the two comes up short is not said, only that one does.
        assert len(faults) == 1 and "are left for it" in faults[0]
    else:
        assert any(each.startswith(fault) for each in faults)


def test_time_limit_and_waiting_time_are_read_and_may_be_left_out():
    quiz = read_quiz(quiz_data(1, time_limit_minutes=20, wait_hours=24))
    assert (quiz.time_limit_minutes, quiz.wait_hours) == (20, 24)
    plain = read_quiz(quiz_data(1))
    assert (plain.time_limit_minutes, plain.wait_hours) == (None, 0)
    assert read_quiz(quiz_data(1, wait_hours=0)).wait_hours == 0
    assert faults_of(quiz_data(1, time_limit_minutes=0)) == (
        "time_limit_minutes: must be from 1 to 600, not 0",
    )


def test_a_misspelt_field_is_not_lost():
    assert faults_of(quiz_data(1, atempts=3)) == (
        "atempts: is not a field of this; look for a spelling mistake",
    )
    assert read_question(question(1)).key == "q01"
