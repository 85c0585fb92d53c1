"""Two officers at once: one joins, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from certification.duplicates import operations
from lms.people.models import Person, PersonMerge, PersonUnmerge
from lms.public import CannotMerge, CannotUnmerge
from tests.cast import make_cast
from tests.certification.duplicates.conftest import join, proposed, publish

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (
    operations.AlreadyAnswered,
    operations.Changed,
    CannotMerge,
    CannotUnmerge,
)


def at_once(*acts):
    """Run every act in its own thread, together; return results and errors."""
    gate = Barrier(len(acts))

    def click(act):
        try:
            gate.wait(timeout=20)
            return act()
        except REFUSALS as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(click, acts))


@pytest.fixture
def pair(noon, tmp_path):
    cast = publish(tmp_path, make_cast())
    cast.add_person("olga", "Olga", "Third")
    cast.give_duty("olga", "certification_officer", "high-desert")
    return cast


def test_of_two_officers_who_agree_at_once_one_joins(pair):
    uuid = proposed(pair)
    found = at_once(
        *[
            lambda who=who: operations.agree(actor_id=pair.user(who).pk, uuid=uuid)
            for who in ("odette", "olga", "odette")
        ]
    )
    assert sorted(isinstance(each, REFUSALS) for each in found) == [False, True, True]
    assert PersonMerge.objects.count() == 1
    assert Person.objects.filter(merged_into__isnull=False).count() == 1


def test_of_two_joinings_that_cross_one_stands(pair):
    one, other = proposed(pair, "alma", "twin"), proposed(pair, "twin", "alma", "olga")
    at_once(
        lambda: operations.agree(actor_id=pair.user("odette").pk, uuid=one),
        lambda: operations.agree(actor_id=pair.user("odette").pk, uuid=other),
    )
    assert PersonMerge.objects.count() == 1


def test_of_two_partings_at_once_one_stands(pair):
    merge = join(pair)
    at_once(
        *[
            lambda who=who: operations.part(
                actor_id=pair.user(who).pk, merge_uuid=merge, reason="Two people."
            )
            for who in ("ines", "odette", "olga")
        ]
    )
    assert PersonUnmerge.objects.count() == 1
    assert not Person.objects.filter(merged_into__isnull=False).exists()
