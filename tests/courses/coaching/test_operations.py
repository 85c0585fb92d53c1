"""Observations from the coach's pen to the ledger, and back."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction

from courses.coaching import access, queries
from courses.coaching.models import Observation, Rubric, Withdrawal
from courses.coaching.operations import (
    AlreadyWithdrawn,
    FormUsed,
    MayNotAcknowledge,
    MayNotObserve,
    MayNotWithdraw,
    NoReason,
    NoSuchRubric,
    NotEmployedThen,
    NotYetObserved,
    Observed,
    ObservesThemselves,
    UnknownSetting,
    acknowledge,
    load_rubric,
    record_observation,
    withdraw,
)
from courses.coaching.rubric import FaultyRatings
from courses.learning.models import LearningEvent
from courses.learning.queries import evidence_for
from lms.audit.models import AuditEntry
from lms.notices.models import Notice
from tests.cast import make_cast

from .making import rubric_data

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)


@pytest.fixture
def cast():
    load_rubric(course_key="mrss-101", data=rubric_data())
    return make_cast()


def observe(cast, observer="renata", worker="alma", given=(3, 3, 2), **changes):
    observed = {
        "person_id": cast.person(worker).pk,
        "rubric_key": "first-talk",
        "observed_on": DAY,
        "setting": "simulation",
        "ratings": {f"item-{n}": rating for n, rating in enumerate(given, start=1)},
        "form_key": uuid4(),
        "strengths": "“Is it okay if we come in?”",
        "next_step": "Ask both.",
    }
    uuid = record_observation(
        actor_id=cast.user(observer).pk, observed=Observed(**(observed | changes))
    )
    return Observation.objects.get(uuid=uuid)


def sign(cast, observation, worker="alma", comment=""):
    acknowledge(actor_id=cast.user(worker).pk, observation_uuid=observation.uuid, comment=comment)


def take_back(cast, observation, who="renata", reason="Wrong worker"):
    withdraw(actor_id=cast.user(who).pk, observation_uuid=observation.uuid, reason=reason)


# --- rubrics --------------------------------------------------------------------------------
def test_loading_a_rubric_twice_changes_nothing_and_a_changed_one_is_a_new_version():
    assert load_rubric(course_key="mrss-101", data=rubric_data())
    assert not load_rubric(course_key="mrss-101", data=rubric_data())
    assert load_rubric(course_key="mrss-101", data=rubric_data(title="First talk, mended"))
    assert load_rubric(course_key="mrss-101", data=rubric_data(version="2027.1"))
    versions = Rubric.objects.order_by("pk").values_list("version", "retired_at")
    assert [(version, retired is None) for version, retired in versions] == [
        ("2026.1", False),
        ("2026.1-2", False),
        ("2027.1", True),
    ]


def test_an_observation_keeps_the_version_that_was_used(cast):
    observation = observe(cast)
    load_rubric(course_key="mrss-101", data=rubric_data(items=2))
    assert len(queries.rated_items(queries.observation(uuid=observation.uuid))) == 3


# --- recording ------------------------------------------------------------------------------
def test_a_coach_records_what_was_seen_and_the_worker_is_told(cast):
    observation = observe(cast)
    assert (observation.observer, observation.duty.kind, observation.signed_by) == (
        cast.person("renata"),
        "coach",
        cast.user("renata"),
    )
    assert (observation.score, observation.passed) == (Decimal("88.89"), True)
    notice = Notice.objects.get()
    assert (notice.address, notice.person) == ("alma@example.org", cast.person("alma"))
    assert f"/coach/observations/{observation.uuid}/" in notice.body
    words = notice.body.replace(str(observation.uuid), "")
    assert "Is it okay" not in words and "88" not in words


def test_nothing_counts_before_the_worker_signs(cast):
    observe(cast)
    assert not LearningEvent.objects.exists()


def test_a_trainer_of_the_state_may_observe_too(cast):
    assert observe(cast, observer="samir").duty.kind == "trainer"


@pytest.mark.parametrize("who", ["bo", "dee", "ines", "kofi", "lucia"])
def test_who_holds_no_coach_or_trainer_duty_is_refused_and_the_refusal_is_kept(cast, who):
    with pytest.raises(MayNotObserve):
        observe(cast, observer=who)
    entry = AuditEntry.objects.get(action="observation_refused")
    assert (entry.actor, entry.subject) == (cast.user(who), str(cast.person("alma").pk))
    assert entry.detail["why"] == "MayNotObserve"
    assert not Observation.objects.exists()


def test_a_coach_of_another_agency_is_refused(cast):
    with pytest.raises(MayNotObserve):
        observe(cast, worker="lucia")


def test_nobody_observes_themselves(cast):
    cast.give_duty("alma", "coach", "rio-vista")
    with pytest.raises(ObservesThemselves):
        observe(cast, observer="alma")
    assert AuditEntry.objects.get().detail["why"] == "ObservesThemselves"


def test_the_duty_counts_on_the_observed_date_not_today(cast):
    cast.give_duty("kofi", "coach", "rio-vista", since=DAY, until=DAY + timedelta(days=1))
    assert observe(cast, observer="kofi").observed_on == DAY
    for beside in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(MayNotObserve):
            observe(cast, observer="kofi", observed_on=beside)


def test_a_coach_without_a_second_factor_is_refused(cast):
    cast.drop_second_factor("renata")
    with pytest.raises(MayNotObserve):
        observe(cast)


@time_machine.travel("2026-03-04T06:30Z", tick=False)  # 3 March, 23:30 in Denver.
def test_today_is_the_day_in_the_academys_zone(cast):
    assert observe(cast, observed_on=date(2026, 3, 3))
    with pytest.raises(NotYetObserved):
        observe(cast, observed_on=date(2026, 3, 4))


def test_a_day_before_the_worker_was_employed_is_refused(cast):
    with pytest.raises(NotEmployedThen):
        observe(cast, observed_on=date(2025, 1, 5))
    assert observe(cast, observed_on=date(2025, 1, 6))


def test_facts_that_cannot_be_are_refused(cast):
    with pytest.raises(UnknownSetting):
        observe(cast, setting="dream")
    with pytest.raises(NoSuchRubric):
        observe(cast, rubric_key="nothing")
    with pytest.raises(FaultyRatings):
        observe(cast, given=(3, 3))
    assert not Observation.objects.exists()


def test_the_same_form_twice_is_one_observation_and_one_notice(cast):
    form_key = uuid4()
    first = observe(cast, form_key=form_key)
    again = observe(cast, form_key=form_key, given=(0, 0, 0))
    assert (again.pk, again.score) == (first.pk, Decimal("88.89"))
    assert Notice.objects.count() == 1


def test_a_form_is_not_used_again_for_another_worker(cast):
    form_key = uuid4()
    observe(cast, form_key=form_key)
    with pytest.raises(FormUsed):
        observe(cast, worker="kofi", form_key=form_key)


# --- acknowledging --------------------------------------------------------------------------
def test_the_workers_signature_makes_it_count_with_its_hours(cast):
    observation = observe(cast)
    sign(cast, observation, comment="  I was nervous. ")
    observation.refresh_from_db()
    assert (observation.worker_comment, observation.acknowledged_by) == (
        "I was nervous.",
        cast.user("alma"),
    )
    [fact] = evidence_for(person_ids=[cast.person("alma").pk])
    assert (fact.kind, fact.subject, fact.score, fact.passed, fact.content_revision) == (
        "observation",
        "rubric:first-talk",
        Decimal("88.89"),
        True,
        "2026.1",
    )
    assert (fact.hours, fact.hours_type) == (Decimal("0.50"), "practice")
    # Noon in Denver, whatever the zone that asks.
    assert fact.occurred_at.isoformat() == "2026-03-03T19:00:00+00:00"


def test_a_failed_observation_is_a_fact_without_hours(cast):
    observation = observe(cast, given=(0, 3, 3))
    sign(cast, observation)
    assert observation.critical_failed == ["item-1"]
    [fact] = evidence_for(person_ids=[cast.person("alma").pk])
    assert (fact.passed, fact.hours, fact.hours_type) == (False, 0, "none")


@time_machine.travel("2026-03-03T16:00Z", tick=False)  # 9 in the morning: noon is to come.
def test_what_was_seen_this_morning_can_be_signed_this_morning(cast):
    sign(cast, observe(cast))
    assert LearningEvent.objects.get().occurred_at.isoformat() == "2026-03-03T16:00:00+00:00"


@pytest.mark.parametrize("who", ["renata", "bo", "kofi", "ines"])
def test_only_the_observed_worker_signs(cast, who):
    observation = observe(cast)
    with pytest.raises(MayNotAcknowledge):
        sign(cast, observation, worker=who)
    assert not LearningEvent.objects.exists()


def test_signing_twice_is_one_fact_and_keeps_the_first_comment(cast):
    observation = observe(cast)
    sign(cast, observation, comment="First")
    sign(cast, observation, comment="Second")
    observation.refresh_from_db()
    assert observation.worker_comment == "First"
    assert LearningEvent.objects.count() == 1


def test_a_signed_observation_cannot_be_changed_and_none_can_be_deleted(cast):
    observation = observe(cast)
    one = Observation.objects.filter(pk=observation.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        one.delete()
    sign(cast, observation)
    for change in ({"score": 1}, {"worker_comment": "x"}, {"acknowledged_at": None}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            one.update(**change)


# --- withdrawing ----------------------------------------------------------------------------
def test_withdrawing_reverses_what_was_earned_and_keeps_the_row(cast):
    observation = observe(cast)
    sign(cast, observation)
    take_back(cast, observation)
    assert evidence_for(person_ids=[cast.person("alma").pk]) == []
    assert LearningEvent.objects.filter(kind="reversal").count() == 1
    assert Observation.objects.get().acknowledged_at is not None
    assert Withdrawal.objects.get().reason == "Wrong worker"
    assert Notice.objects.filter(kind="observation_withdrawn").count() == 1


def test_withdrawing_twice_is_one_reversal(cast):
    observation = observe(cast)
    sign(cast, observation)
    take_back(cast, observation)
    take_back(cast, observation, reason="Again")
    assert LearningEvent.objects.filter(kind="reversal").count() == 1
    assert Withdrawal.objects.get().reason == "Wrong worker"


def test_a_withdrawn_observation_cannot_be_signed(cast):
    observation = observe(cast)
    take_back(cast, observation)
    with pytest.raises(AlreadyWithdrawn):
        sign(cast, observation)
    assert queries.waiting_for(person_ids=[cast.person("alma").pk]) == []


def test_an_officer_may_withdraw_and_others_may_not(cast):
    observation = observe(cast)
    for who in ("alma", "bo", "samir", "dee"):
        with pytest.raises(MayNotWithdraw):
            take_back(cast, observation, who=who)
    take_back(cast, observation, who="ines")


def test_a_withdrawal_needs_a_reason(cast):
    with pytest.raises(NoReason):
        take_back(cast, observe(cast), reason="  ")


# --- reading --------------------------------------------------------------------------------
def test_what_waits_for_a_worker_is_listed_until_signed(cast):
    first, second = observe(cast), observe(cast, observed_on=date(2026, 2, 1))
    alma = cast.person("alma").pk
    waiting = queries.waiting_for(person_ids=[alma])
    assert [row.uuid for row in waiting] == [second.uuid, first.uuid]
    assert (waiting[0].rubric_title, waiting[0].observer_name) == ("First talk", "Renata Ortiz")
    sign(cast, second)
    assert [row.uuid for row in queries.waiting_for(person_ids=[alma])] == [first.uuid]


def test_the_access_pair_agrees_on_the_whole_cast(cast):
    cast.add_person("nora", "Nora", "Stranger")
    rows = [observe(cast), observe(cast, worker="kofi", observer="samir")]
    readers = {row.person.given_name: set() for row in rows}
    for key in cast.people:
        user_id = cast.user(key).pk
        listed = set(Observation.objects.filter(access.readable(user_id=user_id)))
        asked = {row for row in rows if access.may_read(user_id=user_id, observation=row)}
        assert listed == asked, key
        for row in asked:
            readers[row.person.given_name].add(key)
    assert readers == {
        "Alma": {"alma", "renata", "bo", "dee", "ines", "odette"},
        "Kofi": {"kofi", "samir", "renata", "bo", "dee", "ines", "odette"},
    }
