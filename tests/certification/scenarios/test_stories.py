"""Every story ends as was reckoned by hand, however it is asked, and nothing known is forgotten."""

import pytest

from tests.certification.scenarios.playing import Play, stories

STORIES = stories()


@pytest.mark.parametrize("story", STORIES)
def test_a_story_ends_as_reckoned_by_hand(story, stage):
    play = Play(story, stage)
    play.play()
    play.answer()
    play.remembered()
    play.sound()


def test_there_are_stories_about_every_program():
    played = {each.values[0].get("program", "nm-mrss") for each in STORIES}
    assert len(STORIES) >= 60
    assert played >= {"nm-mrss", "uconn-mrss", "ct-mcis-pic", "ca-mcbh-mobile", "mrss-101"}
