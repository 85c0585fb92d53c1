"""An installation begins with a state, an agency and a first officer, from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lms.people.models import Duty, Organisation

pytestmark = pytest.mark.django_db


def said(*words, **options):
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue().strip()


def test_a_state_and_an_agency_can_be_added_twice_and_are_there_once():
    for _ in range(2):
        said("add_organisation", "flats", "Flats", kind="state", zone="America/Denver")
        said("add_organisation", "mesa", "Mesa Team", kind="region", parent="flats")
    assert list(Organisation.objects.order_by("pk").values_list("key", flat=True)) == [
        "flats",
        "mesa",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "agency", "parent": "nowhere"},
        {"kind": "state", "zone": "Mars/Olympus"},
        {"kind": "agency"},
    ],
)
def test_nonsense_is_refused_with_a_reason(wrong):
    with pytest.raises(CommandError):
        said("add_organisation", "x", "X", **wrong)
    assert Organisation.objects.count() == 0


def test_a_dry_run_adds_nothing():
    assert said(
        "add_organisation", "x", "X", kind="state", zone="America/Denver", dry_run=True
    ) == ("Would add state x.")
    assert Organisation.objects.count() == 0


def test_the_first_officer_gets_the_duty_once(cast):
    before = Duty.objects.count()
    for _ in range(2):
        said("grant_duty", "alma@example.org", "certification_officer", "high-desert")
    assert Duty.objects.count() == before + 1


def test_an_unclear_person_gets_nothing(cast):
    with pytest.raises(CommandError, match="0 people match"):
        said("grant_duty", "nobody@example.org", "coach", "high-desert")
