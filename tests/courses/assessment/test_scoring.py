"""The pass mark, points and parts of them, and how scores are rounded."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.scoring import Mark, grade, needed, pending


def graded(right, total, pass_percent=80, critical=()):
    marks = [Mark(n, Fraction(n < right), critical=n in critical) for n in range(total)]
    return grade(marks=marks, pass_percent=pass_percent)


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
    assert (score.earned, score.points) == (right, total)


def test_a_score_that_rounds_up_to_the_mark_does_not_pass():
    # 15,999 of 20,000 is 79.995 %, shown as 80.00.
    score = graded(15_999, 20_000)
    assert (score.percent, score.passed) == (Decimal("80.00"), False)


@pytest.mark.parametrize(
    ("marks", "pass_percent", "percent", "correct", "passed"),
    [
        # Half of 4 points and 2 of 2: 4 of 6.
        ([(Fraction(1, 2), 4), (Fraction(1), 2)], 66, "66.67", 1, True),
        ([(Fraction(1, 2), 4), (Fraction(1), 2)], 67, "66.67", 1, False),
        # Three thirds are a whole: as decimals they would not be.
        ([(Fraction(1, 3), 1)] * 3, 33, "33.33", 0, True),
        ([(Fraction(1, 3), 1), (Fraction(2, 3), 1)], 50, "50.00", 0, True),
        ([(Fraction(1, 7), 1)] * 7, 15, "14.29", 0, False),
        # A question of 9 points weighs as much as nine of one.
        ([(Fraction(0), 9), (Fraction(1), 1)], 10, "10.00", 1, True),
    ],
)
def test_parts_of_points_are_reckoned_exactly(marks, pass_percent, percent, correct, passed):
    rows = [Mark(n, credit, points) for n, (credit, points) in enumerate(marks)]
    score = grade(marks=rows, pass_percent=pass_percent)
    assert (score.percent, score.correct, score.passed) == (Decimal(percent), correct, passed)


def test_there_is_no_score_before_the_last_mark_is_given():
    marks = [Mark(1, Fraction(1)), Mark(2, None, points=3), Mark(3, None)]
    assert grade(marks=marks, pass_percent=1) is None
    assert pending(marks) == (2, 3)


@pytest.mark.parametrize(
    "marks",
    [
        [],
        [Mark(1, Fraction(1)), Mark(1, Fraction(1))],
        [Mark(1, Fraction(-1, 2))],
        [Mark(1, Fraction(3, 2))],
        [Mark(1, Fraction(1), points=0)],
    ],
    ids=["nothing", "twice", "less than nothing", "more than all", "no points"],
)
def test_what_cannot_be_graded_is_refused(marks):
    with pytest.raises(ValueError, match=r".+"):
        grade(marks=marks, pass_percent=80)


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
    score = graded(right, 10, critical=critical)
    assert (score.critical_missed, score.passed) == (missed, passed)
    assert score.percent == Decimal(right * 10)


def test_a_critical_question_that_is_right_in_part_is_missed():
    marks = [Mark(1, Fraction(99, 100), points=10, critical=True), Mark(2, Fraction(1))]
    score = grade(marks=marks, pass_percent=50)
    assert (score.critical_missed, score.passed) == ((1,), False)
