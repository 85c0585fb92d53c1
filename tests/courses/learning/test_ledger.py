"""The ledger: one act is one fact, nothing is changed, and every fact can be asked as of a date."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from courses import public
from courses.learning.models import LearningEvent
from lms.jobs.models import Job
from lms.jobs.operations import run
from lms.kit import clock

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 3, 12, tzinfo=UTC)


def record(cast, **changes):
    fields = {
        "person_id": cast.person("alma").pk,
        "kind": "training",
        "subject": "NM-40-01-L",
        "hours": "3",
        "hours_type": "live",
        "score": None,
        "passed": True,
        "occurred_at": DAY,
        "actor_id": None,
        "act": "import:1",
    }
    return public.record_training(**(fields | changes))


def test_the_same_act_told_twice_is_one_fact(cast):
    first = record(cast)
    assert record(cast) == first
    assert LearningEvent.objects.count() == 1
    assert Job.objects.filter(kind="evidence_recorded").count() == 1


def test_an_act_key_stands_for_one_fact_only(cast):
    record(cast)
    with pytest.raises(public.ActConflict):
        record(cast, subject="NM-40-02-L")
    with pytest.raises(public.ActConflict):
        record(cast, person_id=cast.person("teo").pk)
    assert LearningEvent.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": "-1"},
        {"hours": "NaN"},
        {"hours": "Infinity"},
        {"hours": "many"},
        {"hours": "10001"},
        {"hours_type": "none"},
        {"hours_type": "idle"},
        {"score": "100.01"},
        {"score": "-1"},
        {"kind": "reversal"},
        {"kind": "guess"},
        {"subject": ""},
        {"subject": "x" * 161},
        {"subject": "a b"},
        {"subject": "<script>"},
        {"act": ""},
        {"act": "a" * 161},
        {"content_revision": "r" * 61},
        {"occurred_at": datetime(2026, 3, 3, 12)},
        {"occurred_at": datetime(2999, 1, 1, tzinfo=UTC)},
    ],
)
def test_what_cannot_be_true_is_refused(cast, changes):
    with pytest.raises(public.InvalidEvidence):
        record(cast, **changes)
    assert not LearningEvent.objects.exists()
    assert not Job.objects.exists()


def test_the_future_begins_with_the_next_second(cast):
    with pytest.raises(public.InvalidEvidence, match="not happened yet"):
        record(cast, occurred_at=clock.now() + timedelta(seconds=5))
    assert record(cast, occurred_at=clock.now())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE courses_learningevent SET hours = 40",
        "UPDATE courses_learningevent SET passed = passed",
        "DELETE FROM courses_learningevent",
    ],
)
def test_the_database_refuses_to_change_history(cast, sql):
    record(cast)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql)
    assert LearningEvent.objects.get().hours == Decimal(3)


def test_a_reversal_takes_a_fact_back_and_keeps_both_rows(cast):
    evidence = record(cast)
    correction = public.reverse(evidence_id=evidence, actor_id=None, reason="Wrong person")
    assert correction != evidence
    person = cast.person("alma").pk
    assert public.evidence_for(person_ids=[person]) == []
    [fact] = public.evidence_for(person_ids=[person], include_reversed=True)
    assert (fact.id, fact.reversed) == (evidence, True)
    assert LearningEvent.objects.count() == 2


def test_a_fact_is_taken_back_once_with_the_first_reason(cast):
    evidence = record(cast)
    first = public.reverse(evidence_id=evidence, actor_id=None, reason="Wrong person")
    assert public.reverse(evidence_id=evidence, actor_id=None, reason="Again") == first
    assert LearningEvent.objects.get(kind="reversal").detail == {"reason": "Wrong person"}


def test_a_correction_or_nothing_cannot_be_taken_back(cast):
    correction = public.reverse(evidence_id=record(cast), actor_id=None, reason="Wrong")
    for evidence in (correction, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(public.CannotReverse):
            public.reverse(evidence_id=evidence, actor_id=None, reason="Wrong")
    for reason in ("", "  ", "x" * 100_000):
        with pytest.raises(public.InvalidEvidence):
            public.reverse(evidence_id=record(cast, act="b"), actor_id=None, reason=reason)


def test_evidence_is_asked_as_of_and_as_known_at(cast):
    person = cast.person("alma").pk
    record(cast)
    recorded = LearningEvent.objects.get().recorded_at

    def known(**asked):
        return len(public.evidence_for(person_ids=[person], **asked))

    assert known(until=DAY) == 0  # exclusive
    assert known(until=DAY + timedelta(seconds=1)) == 1
    assert known(known_at=recorded - timedelta(seconds=1)) == 0
    assert known(known_at=recorded) == 1
    public.reverse(evidence_id=record(cast), actor_id=None, reason="Wrong")
    assert known() == 0
    assert known(known_at=recorded) == 1


def test_evidence_of_many_people_is_one_statement_and_in_order(cast, statements):
    for number, name in enumerate(["teo", "alma", "kofi"] * 2):
        record(
            cast,
            person_id=cast.person(name).pk,
            act=f"a{number}",
            occurred_at=DAY - timedelta(days=number),
        )
    people = [cast.person(name).pk for name in ("alma", "teo", "kofi")]
    with statements() as counted:
        found = public.evidence_for(person_ids=people)
    assert len(counted) == 1
    assert found == sorted(found, key=lambda row: (row.person_id, row.occurred_at))
    assert len(found) == 6


def test_the_news_is_sent_after_commit_and_again_by_the_job(
    cast, django_capture_on_commit_callbacks
):
    heard = []

    def listen(person_id, evidence_id, **_):
        heard.append((person_id, evidence_id))

    public.evidence_recorded.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            evidence = record(cast)
            assert heard == []
        told = (cast.person("alma").pk, evidence)
        assert told in heard
        before = len(heard)
        assert run(f"evidence:{evidence}")
        assert heard[before:] == [told]
    finally:
        public.evidence_recorded.disconnect(listen)


def test_a_listener_that_fails_does_not_undo_the_fact(cast, django_capture_on_commit_callbacks):
    def fail(**_):
        raise RuntimeError("down")

    public.evidence_recorded.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            evidence = record(cast)
        assert LearningEvent.objects.count() == 1
        run(f"evidence:{evidence}")
        assert Job.objects.get(key=f"evidence:{evidence}").state == "ready"  # To be tried again.
    finally:
        public.evidence_recorded.disconnect(fail)
