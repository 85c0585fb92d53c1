"""The pass mark and how scores are rounded."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.scoring import grade, needed


def graded(right, total, pass_percent=80):
    return grade(
        shown=range(total),
        responses={n: "a" if n < right else "b" for n in range(total)},
        keys={n: ["a"] for n in range(total)},
        pass_percent=pass_percent,
    )


@pytest.mark.parametrize(
    ("right", "total", "pass_percent", "percent", "passed"),
    [
        (8, 10, 80, "80.00", True),
        (7, 10, 80, "70.00", False),
        (2, 3, 67, "66.67", False),  # The exact share is below the mark, though 66.67 looks near.
        (2, 3, 66, "66.67", True),
        (1, 3, 33, "33.33", True),
        (1, 6, 17, "16.67", False),
        (1, 800, 1, "0.13", False),  # 0.125 rounds half up.
        (0, 1, 80, "0.00", False),
        (1, 1, 100, "100.00", True),
    ],
)
def test_score_and_pass(right, total, pass_percent, percent, passed):
    score = graded(right, total, pass_percent)
    assert (score.percent, score.passed) == (Decimal(percent), passed)
    assert (score.correct, score.total) == (right, total)


def test_a_score_that_rounds_up_to_the_mark_does_not_pass():
    # 15,999 of 20,000 is 79.995 %, shown as 80.00.
    score = graded(15_999, 20_000)
    assert (score.percent, score.passed) == (Decimal("80.00"), False)


def test_no_answer_is_wrong_and_marked_as_no_answer():
    score = grade(shown=[7, 9], responses={9: "b"}, keys={7: ["a"], 9: ["b"]}, pass_percent=50)
    assert [(m.question, m.choice, m.correct) for m in score.marks] == [
        (7, None, False),
        (9, "b", True),
    ]
    assert score.passed


def test_an_answer_to_a_question_that_was_not_shown_counts_for_nothing():
    score = grade(shown=[1], responses={1: "b", 2: "a"}, keys={1: ["a"], 2: ["a"]}, pass_percent=1)
    assert (score.correct, score.total, score.passed) == (0, 1, False)


@pytest.mark.parametrize(
    "broken", [{"shown": []}, {"shown": [1, 1]}, {"keys": {}}, {"keys": {1: []}}]
)
def test_what_cannot_be_graded_is_refused(broken):
    whole = {"shown": [1], "responses": {1: "a"}, "keys": {1: ["a"]}, "pass_percent": 80}
    with pytest.raises(ValueError, match=r".+"):
        grade(**(whole | broken))


@given(total=st.integers(1, 60), pass_percent=st.integers(1, 100))
def test_the_number_needed_is_the_least_that_passes(total, pass_percent):
    least = needed(total=total, pass_percent=pass_percent)
    assert graded(least, total, pass_percent).passed
    assert not graded(least - 1, total, pass_percent).passed


# --- critical questions ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("right", "critical", "missed", "passed"),
    [
        (10, [9], (), True),
        (9, [9], (9,), False),
        (9, [0], (), True),
        (8, [0, 8, 9], (8, 9), False),
        (7, [0], (), False),  # All critical ones right, and still below the mark.
        (9, [99], (), True),  # Only what was shown can be missed.
    ],
)
def test_a_missed_critical_question_fails_whatever_the_share(right, critical, missed, passed):
    score = grade(
        shown=range(10),
        responses={n: "a" if n < right else "b" for n in range(10)},
        keys={n: ["a"] for n in range(10)},
        pass_percent=80,
        critical=critical,
    )
    assert (score.critical_missed, score.passed) == (missed, passed)
    assert score.percent == Decimal(right * 10)


def test_a_critical_question_without_an_answer_is_missed():
    score = grade(
        shown=[1, 2], responses={1: "a"}, keys={1: ["a"], 2: ["a"]}, pass_percent=1, critical=[2]
    )
    assert (score.critical_missed, score.passed) == ((2,), False)
