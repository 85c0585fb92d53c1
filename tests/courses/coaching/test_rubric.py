"""Rating an observation, and reading rubric files."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from courses.coaching.rubric import (
    FaultyRatings,
    FaultyRubric,
    items_of,
    rate,
    read_rubric,
)

from .making import rubric_data

CURRICULUM = Path(__file__).resolve().parents[3] / "content" / "curriculum"


def rated(*given, benchmark=80):
    draft = read_rubric(rubric_data(items=len(given)))
    keys = [item.id for item in draft.items]
    ratings = dict(zip(keys, given, strict=True))
    return rate(items=draft.items, ratings=ratings, benchmark_percent=benchmark)


@pytest.mark.parametrize(
    ("ratings", "percent", "passed"),
    [
        ((3, 3, 3), "100.00", True),
        ((2, 2, 3), "77.78", False),
        ((2, 3, 3), "88.89", True),
        ((0, 0, 0), "0.00", False),
        ((2, 2, 2, 3, 3), "80.00", True),  # Exactly the benchmark.
    ],
)
def test_share_of_the_highest_sum(ratings, percent, passed):
    rating = rated(*ratings)
    assert (rating.percent, rating.passed) == (Decimal(percent), passed)


def test_a_critical_item_rated_0_fails_whatever_the_sum():
    # The first item of the making is critical, the second is not.
    failing = rated(0, 3, 3, 3, 3, 3, 3, 3)
    assert (failing.percent, failing.critical_failed, failing.passed) == (
        Decimal("87.50"),
        ("item-1",),
        False,
    )
    passing = rated(3, 0, 3, 3, 3, 3, 3, 3)
    assert (passing.percent, passing.critical_failed, passing.passed) == (
        Decimal("87.50"),
        (),
        True,
    )


def test_a_critical_item_rated_1_does_not_fail_by_itself():
    assert rated(1, 3, 3, 3, 3).passed


def test_a_share_that_only_rounds_to_the_benchmark_does_not_pass():
    rating = rated(2, 2, 2, benchmark=67)
    assert (rating.percent, rating.passed) == (Decimal("66.67"), False)


@pytest.mark.parametrize("odd", [4, -1, True, "3", 2.0, None])
def test_a_rating_other_than_0_to_3_is_refused(odd):
    with pytest.raises(FaultyRatings) as caught:
        rated(odd, 3)
    assert caught.value.wrong == ("item-1",)


def test_a_missing_and_an_unknown_item_are_named():
    draft = read_rubric(rubric_data(items=2))
    with pytest.raises(FaultyRatings) as caught:
        rate(items=draft.items, ratings={"item-2": 3, "other": 3}, benchmark_percent=80)
    assert (caught.value.missing, caught.value.unknown) == (("item-1",), ("other",))


def test_items_survive_being_stored():
    draft = read_rubric(rubric_data(items=3))
    assert items_of(draft.item_rows()) == draft.items


def test_the_digest_sees_every_word():
    changed = rubric_data(items=2)
    changed["items"][1]["anchors"][2] = "Other words"
    assert read_rubric(changed).digest != read_rubric(rubric_data(items=2)).digest


def test_every_fault_is_named_at_once():
    data = rubric_data(items=2, benchmark_percent=0, hours="many", mode="asleep")
    data["items"][1] = {"id": "item-1", "text": "T", "critical": "yes", "anchors": {0: "a", 1: "b"}}
    with pytest.raises(FaultyRubric) as caught:
        read_rubric(data)
    assert set(caught.value.faults) >= {
        "item item-1: is there twice",
        "item item-1: needs an anchor for each of 0, 1, 2 and 3",
        "item item-1: critical is true or false",
        "rubric: hours must be a number from 0 to 100",
        "rubric: benchmark_percent must be a whole number from 1 to 100",
        "rubric: mode must be one of practice, live, coaching",
    }


@pytest.mark.parametrize("file", sorted(CURRICULUM.glob("*/*/rubric.yaml")), ids=str)
def test_every_rubric_of_the_curriculum_can_be_read(file):
    assert read_rubric(yaml.safe_load(file.read_text())).items
