"""Whom the demo's trainer teaches together, and what waits on his desk."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from courses.public import (
    act_out_quiz,
    act_out_reading,
    add_people,
    contest_time,
    create_cohort,
    finish_lesson,
    load_curriculum,
    mark_answer,
    outline,
    save_answers,
    waiting_answers,
)
from lms.management.demo import cast, training, writing
from lms.management.demo.stories import Story
from lms.public import organisation, staff_rows, today

PLACE: Final = "rio-vista"
TITLE: Final = "Core 40 at Río Vista"
REFRESHER: Final = "after-the-visit"
"""A short course of the demo alone: its two quizzes ask questions of every kind."""
PACK: Final = Path(__file__).resolve().parent / "packs" / REFRESHER
CALL, NOTE = f"{REFRESHER}-call-back-check", f"{REFRESHER}-note-check"
LESSON_KEY: Final = "after-the-visit-call-back/before-you-dial"
LESSON: Final = f"lesson:{LESSON_KEY}"
MOST, MEASURED = 32, 8
"""So many take the refresher, and are measured: figures appear from 30 people on, and from 5."""
NOTES: Final = (
    "She threw her phone and went to the porch. Father called us at 6. I sat with her; she said"
    " she wants the door open tonight. Agreed: he leaves it open, I call tomorrow at 10.",
    "Girl was angry and dramatic. It got better after an hour. Call tomorrow.",
    "Seen: phone on the floor, girl on the porch. Said: “Leave me be for now.” Agreed: supper"
    " together, father writes down when it gets loud, I call Tuesday 10:00.",
)
REFLECTIONS: Final = (
    "I was afraid that she would say it had not helped. I dialed after lunch. It had.",
    "I did not know who would pick up. Now I ask before I leave.",
)


def begin(stories: Iterable[Story], people: dict[str, int]) -> None:
    """Let Samir teach everybody who takes the core course at Río Vista; call once."""
    place, samir = organisation(key=PLACE), writing.user_id("samir")
    if place is None:
        return
    here = {row.person_id: row.person_uuid for row in staff_rows(paths=[place.path], on=today())}
    taught = [story for story in stories if any(map(training.is_core, story.acts))]
    chosen = [here[people[story.key]] for story in taught if people[story.key] in here]
    uuid = create_cohort(
        actor_id=samir,
        title=TITLE,
        course_key=training.CORE,
        organisation_id=place.id,
        from_on=today() - timedelta(days=60),
    )
    add_people(actor_id=samir, cohort_uuid=uuid, person_uuids=chosen)


def refresh(stories: Iterable[Story], people: dict[str, int], seed: int) -> None:
    """Let people take the refresher, so that quizzes, marks and times have something to tell."""
    samir, rng = writing.user_id("samir"), Random(seed)  # noqa: S311 (not secret)
    if outline(course_key=REFRESHER) is None:
        load_curriculum(path=PACK)
    takers = _takers(stories, people)
    writing.take_course((people[key] for key in takers), REFRESHER)
    for key in takers[:MEASURED]:
        _study(people[key], rng)
    for key in takers:
        _sit(key, CALL, rng, able=rng.uniform(0.4, 1))
    for key, words in zip(takers, NOTES, strict=False):
        _sit(key, NOTE, rng, able=1, words=words)
    for key, words in zip(takers, REFLECTIONS, strict=False):
        save_answers(
            person_id=people[key], lesson_key=LESSON_KEY, block_id="my-last-call", answers=[words]
        )
    _mark_one(samir)
    _contest(takers[0], people[takers[0]])


def _takers(stories: Iterable[Story], people: dict[str, int]) -> list[str]:
    """Return who takes the refresher: some of those who work in the state and know the core."""
    above = organisation(key=cast.STATE)
    paths = [] if above is None else [above.path]
    here = {row.person_id for row in staff_rows(paths=paths, on=today())}
    able = (
        story.key
        for story in stories
        if story.account and not story.duties and any(map(training.is_core, story.acts))
    )
    return [key for key in able if people[key] in here][:MOST]


def _study(person_id: int, rng: Random) -> None:
    """Let somebody read the first lesson for some minutes and finish it."""
    course = outline(course_key=REFRESHER)
    if course is None:
        return
    act_out_reading(
        person_id=person_id,
        course_key=REFRESHER,
        subject=LESSON,
        revision=course.label,
        minutes=rng.randint(6, 15),
    )
    finish_lesson(
        person_id=person_id,
        actor_id=None,
        outline=course,
        lesson_key=LESSON_KEY,
        page_revision=None,
    )


def _sit(key: str, quiz_key: str, rng: Random, *, able: float, words: str = "") -> None:
    user_id = writing.user_id(key)
    act_out_quiz(user_id=user_id, quiz_key=quiz_key, rng=rng, able=able, words=words)


def _mark_one(samir: int) -> None:
    """Let Samir mark the answer that came first; the others wait."""
    first, *_others = waiting_answers(user_id=samir)
    mark_answer(
        user_id=samir,
        attempt_uuid=first.attempt,
        question_id=first.question,
        criteria={"seen": 2, "agreed": 2},
        words="Anybody on the team could call tomorrow with this.",
    )


def _contest(key: str, person_id: int) -> None:
    """Let somebody say that a measured time is too short."""
    contest_time(
        actor_id=writing.user_id(key),
        person_id=person_id,
        course_key=REFRESHER,
        subject=LESSON,
        claimed_minutes=25,
        reason="I read it on paper with Bo and only opened it here to answer.",
    )
