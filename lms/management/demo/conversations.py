"""Observed conversations of the demo, written by coach and worker as in life."""

import uuid
import zlib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

from courses.public import (
    Observed,
    acknowledge,
    enrol,
    outline,
    record_observation,
    record_trainings,
    withdraw,
)
from lms.management.demo import writing
from lms.management.demo.stories import Story
from lms.management.demo.training import CONVERSATION, COURSE, Act

PACK: Final = Path(settings.ROOT) / "content" / "curriculum" / "mrss-101"
LESSONS_OF_ALMA: Final = 6
TAKEN_BACK: Final = "grace.peshlakai"
WRONG_WORKER: Final = "I wrote down the conversation of another worker by mistake."
_SPACE: Final = uuid.UUID("6f1d1a52-6c1c-4d0e-9a3f-000000000024")


# Who was seen by Renata, how many days ago, rated how on every item.
SIGNED: Final = (("hannah", 170, 3), ("kofi", 21, 3), ("teo", 12, 2), ("grace.peshlakai", 30, 3))


def seen_by_renata(story: Story, act: Act, today: date) -> bool:
    """Tell whether a conversation is one that Renata wrote down herself, at Río Vista."""
    return (
        act.subject == CONVERSATION
        and act.on > today - timedelta(days=890)
        and any(
            work.place.startswith("rio-vista")
            and work.since <= act.on
            and (work.until is None or act.on < work.until)
            for work in story.work
        )
        and story.key != "renata"
    )


def signed_by_both(stories: Sequence[Story], people: dict[str, int], today: date) -> None:
    """Let Renata see people of Río Vista and each of them sign; take Grace's back again."""
    for story in stories:
        for act in story.acts:
            if seen_by_renata(story, act, today):
                _both_sign(people, story.key, act.on, 3 if act.passed else 2)
    for key, days, rating in SIGNED:
        number = _both_sign(people, key, today - timedelta(days=days), rating)
        if key == TAKEN_BACK:
            coach = writing.user_id("renata")
            withdraw(actor_id=coach, observation_uuid=number, reason=WRONG_WORKER)


def _both_sign(people: dict[str, int], key: str, on: date, rating: int) -> uuid.UUID:
    observed = _observed(people[key], f"{key} {on}", on, rating)
    number = record_observation(actor_id=writing.user_id("renata"), observed=observed)
    acknowledge(actor_id=writing.user_id(key), observation_uuid=number, comment="")
    return number


def alma(people: dict[str, int], today: date) -> None:
    """Leave Alma in the middle of MRSS 101, with a practice conversation waiting for her."""
    person_id, user_id = people["alma"], writing.user_id("alma")
    enrol(person_id=person_id, course_key="mrss-101")
    known = outline(course_key="mrss-101")
    course = Act("course", COURSE, today - timedelta(days=4), revision=known.label if known else "")
    lessons = writing.lesson_facts("alma", person_id, user_id, course, most=LESSONS_OF_ALMA)
    record_trainings(facts=list(lessons), actor_id=user_id, batch="demo: Alma's lessons")
    observed = _observed(person_id, "alma", today - timedelta(days=2), 2)
    record_observation(actor_id=writing.user_id("renata"), observed=observed)


def _observed(person_id: int, name: str, on: date, rating: int) -> Observed:
    """Return a conversation with one rating for every item, but one or two lower or higher."""
    ratings = dict.fromkeys(_items(), rating)
    drawn = zlib.crc32(name.encode())
    for place in {drawn % len(ratings), drawn // 7 % len(ratings)}:
        ratings[list(ratings)[place]] = 5 - rating
    return Observed(
        person_id=person_id,
        rubric_key=CONVERSATION.removeprefix("rubric:"),
        observed_on=on,
        setting="simulation",
        ratings=ratings,
        form_key=_form(name),
        strengths="You asked both of them how they see it, and waited for the answer.",
        next_step="Slow down at the door: say why you came before you ask the first question.",
    )


def _items() -> list[str]:
    [file] = PACK.glob("*/rubric.yaml")
    rubric: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return [row["id"] for row in rubric["items"]]


def _form(name: str) -> uuid.UUID:
    """Return the key of a form, the same at every build: the operation then writes it once."""
    return uuid.uuid5(_SPACE, name)
