"""Add many invented people by rows in bulk, under the same checks as one at a time.

The checks are those of the operations and of the database: names are tidied as `create_person`
does, spells end after they start, facts pass the ledger's own door, and what was earned is
worked out by the rules.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing import get_context
from typing import Final

import django
from django.db import transaction

from certification.public import evaluate_history
from courses.public import record_trainings
from lms.kit import clock
from lms.management.demo import build, cast, endings, staff, stories, writing
from lms.management.demo.stories import Seat, Story
from lms.people.models import Employment, Licence, LicenceVerification, Person, PersonKey
from lms.people.operations import WrongDates, create_organisation
from lms.people.operations.people import new_person
from lms.public import OrganisationRecord, record_audit

MOST: Final = 100_000
CHUNK: Final = 2_000
"""How many people are written together, in as many statements however full the chunk is."""
PEOPLE_PER_AGENCY: Final = 500
FIRST_NUMBER: Final = 10_000
KEY: Final = "X-"
REGIONS: Final = ("north", "south", "central", "west")

Say = Callable[[str], object]


def have(wanted: int, *, say: Say = print, processes: int = 1) -> int:
    """Have so many more people in all, the same ones every time; return how many were added.

    A run that was broken off goes on where it stopped. More than a chunk of people is evaluated
    by as many `processes`.
    """
    known = build.begun()
    if known is None:
        raise build.NoDemoHere("Build the demo first.")
    there = list(
        PersonKey.objects.filter(key__startswith=KEY)
        .order_by("pk")
        .values_list("person", flat=True)
    )
    if len(there) >= wanted:
        return 0
    places = _places(wanted)
    began = time.monotonic()
    # The last chunk of a broken run may have been written and not evaluated: begin with it.
    last = max(0, len(there) - CHUNK)
    with _evaluating(processes if wanted - len(there) > CHUNK else 1) as evaluate:
        for first in range(last, wanted, CHUNK):
            numbers = range(first, min(first + CHUNK, wanted))
            chunk = [_stranger(known, number, places) for number in numbers]
            old = there[first : first + CHUNK]
            ids = [*old, *write_chunk(chunk[len(old) :], first + len(old))]
            evaluate(ids)
            endings.apply_all(chunk, dict(zip((each.key for each in chunk), ids, strict=True)))
            say(f"{numbers.stop} of {wanted} more people, {time.monotonic() - began:.0f} s")
    return wanted - len(there)


@contextmanager
def _evaluating(processes: int) -> Iterator[Callable[[Sequence[int]], None]]:
    """Give a function that evaluates people here, or in portions by several processes."""
    if processes == 1:
        yield _evaluate
        return
    # Spawned, not forked: each process opens its own connection to the database.
    with ProcessPoolExecutor(processes, get_context("spawn"), django.setup) as pool:

        def share_out(ids: Sequence[int]) -> None:
            portions = [ids[at : at + build.PORTION] for at in range(0, len(ids), build.PORTION)]
            for _ in pool.map(_evaluate, portions):
                pass

        yield share_out


def _stranger(known: build.Begun, number: int, places: Sequence[Seat]) -> Story:
    """Return the invented person of a number: the same in a run that goes on later."""
    rng = random.Random(known.seed * 1_000_003 + number)  # noqa: S311 - invented people
    seat = places[number // PEOPLE_PER_AGENCY]
    return stories.stranger(rng, FIRST_NUMBER + number, seat, known.today)


def write_chunk(chunk: Sequence[Story], first: int) -> list[int]:
    """Write people with employment, papers and facts in one transaction; return their ids."""
    if not chunk:
        return []
    known = writing.places()
    with transaction.atomic(durable=True):
        people = Person.objects.bulk_create(
            new_person(
                given_name=each.given_name,
                family_name=each.family_name,
                email=cast.email_of(each.key),
            )
            for each in chunk
        )
        ids = [person.pk for person in people]
        PersonKey.objects.bulk_create(
            PersonKey(
                organisation_id=writing.agency_of(known[each.work[0].place], known),
                key=f"{KEY}{number}",
                person_id=person_id,
            )
            for number, (each, person_id) in enumerate(zip(chunk, ids, strict=True), start=first)
        )
        pairs = list(zip(chunk, ids, strict=True))
        Employment.objects.bulk_create(row for pair in pairs for row in _spells(*pair, known))
        papers = [row for pair in pairs for row in _licences(*pair)]
        Licence.objects.bulk_create(papers)
        LicenceVerification.objects.bulk_create(
            writing.look_up(row) for row in papers if row.verified_at
        )
        record_trainings(
            facts=[
                fact
                for story, person_id in pairs
                for fact in writing.facts_of(story, person_id, None, lessons=False)
            ],
            actor_id=None,
            batch=f"demo: people {first} to {first + len(chunk) - 1}",
            announce=False,
        )
        record_audit(
            actor_id=None,
            action="demo.people_added",
            subject_kind="person",
            subject=f"{KEY}{first}",
            detail={"people": len(chunk)},
        )
    return ids


def _spells(
    story: Story, person_id: int, known: dict[str, OrganisationRecord]
) -> Iterator[Employment]:
    """Yield the spells of somebody new. Raises: WrongDates."""
    for each in story.work:
        if each.until is not None and each.until < each.since:
            raise WrongDates(each.since, each.until)
        yield Employment(
            person_id=person_id,
            organisation_id=known[each.place].id,
            role=each.role,
            fte=Decimal(each.fte),
            starts_on=each.since,
            ends_on=each.until,
            first_service_on=writing.first_service(each),
        )


def _licences(story: Story, person_id: int) -> Iterator[Licence]:
    for each in story.papers:
        yield Licence(
            person_id=person_id,
            kind=each.kind,
            requirement=each.requirement,
            number=writing.paper_number(person_id, each),
            issuer=each.issuer,
            valid_from=each.since,
            valid_until=each.until,
            verified_at=clock.now() if each.verified else None,
        )


def _evaluate(ids: Sequence[int]) -> None:
    for start in range(0, len(ids), build.PORTION):
        evaluate_history(person_ids=ids[start : start + build.PORTION])


def _places(people: int) -> list[Seat]:
    """Return a seat for every `PEOPLE_PER_AGENCY` people, making the agencies that are missing."""
    known = writing.places()
    seats: list[Seat] = []
    for number in range(-(-people // PEOPLE_PER_AGENCY)):
        agency, site = f"team-{number + 1:03}", f"team-{number + 1:03}-main"
        if site not in known:
            region = known[f"{REGIONS[number % len(REGIONS)]}-region"]
            made = known[agency].id if agency in known else create_organisation(
                actor_id=None, key=agency, name=f"Mobile Team {number + 1:03}", kind="agency",
                parent_id=region.id,
            )  # fmt: skip
            create_organisation(
                actor_id=None, key=site, name=f"Team {number + 1:03} main office", kind="site",
                parent_id=made,
            )  # fmt: skip
        seats.append(Seat(site, None, staff.STATEWIDE))
    return seats
