"""The goals about thousands of people are there, and their answers agree on a small crowd."""

from datetime import timedelta

import pytest

from certification import public as certification
from lms.kit import clock
from lms.management.benchmark import crowd, many
from lms.management.benchmark.goals import GOALS
from lms.people.models import Person


@pytest.fixture
def program(db):
    """Publish the programs."""
    certification.load_programs()


def test_the_goals_are_there():
    assert {"P7", "P8", "P18"} <= GOALS.keys()


def test_window_functions_and_standings_give_the_same_people(program, statements):
    places = crowd.holders(60)
    today = clock.today(crowd.ZONE)
    for back in (0, 90, 400, 1000):
        on = today - timedelta(days=back)
        for path in (None, places[0].path):
            found = certification.qualified_on(
                program_key=crowd.PROGRAM, on=on, organisation_path=path
            )
            assert found == many._qualified_sql(on, path)
    with statements() as counted:
        certification.qualified_on(program_key=crowd.PROGRAM, on=today)
    assert len(counted) == 1


def test_every_fate_is_what_the_fold_of_its_events_says(program):
    crowd.holders(60)
    on = clock.today(crowd.ZONE) - timedelta(days=90)
    many._ask_some(on, some=60)


@pytest.mark.parametrize("size", [3, 12])
def test_a_portion_is_read_and_decided_in_as_many_statements_whatever_its_size(
    program, statements, size
):
    asked = [
        crowd.Asked("NM-40-01-L", "session", 1, "live", 1, False),
        crowd.Asked("NM-EXAM", "quiz", 0, "none", 1, True),
    ]
    ids = crowd.learners(size, asked)
    assert ids == list(Person.objects.order_by("pk").values_list("pk", flat=True))
    certification.evaluate(person_ids=ids[:1], program_key=crowd.PROGRAM)
    with statements() as counted:
        certification.evaluate(person_ids=ids, program_key=crowd.PROGRAM)
    assert len(counted) == 5
