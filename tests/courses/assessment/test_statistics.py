"""How questions work: by hand, against independent libraries, and for whatever may come."""

import json
from math import isclose, isfinite, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.statistics import (
    FEWEST,
    FIRM,
    Answered,
    calibration,
    correlation,
    cronbach_alpha,
    statistics_of,
    variance,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "statistics"


def sitting(credits, **more):
    return {number: Answered(credit, **more) for number, credit in enumerate(credits, start=1)}


def close(ours, theirs):
    return all(isclose(a, b, rel_tol=0, abs_tol=1e-9) for a, b in zip(ours, theirs, strict=True))


# --- against independent libraries ----------------------------------------------------------
@pytest.fixture(scope="module")
def reference():
    return json.loads((GOLDEN / "lsat6.json").read_text())


@pytest.fixture(scope="module")
def lsat():
    lines = (GOLDEN / "lsat6.csv").read_text().splitlines()[1:]
    table = [line.split(",") for line in lines]
    return [pattern for pattern, people in table for _ in range(int(people))]


def right_or_wrong(pattern):
    return {
        n: Answered(float(c), chosen=frozenset({"right" if c == "1" else "wrong"}))
        for n, c in enumerate(pattern, start=1)
    }


def test_a_published_set_of_answers_gives_what_independent_libraries_give(lsat, reference):
    options = dict.fromkeys(range(1, 6), ("right", "wrong"))
    found = statistics_of([right_or_wrong(each) for each in lsat], options=options)
    assert found.people == reference["people"] == 1000 and found.fixed
    assert close([item.facility for item in found.items], reference["facility"])
    assert close([item.discrimination for item in found.items], reference["discrimination"])
    assert close([found.alpha], [reference["alpha"]])
    assert close([found.mean], [reference["mean_percent"]])
    assert close([found.deviation], [reference["deviation_percent"]])
    assert close([found.error], [reference["error_percent"]])
    right = [item.choices[0] for item in found.items]
    assert close([each.top for each in right], reference["top_right"])
    assert close([each.bottom for each in right], reference["bottom_right"])


def test_the_order_of_people_makes_no_difference(lsat, reference):
    found = statistics_of([right_or_wrong(each) for each in reversed(lsat)], options={})
    assert close([found.alpha, found.error], [reference["alpha"], reference["error_percent"]])


def test_a_random_pool_has_figures_for_each_question_and_none_for_the_whole(lsat, reference):
    shown = [right_or_wrong(each) for each in lsat]
    for number, each in enumerate(shown):
        del each[number % 5 + 1]
    found = statistics_of(shown, options={})
    assert not found.fixed and found.alpha is None and found.error is None
    assert [item.people for item in found.items] == [800] * 5
    assert close([item.facility for item in found.items], reference["pool"]["facility"])
    assert close([item.discrimination for item in found.items], reference["pool"]["discrimination"])


# --- by hand --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rows", "alpha"),
    [
        # Two questions that always agree measure the same: alpha is 1.
        ([(1, 1), (0, 0), (1, 1), (0, 0)], 1.0),
        # Two that never agree: every total is 1, so there is nothing to tell apart.
        ([(1, 0), (0, 1), (1, 0), (0, 1)], None),
        # Independent ones: the variances of 1/3 add up to that of the totals, 2/3.
        ([(1, 1), (1, 0), (0, 1), (0, 0)], 0.0),
        # 3/2 × (1 − (1/4 + 1/3 + 1/4) / (5/3)) = 3/4
        ([(1, 1, 1), (1, 1, 0), (1, 0, 0), (0, 0, 0)], 0.75),
        ([(1,), (0,)], None),
        ([], None),
    ],
)
def test_alpha_by_hand(rows, alpha):
    assert cronbach_alpha(rows) == (None if alpha is None else pytest.approx(alpha, abs=1e-12))


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ([0, 0, 1, 1], [1, 2, 3, 4], 2 / sqrt(5)),
        ([0, 1, 0, 1], [2, 2, 2, 2], None),
        ([1, 0], [0, 1], -1.0),
        ([1], [1], None),
    ],
)
def test_correlation_by_hand(left, right, found):
    assert correlation(left, right) == (None if found is None else pytest.approx(found))


def test_sample_variance_by_hand():
    assert variance([2, 4, 4, 4, 5, 5, 7, 9]) == pytest.approx(32 / 7)
    assert variance([5]) == variance([]) == 0


def test_the_standard_error_is_the_deviation_times_the_root_of_what_alpha_leaves():
    rows = [(1, 1, 1), (1, 1, 0), (1, 0, 0), (0, 0, 0)] * 10
    found = statistics_of([sitting(row) for row in rows], options={})
    assert found.alpha == pytest.approx(0.75) and found.mean == pytest.approx(50)
    assert found.error == pytest.approx(found.deviation / 2)


