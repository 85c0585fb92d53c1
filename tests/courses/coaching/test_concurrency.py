"""Twenty clicks at once: one observation, one signature, one fact."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from courses.coaching.models import Observation, Withdrawal
from courses.coaching.operations import (
    Observed,
    acknowledge,
    load_rubric,
    record_observation,
    withdraw,
)
from courses.learning.models import LearningEvent
from lms.notices.models import Notice
from tests.cast import make_cast

from .making import rubric_data

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 20


def at_once(act):
    """Run ``act()`` in 20 threads that start together; return the results, raise any error."""
    gate = Barrier(CLICKS)

    def click(_n):
        try:
            gate.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(click, range(CLICKS)))


def test_twenty_clicks_on_each_button_are_one_of_each():
    load_rubric(course_key="mrss-101", data=rubric_data())
    cast = make_cast()
    renata, alma = cast.user("renata").pk, cast.user("alma").pk
    observed = Observed(
        person_id=cast.person("alma").pk,
        rubric_key="first-talk",
        observed_on=date(2026, 3, 3),
        setting="field",
        ratings={"item-1": 3, "item-2": 3, "item-3": 3},
        form_key=uuid4(),
    )
    uuids = at_once(lambda: record_observation(actor_id=renata, observed=observed))
    [uuid] = set(uuids)
    assert Observation.objects.count() == 1
    assert Notice.objects.filter(kind="observation_waits").count() == 1

    at_once(lambda: acknowledge(actor_id=alma, observation_uuid=uuid, comment=""))
    assert LearningEvent.objects.filter(kind="observation").count() == 1

    at_once(lambda: withdraw(actor_id=renata, observation_uuid=uuid, reason="Mixed up"))
    assert Withdrawal.objects.count() == 1
    assert LearningEvent.objects.filter(kind="reversal").count() == 1
