"""What is known of a person changes: their standing follows as soon as the promise is kept."""

from datetime import date

import pytest

from certification.credentials.models import StandingSpan
from lms.jobs.models import Job
from lms.jobs.operations import drain
from lms.people.models import Licence
from lms.people.operations import (
    create_person,
    end_employment,
    record_licence,
    start_employment,
    verify_licence,
)

HIRED = date(2026, 1, 12)


@pytest.fixture
def newcomer(programs):
    """Return the cast and a person just employed at an agency of New Mexico's program."""
    cast = programs
    person_id = create_person(actor_id=None, given_name="Ola", family_name="Brink")
    spell = start_employment(
        actor_id=None,
        person_id=person_id,
        organisation_id=cast.organisation("rio-vista").pk,
        role="responder",
        starts_on=HIRED,
    )
    return cast, person_id, spell


def spans(person_id):
    return StandingSpan.objects.filter(person_id=person_id, program_key="nm-mrss")


def test_a_newcomer_has_a_standing_without_waiting_for_the_night(newcomer):
    _cast, person_id, _spell = newcomer
    assert not spans(person_id).exists()
    drain()
    assert spans(person_id).filter(from_on__lte=HIRED).exists()


def test_leaving_changes_the_standing(newcomer):
    _cast, person_id, spell = newcomer
    drain()
    before = list(spans(person_id).values_list("from_on", "until_on", "status"))
    end_employment(actor_id=None, spell=spell, ends_on=date(2026, 3, 1))
    drain()
    assert list(spans(person_id).values_list("from_on", "until_on", "status")) != before


def test_recording_and_verifying_a_licence_each_promise_to_look_again(newcomer):
    _cast, person_id, _spell = newcomer
    drain()
    count = Job.objects.filter(kind="person_changed").count()
    record_licence(
        actor_id=None, person_id=person_id, kind="BACKGROUND", valid_from=date(2026, 1, 5)
    )
    assert Job.objects.filter(kind="person_changed").count() == count + 1
    verify_licence(actor_id=None, licence_id=Licence.objects.get(person_id=person_id).pk)
    assert Job.objects.filter(kind="person_changed").count() == count + 2
