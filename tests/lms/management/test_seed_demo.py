"""Where the demo may be built."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from lms.people.models import Person

pytestmark = pytest.mark.django_db


@override_settings(DEMO=True)
def test_it_is_refused_among_other_people():
    Person.objects.create(given_name="Somebody", family_name="Else")
    with pytest.raises(CommandError, match="not of the demo"):
        call_command("seed_demo")


@override_settings(DEMO=True)
def test_more_people_need_a_demo_to_be_more_than():
    from lms.management.demo import build, bulk

    with pytest.raises(build.NoDemoHere):
        bulk.have(10)
