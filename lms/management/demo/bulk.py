"""Add many invented people by rows in bulk, under the same checks as one at a time.

The checks are those of the operations and of the database: names are tidied as `create_person`
does, spells end after they start, facts pass the ledger's own door, and what was earned is
worked out by the rules.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from django.db import transaction

from certification.public import evaluate_history
from courses.public import record_trainings
from lms.kit import clock
from lms.management.demo import build, cast, endings, staff, stories, writing
from lms.management.demo.stories import Seat, Story
from lms.people.models import Employment, Licence, Person, PersonKey
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


def have(wanted: int, *, say: Say = print) -> int:
    """Have so many more people in all, the same ones every time; return how many were added.

    A run that was broken off goes on where it stopped.
    """
    known = build.begun()
    if known is None:
        raise build.NoDemoHere("Build the demo first.")
    there = list(
        PersonKey.objects.filter(key__startswith=KEY)
        .order_by("pk")
        .values_list("person", flat=True)
    )
    places = _places(wanted)
    _finish(known, there, wanted, places)
    began = time.monotonic()
    for first in range(len(there), wanted, CHUNK):
        chunk = [
            _stranger(known, number, places) for number in range(first, min(first + CHUNK, wanted))
        ]
        ids = write_chunk(chunk, first)
        _evaluate(ids)
        endings.apply_all(chunk, dict(zip((each.key for each in chunk), ids, strict=True)))
        done = first + len(chunk)
        say(f"{done} of {wanted} more people, {time.monotonic() - began:.0f} s")
    return max(0, wanted - len(there))


def _finish(known: build.Begun, there: Sequence[int], wanted: int, places: Sequence[Seat]) -> None:
    """Evaluate the last chunk of a run that may have been broken off after writing it."""
    last = len(there) - (len(there) % CHUNK or CHUNK)
    if not there or len(there) >= wanted:
        return
    chunk = [_stranger(known, number, places) for number in range(last, len(there))]
    _evaluate(there[last:])
    endings.apply_all(chunk, dict(zip((each.key for each in chunk), there[last:], strict=True)))


def _stranger(known: build.Begun, number: int, places: Sequence[Seat]) -> Story:
    """Return the invented person of a number: the same in a run that goes on later."""
    rng = random.Random(known.seed * 1_000_003 + number)  # noqa: S311 - invented people
    seat = places[number // PEOPLE_PER_AGENCY]
    return stories.stranger(rng, FIRST_NUMBER + number, seat, known.today)


def write_chunk(chunk: Sequence[Story], first: int) -> list[int]:
    """Write people with employment, papers and facts in one transaction; return their ids."""
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
        Licence.objects.bulk_create(row for pair in pairs for row in _licences(*pair))
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
