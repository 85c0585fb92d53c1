"""Overlapping stretches count once, whatever the order in which they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.seat_time.union import length, shared_out, union, without

MOMENTS = st.integers(0, 60)
INTERVALS = st.lists(st.tuples(MOMENTS, MOMENTS), max_size=12)
LABELLED = st.lists(st.tuples(st.sampled_from("abc"), st.tuples(MOMENTS, MOMENTS)), max_size=12)


def moments(intervals):
    """Count by hand: which whole moments are covered."""
    return {moment for start, end in intervals for moment in range(start, end)}


@pytest.mark.parametrize(
    ("told", "covered"),
    [
        ([], []),
        ([(3, 3)], []),
        ([(5, 2)], []),
        ([(0, 15), (15, 30)], [(0, 30)]),  # two ticks in a row
        ([(0, 15), (16, 30)], [(0, 15), (16, 30)]),  # a pause
        ([(0, 15), (0, 15)], [(0, 15)]),  # two tabs, or one tick told twice
        ([(0, 30), (10, 20)], [(0, 30)]),  # one within the other
        ([(10, 20), (0, 12), (18, 40)], [(0, 40)]),  # out of order
    ],
)
def test_union(told, covered):
    assert union(told) == covered


@pytest.mark.parametrize(
    ("interval", "taken", "left"),
    [
        ((0, 10), [], [(0, 10)]),
        ((0, 10), [(0, 10)], []),
        ((0, 10), [(2, 4)], [(0, 2), (4, 10)]),
        ((0, 10), [(8, 20), (-5, 1)], [(1, 8)]),
        ((0, 10), [(10, 20)], [(0, 10)]),
        ((5, 5), [], []),
    ],
)
def test_without(interval, taken, left):
    assert without(interval, taken) == left


@given(INTERVALS)
def test_every_moment_counts_once(told):
    assert length(told) == len(moments(told))


@given(INTERVALS, st.randoms())
def test_the_order_changes_nothing(told, random):
    shuffled = list(told)
    random.shuffle(shuffled)
    assert union(shuffled) == union(told)


@given(INTERVALS)
def test_telling_it_twice_changes_nothing(told):
    assert union(told + told) == union(told)


@given(INTERVALS, INTERVALS)
def test_two_tabs_are_never_more_than_both_nor_less_than_one(first, second):
    both = length(first + second)
    assert max(length(first), length(second)) <= both <= length(first) + length(second)


@given(st.tuples(MOMENTS, MOMENTS), INTERVALS)
def test_what_is_left_and_what_is_taken_make_the_whole(interval, taken):
    left = without(interval, taken)
    assert moments(left) == moments([interval]) - moments(taken)


@given(LABELLED, st.randoms())
def test_the_parts_add_up_to_the_whole_in_any_order(told, random):
    shuffled = list(told)
    random.shuffle(shuffled)
    parts = shared_out(shuffled)
    assert parts == shared_out(told)
    assert sum(length(each) for each in parts.values()) == length([each for _, each in told])
    for label, pieces in parts.items():
        assert moments(pieces) <= moments([each for name, each in told if name == label])


def test_a_moment_belongs_to_what_was_begun_first():
    told = [("quiz", (10, 40)), ("lesson", (0, 20))]
    assert shared_out(told) == {"lesson": [(0, 20)], "quiz": [(20, 40)]}
