"""The same decision from many clicks at once, and decisions about two questions of one attempt."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from courses.assessment import integrity
from courses.assessment.models import Attempt, Regrade, RegradedAttempt
from courses.assessment.operations.regrading import ListChanged, NothingToDecide
from courses.assessment.queries.regrading import rehearse
from courses.assessment.queries.results import with_results
from courses.learning.models import LearningEvent
from tests.cast import make_cast

from .regrades import decide, load, mend, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    load(tmp_path)
    return make_cast()


def at_once(*acts):
    """Run these in threads that start together; return what each gave or raised."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=20)
            return act()
        except (ListChanged, NothingToDecide) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [job.result() for job in [pool.submit(run, act) for act in acts]]


def test_ten_clicks_on_decide_are_one_decision(cast):
    take(cast.user("alma"), q01="c", q02="a")
    before, after = mend(q01="c")
    key, seen = uuid4(), rehearse(before=before, after=after).digest
    samir = cast.user("samir")
    done = at_once(
        *[lambda: decide(samir, before, after, "all", form_key=key, seen=seen) for _ in range(10)]
    )
    assert sorted(each.new for each in done) == [False] * 9 + [True]
    assert Regrade.objects.count() == RegradedAttempt.objects.count() == 1
    facts = LearningEvent.objects.filter(kind="quiz", reversed_by__isnull=True)
    assert [(str(fact.score), fact.passed) for fact in facts] == [("80.00", True)]


def test_two_editors_who_mend_two_questions_of_one_attempt_follow_each_other(cast):
    take(cast.user("alma"), q01="c", q02="a", q03="a")
    first, second = mend(q01="c"), mend(q02="a")
    samir = cast.user("samir")
    seen = [rehearse(before=each[0], after=each[1]).digest for each in (first, second)]
    done = at_once(
        lambda: decide(samir, *first, "all", seen=seen[0]),
        lambda: decide(samir, *second, "all", seen=seen[1]),
    )
    # Whoever came second looked at a result that is another one now, and is asked to look again.
    refused = [each for each in done if isinstance(each, ListChanged)]
    assert len(refused) == 1
    for pair in (first, second):
        if rehearse(before=pair[0], after=pair[1]).flips:
            decide(samir, *pair, "all")
    row = with_results(Attempt.objects.all()).get()
    assert (row.result, row.counts) == (80, True)
    assert [fault for each in integrity.integrity() for fault in each.problems] == []
