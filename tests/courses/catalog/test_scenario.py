"""Walking a story."""

import pytest

from courses.catalog.scenario import MOST_STEPS, unreachable, walk, without_end


def step(name, *choices):
    return {"id": name, "choices": [{"id": each, "next": to} for each, to in choices]}


STORY = [step("a", ("go", "b"), ("stop", "")), step("b", ("end", None), ("back", "a"))]


@pytest.mark.parametrize(
    ("path", "kept", "now"),
    [
        ([], (), "a"),
        (["go"], ("go",), "b"),
        (["go", "end"], ("go", "end"), None),
        (["stop"], ("stop",), None),
        (["stop", "go"], ("stop",), None),
        (["nonsense", "go"], (), "a"),
        (["go", "nonsense"], ("go",), "b"),
        (["go", "back", "stop"], ("go", "back", "stop"), None),
    ],
)
def test_a_path_is_followed_as_far_as_the_story_knows_it(path, kept, now):
    told = walk(STORY, "a", path)
    assert told.path == kept
    assert (told.current and told.current["id"]) == now


def test_a_path_in_circles_is_cut():
    assert len(walk(STORY, "a", ["go", "back"] * 1000).path) == MOST_STEPS


def test_each_step_knows_the_path_that_led_to_it():
    told = walk(STORY, "a", ["go", "back", "stop"])
    assert [each.path for each in told.taken] == [(), ("go",), ("go", "back")]


def test_lost_steps_and_endless_stories_are_found():
    circle = [step("a", ("x", "b")), step("b", ("x", "a")), step("c", ("x", None))]
    assert unreachable(circle, "a") == ["c"]
    assert without_end(circle) == ["a", "b"]
    assert (unreachable(STORY, "a"), without_end(STORY)) == ([], [])