def test_points_weigh_in_the_total_and_not_in_the_facility():
    heavy = [{1: Answered(1.0, points=3), 2: Answered(0.0)}] * 15
    light = [{1: Answered(0.5, points=3), 2: Answered(1.0)}] * 15
    found = statistics_of(heavy + light, options={})
    assert [item.facility for item in found.items] == [0.75, 0.5]
    assert found.mean == pytest.approx((75 + 62.5) / 2)
    assert [item.discrimination for item in found.items] == [pytest.approx(-1)] * 2


def test_who_ties_at_the_border_of_a_group_belongs_to_it():
    # 40 people, 27 % are 11: the bottom ends among the 16 with none right, the top among the 12
    # with both, and all of them belong.
    def answers(first, second, chosen):
        return {1: Answered(first, chosen=frozenset({chosen})), 2: Answered(second)}

    people = [answers(0, 0, "a")] * 8 + [answers(0, 0, "b")] * 8
    people += [answers(1, 0, "c")] * 12 + [answers(1, 1, "c")] * 12
    found = statistics_of(people, options={1: ("a", "b", "c")})
    rows = [(c.option, c.people, c.share, c.top, c.bottom) for c in found.items[0].choices]
    assert rows == [
        ("a", 8, 0.2, 0.0, 0.5),
        ("b", 8, 0.2, 0.0, 0.5),
        ("c", 24, 0.6, 1.0, 0.0),
    ]


def test_there_are_no_groups_where_everybody_has_the_same_score():
    found = statistics_of([{1: Answered(1, chosen=frozenset("a"))}] * 40, options={1: ("a", "b")})
    first = found.items[0]
    assert [(c.share, c.top, c.bottom) for c in first.choices] == [(1, None, None), (0, None, None)]
    assert first.discrimination is None and found.alpha is None and found.error is None


@pytest.mark.parametrize(
    ("people", "shown", "indicative"),
    [
        (0, False, False),
        (FEWEST - 1, False, False),
        (FEWEST, True, True),
        (FIRM - 1, True, True),
        (FIRM, True, False),
    ],
)
def test_little_is_said_about_few_people(people, shown, indicative):
    rows = [(n % 2, n % 3 == 0, n % 5 == 0) for n in range(people)]
    found = statistics_of([sitting(row) for row in rows], options={1: ("a",)})
    assert (found.people, found.shown, found.indicative) == (people, shown, indicative)
    told = [found.mean, found.deviation, found.alpha, *(item.facility for item in found.items)]
    told += [item.discrimination for item in found.items]
    assert all((each is not None) is shown for each in told)
    assert all(bool(item.choices) is (shown and item.question == 1) for item in found.items)


def test_a_question_that_few_were_shown_is_silent_among_others_that_speak():
    rows = [sitting((n % 2, n % 3 == 0)) for n in range(40)]
    for row in rows[:29]:
        row[3] = Answered(1.0)
    found = statistics_of(rows, options={3: ("a",)})
    assert [(item.people, item.shown) for item in found.items] == [(40, True)] * 2 + [(29, False)]
    assert (found.items[2].facility, found.items[2].choices, found.fixed) == (None, (), False)


def test_sureness_counts_entirely_right_answers_of_levels_with_enough_of_them():
    sure = [{1: Answered(1.0, confidence=3)}] * 24 + [{1: Answered(0.5, confidence=3)}] * 8
    guessed = [{1: Answered(1.0, confidence=1)}] * 29
    silent = [{1: Answered(1.0)}] * 50
    [level] = calibration(sure + guessed + silent)
    assert (level.level, level.answers, level.right) == (3, 32, 0.75)


# --- whatever may come ----------------------------------------------------------------------
answered = st.builds(
    Answered,
    credit=st.floats(0, 1),
    points=st.sampled_from((0.0, 1.0, 2.0, 5.0)),
    chosen=st.frozensets(st.sampled_from("abc")),
    confidence=st.sampled_from((None, 1, 2, 3)),
)
sittings = st.lists(
    st.dictionaries(st.integers(1, 4), answered, max_size=4), min_size=0, max_size=12
)


@given(sittings, st.sampled_from((1, 4, 9)))
def test_every_figure_of_any_answers_lies_where_it_can(rows, times):
    found = statistics_of(rows * times, options=dict.fromkeys(range(1, 5), ("a", "b")))
    assert found.people <= len(rows) * times
    for item in found.items:
        assert item.facility is None or -1e-9 <= item.facility <= 1 + 1e-9
        assert item.discrimination is None or -1 <= item.discrimination <= 1
        for choice in item.choices:
            shares = [choice.share, choice.top, choice.bottom]
            assert all(each is None or 0 <= each <= 1 for each in shares)
    if found.alpha is not None:
        assert isfinite(found.alpha) and found.alpha <= 1 + 1e-9 and found.fixed
    for each in (found.mean, found.deviation, found.error):
        assert each is None or (isfinite(each) and 0 <= each <= 100.0001)
