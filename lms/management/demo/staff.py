"""Who works where in the demo, beside the cast: leads for every site, then everybody else; pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from lms.management.demo import named, stories, training
from lms.management.demo.stories import Seat, Story, Work
from lms.management.demo.training import Act

STRANGERS: Final = 200
STATEWIDE: Final = (training.ORIENTATION, training.NM)
# site, its programs, how many of a hundred people work there.
SITES: Final = (
    ("rio-vista-north", STATEWIDE, 12),
    ("rio-vista-south", STATEWIDE, 10),
    ("llano-main", STATEWIDE, 14),
    ("llano-east", STATEWIDE, 8),
    ("pinon-main", STATEWIDE, 12),
    ("cottonwood-main", STATEWIDE, 12),
    ("cottonwood-mesa", (*STATEWIDE, "ct-mcis-pic"), 8),
    ("red-mesa-main", (*STATEWIDE, "ca-mcbh-mobile"), 10),
    ("red-mesa-border", (*STATEWIDE, "ca-mcbh-mobile"), 6),
    ("harbor-main", (training.ORIENTATION, "uconn-mrss"), 8),
)
AGENCIES: Final = ("llano", "pinon", "cottonwood", "red-mesa", "harbor")


def leads(rng: random.Random, today: date) -> list[Story]:
    """Return one supervisor for each site, and a manager and a coach for each agency but one.

    Río Vista's manager and coach are of the cast.
    """
    found: list[Story] = []
    for site, programs, _ in SITES:
        found.append(_lead(rng, today, Seat(site, None, programs), "supervisor", ()))
    for agency in AGENCIES:
        programs = next(each for site, each, _ in SITES if site.startswith(agency))
        for role, duty in (("admin", "agency_manager"), ("coach", "coach")):
            seat = Seat(agency, None, programs[:1])
            found.append(_lead(rng, today, seat, role, ((duty, agency),)))
    return found


def _lead(
    rng: random.Random, today: date, seat: Seat, role: str, duties: tuple[tuple[str, str], ...]
) -> Story:
    """Return somebody who has been there for long and is in good standing."""
    story = stories.stranger(rng, 0, replace(seat, programs=seat.programs[:1]), today, role=role)
    since, acts = today - timedelta(days=rng.randint(700, 1000)), list[Act]()
    if training.NM in seat.programs:
        done = today - timedelta(days=rng.randint(60, 600))
        since, acts = stories.complete(rng, role, done, today)
    acts += training.introduction(rng, since + timedelta(days=4))
    lately = max(since + timedelta(days=5), today - timedelta(days=rng.randint(200, 500)))
    acts += training.introduction(rng, lately)
    acts.append(training.conversation(rng, lately + timedelta(days=rng.randint(10, 60))))
    return replace(
        story,
        work=(Work(seat.site, role, since),),
        papers=tuple(stories.papers_of(rng, role, since, today)),
        acts=tuple(training.before(acts, today)),
        duties=duties,
        ending=(),
    )


def seats(supervisors: Sequence[Story]) -> list[Seat]:
    """Return a seat for each site, under its supervisor."""
    leading = {story.work[0].place: story.key for story in supervisors}
    return [Seat(site, leading.get(site), programs) for site, programs, _ in SITES]


def strangers(
    rng: random.Random, today: date, places: Sequence[Seat], count: int, *, first: int = 1
) -> Iterator[Story]:
    """Yield invented people, spread over the sites, numbered from `first`."""
    weights = [weight for _, _, weight in SITES]
    for number in range(first, first + count):
        [seat] = rng.choices(places, weights)
        yield stories.stranger(rng, number, seat, today)


def everybody(seed: int, today: date, count: int = STRANGERS) -> list[Story]:
    """Return the cast, the hard cases, the leads and so many strangers that all but the cast
    are `count`, always the same for a seed and a day; supervisors come before their staff.
    """
    rng = random.Random(seed)  # noqa: S311 - invented people, not secrets
    members = named.cast_stories(rng, today)
    cases = list(named.hard_cases(rng, today))
    leading = [
        replace(story, key=f"{story.key.removesuffix('.0')}.lead{number}")
        for number, story in enumerate(leads(rng, today), start=1)
    ]
    supervisors = [story for story in leading if story.work[0].role == "supervisor"]
    others = strangers(rng, today, seats(supervisors), max(0, count - len(cases) - len(leading)))
    return [*members, *leading, *cases, *others]


def acting(every: Sequence[Story]) -> set[str]:
    """Return the keys of those who supervise somebody or hold a duty."""
    supervising = {each.supervisor for story in every for each in story.work if each.supervisor}
    return supervising | {story.key for story in every if story.duties}
