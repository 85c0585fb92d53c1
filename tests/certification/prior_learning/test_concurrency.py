"""Many clicks and two officers at once: one request, one decision, one credit."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from certification.prior_learning import models, operations
from certification.prior_learning.weighing import Verdict
from courses.learning.models import LearningEvent
from lms.notices.models import Notice
from tests.cast import make_cast

from .conftest import ask, asked, decide, publish, take_back

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 8


def at_once(*acts):
    """Run every act in its own thread, together; return results and errors."""
    gate = Barrier(len(acts))

    def click(act):
        try:
            gate.wait(timeout=20)
            return act()
        except operations.AlreadyDecided as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(click, acts))


@pytest.fixture
def sample(tmp_path):
    return publish(tmp_path, make_cast())


def test_many_clicks_are_one_request_one_decision_and_one_reversal(sample):
    alma = sample.user("alma").pk
    sent = asked(sample)
    [uuid] = set(at_once(*[lambda: operations.ask(actor_id=alma, asked=sent)] * CLICKS))
    assert models.PriorLearningRequest.objects.count() == 1

    key, full = uuid4(), {"S-LIVE": Verdict("granted")}
    [_] = set(at_once(*[lambda: decide(sample, uuid, full, form_key=key)] * CLICKS))
    assert models.PriorLearningDecision.objects.count() == 1
    assert LearningEvent.objects.count() == 1
    assert Notice.objects.filter(kind="prior_learning").count() == 1

    key = uuid4()
    [_] = set(at_once(*[lambda: take_back(sample, uuid, form_key=key)] * CLICKS))
    assert models.PriorLearningDecision.objects.count() == 2
    assert LearningEvent.objects.count() == 2


def test_of_two_officers_at_once_one_decides_and_the_other_is_told(sample):
    sample.give_duty("samir", "certification_officer", "high-desert")
    uuid = ask(sample)
    part = {"S-LIVE": Verdict("partly_granted", Decimal(2))}
    found = at_once(
        lambda: decide(sample, uuid, {"S-LIVE": Verdict("granted")}),
        lambda: decide(sample, uuid, part, by="samir"),
    )
    assert sorted(isinstance(each, operations.AlreadyDecided) for each in found) == [False, True]
    [decision] = models.PriorLearningDecision.objects.all()
    assert [decision.uuid] == [each for each in found if each == decision.uuid]
    assert LearningEvent.objects.count() == 1
