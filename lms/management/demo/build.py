"""Build the demo state step by step; a build that was broken off goes on where it stopped."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from certification.public import adopt, evaluate_history, load_programs, standing_counts
from content.public import ensure_site
from courses.public import load_curriculum, outline, record_trainings
from lms.audit.models import AuditEntry
from lms.jobs.models import Job, JobState
from lms.kit import clock
from lms.management.demo import cast, classes, conversations, endings, staff, training, writing
from lms.management.demo.stories import Story
from lms.people.models import Organisation, Person
from lms.public import PERSON_CHANGED, record_audit

SEED: Final = 24
CURRICULUM: Final = Path(settings.ROOT) / "content" / "curriculum"
PORTION: Final = 500
"""How many people are evaluated together."""

Say = Callable[[str], object]


class NoDemoHere(Exception):
    """This is not a place for a demo: it is not marked as one, or it holds other people."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The demo of this database: the day it is about, its seed and size, and whether it is whole.

    A build that goes on later keeps its day, or the same people would have other lives.
    """

    today: date
    seed: int
    count: int
    finished: bool


def check_place() -> None:
    """Return where a demo may be built. Raises: NoDemoHere."""
    if not (settings.DEMO or settings.DEBUG):
        raise NoDemoHere("The demo makes accounts with a known password: set DEMO=1 to allow it.")
    if begun() is None and Person.objects.exists():
        raise NoDemoHere("There are people here who are not of the demo; nothing was changed.")


def begun() -> Begun | None:
    """Return what is known of the demo of this database, or None."""
    rows = AuditEntry.objects.filter(subject_kind="demo").order_by("pk")
    acts: dict[str, dict[str, Any]] = dict(rows.values_list("action", "detail"))
    detail = acts.get("demo.begun")
    if detail is None:
        return None
    return Begun(
        today=date.fromisoformat(detail["today"]),
        seed=detail["seed"],
        count=detail["count"],
        finished="demo.finished" in acts,
    )


def build(*, seed: int = SEED, count: int = staff.STRANGERS, say: Say = print) -> Begun:
    """Build the demo, or go on with the one that was begun. Raises: NoDemoHere."""
    check_place()
    known = begun()
    if known is None:
        known = Begun(clock.today(cast.ZONE), seed, count, finished=False)
        detail = {"today": known.today.isoformat(), "seed": seed, "count": count}
        _note("demo.begun", detail)
    _load(say)
    every = staff.everybody(known.seed, known.today, known.count)
    people = _write_people(every, known.today, say)
    say("Writing what they have learned")
    # Before the facts, so that what is taken back again has never counted.
    conversations.signed_by_both(every, people, known.today)
    _write_facts(_attested(every, known.today), people)
    say("Working out what each has earned, and when")
    for start in range(0, len(every), PORTION):
        ids = [people[story.key] for story in every[start : start + PORTION]]
        evaluate_history(person_ids=ids)
    endings.apply_all(every, people)
    conversations.alma(people, known.today)
    # All of them were just evaluated, so that what these jobs promise is done.
    promised = Job.objects.filter(kind=PERSON_CHANGED, state=JobState.READY)
    promised.update(state=JobState.DONE, finished_at=clock.now())
    if not known.finished:
        endings.open_cases(people)
        classes.begin(every, people)
        classes.refresh(every, people, known.seed)
        _note("demo.finished", {})
    return Begun(known.today, known.seed, known.count, finished=True)


def _note(action: str, detail: dict[str, Any]) -> None:
    record_audit(
        actor_id=None, action=action, subject_kind="demo", subject=cast.STATE, detail=detail
    )


def _load(say: Say) -> None:
    """Make the public pages and load curriculum and programs, as far as they are missing."""
    ensure_site()
    for pack in sorted(CURRICULUM.glob("*/course.yaml")):
        if outline(course_key=pack.parent.name) is None:
            say(f"Loading the curriculum {pack.parent.name}")
            load_curriculum(path=pack.parent)
    load_programs()


def _write_people(every: Sequence[Story], today: date, say: Say) -> dict[str, int]:
    """Write places, people and accounts; return the ids of the people by key."""
    known = writing.write_places()
    since = today - timedelta(days=4 * 366)
    for place, program in cast.ADOPTIONS:
        adopt(organisation_id=known[place].id, program_key=program, starts_on=since)
    people = writing.people_by_key()
    say(f"Writing {len(every)} people at {len(known)} places")
    for number, story in enumerate(every, start=100):
        writing.write_person(story, number, known, people)
    writing.write_accounts(every, people, staff.acting(every))
    writing.take_course((people[story.key] for story in every if story.acts), "mrss-101")
    taught = [story for story in every if any(map(training.is_core, story.acts))]
    writing.take_course((people[story.key] for story in taught), training.CORE)
    return people


def _attested(every: Iterable[Story], today: date) -> list[Story]:
    """Return the stories without the conversations that coach and worker have signed here."""
    return [
        replace(
            story,
            acts=tuple(
                act for act in story.acts if not conversations.seen_by_renata(story, act, today)
            ),
        )
        for story in every
    ]


def _write_facts(every: Iterable[Story], people: dict[str, int]) -> None:
    """Write what everybody did; a trainer attests it, another trainer's word for the trainer."""
    by_actor: dict[str, list[Story]] = {}
    for story in every:
        by_actor.setdefault("renata" if story.key == "samir" else "samir", []).append(story)
    for actor, theirs in by_actor.items():
        attesting = writing.user_id(actor)
        facts = [
            fact
            for story in theirs
            for fact in writing.facts_of(story, people[story.key], attesting)
        ]
        record_trainings(facts=facts, actor_id=attesting, batch="demo", announce=False)


def plan(strangers: int, more: int) -> dict[str, Any]:
    """Return what a build would make here."""
    known = begun()
    return {
        "people to have": len(cast.PEOPLE) + strangers + more,
        "people here": Person.objects.count(),
        "demo": "finished" if known and known.finished else "begun" if known else "not begun",
    }


def counts() -> dict[str, Any]:
    """Return how much there is, and how people stand in the state's program today."""
    return {
        "people": Person.objects.count(),
        "organisations": Organisation.objects.count(),
        **standing_counts(program_key=training.NM, on=clock.today(cast.ZONE)),
    }
