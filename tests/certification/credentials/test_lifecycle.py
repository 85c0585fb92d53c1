"""Suspending, reinstating and revoking: by officers only, by events only, told to the holder."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from certification.credentials import access, tasks
from certification.credentials.models import Credential, CredentialEvent, StandingSpan
from certification.credentials.operations import (
    SameOfficer,
    WrongDate,
    WrongReason,
    WrongState,
    evaluate,
    reinstate,
    retire,
    revoke,
    suspend,
)
from certification.credentials.queries import UnknownCredential, held_of
from courses.public import evidence_recorded
from lms.audit.models import AuditEntry
from lms.notices.models import Notice
from tests.certification.learning import finish_mrss_101, finish_program

DAY = date(2026, 5, 4)


@pytest.fixture
def certified(programs):
    """Certify Alma on 4 May 2026; return the code."""
    alma = programs.person("alma")
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    try:
        finish_mrss_101(alma, DAY)
        finish_program(alma, "nm-mrss", DAY)
        evaluate(person_ids=[alma.pk], program_key="nm-mrss", on=DAY)
    finally:
        tasks.connect()
    return Credential.objects.get().code


def statuses(code, *days):
    held = held_of(Credential.objects.get(code=code))
    return [held.worth(day).status.value for day in days]


def span_on(day):
    return StandingSpan.objects.exclude(until_on__lte=day).get(
        program_key="nm-mrss", from_on__lte=day
    )


def test_a_suspension_pauses_and_a_reinstatement_ends_it(programs, certified):
    ines = programs.user("ines").pk
    start, end = DAY + timedelta(days=30), DAY + timedelta(days=60)
    suspend(code=certified, actor_id=ines, reason="under_review", effective_on=start)
    reinstate(code=certified, actor_id=ines, reason="review_closed", effective_on=end)
    assert statuses(certified, DAY, start, end) == ["valid", "suspended", "valid"]
    assert [span_on(day).status for day in (DAY, start, end)] == [
        "certified", "suspended", "certified",
    ]  # fmt: skip
    assert span_on(end).valid_until == date(2028, 5, 4)


def test_a_revocation_is_written_audited_and_told(programs, certified):
    day = DAY + timedelta(days=10)
    revoke(
        code=certified, actor_id=programs.user("ines").pk,
        proposed_by_id=programs.user("odette").pk, reason="conduct", effective_on=day,
        note="Seen by officers only",
    )  # fmt: skip
    assert statuses(certified, day - timedelta(days=1), day) == ["valid", "revoked"]
    assert span_on(day).status == "revoked"
    entry = AuditEntry.objects.get(action="credential.revoked")
    assert (entry.subject, entry.actor) == (certified, programs.user("ines"))
    notice = Notice.objects.get(kind="credential")
    assert notice.address == "alma@example.org"
    assert "conduct" not in notice.body
    assert "Seen by officers" not in notice.body


STRANGERS = [
    ("bo", PermissionDenied),
    ("dee", PermissionDenied),
    ("lucia", Http404),
    ("alma", PermissionDenied),
]


@pytest.mark.parametrize(("who", "refusal"), STRANGERS)
def test_only_an_officer_may(programs, certified, who, refusal):
    them, ines = programs.user(who).pk, programs.user("ines").pk
    with pytest.raises(refusal):
        suspend(code=certified, actor_id=them, reason="under_review")
    with pytest.raises(refusal):
        retire(code=certified, actor_id=them, reason="program_ended")
    with pytest.raises(refusal):
        revoke(code=certified, actor_id=them, proposed_by_id=ines, reason="conduct")
    with pytest.raises(refusal):
        revoke(code=certified, actor_id=ines, proposed_by_id=them, reason="conduct")
    assert CredentialEvent.objects.count() == 1


def test_a_revocation_takes_two_officers(programs, certified):
    ines = programs.user("ines").pk
    with pytest.raises(SameOfficer):
        revoke(code=certified, actor_id=ines, proposed_by_id=ines, reason="conduct")
    assert CredentialEvent.objects.count() == 1


def test_no_officer_decides_about_themselves(programs, certified):
    programs.give_duty("alma", "certification_officer", "high-desert")
    with pytest.raises(PermissionDenied):
        revoke(
            code=certified,
            actor_id=programs.user("alma").pk,
            proposed_by_id=programs.user("odette").pk,
            reason="conduct",
        )


def test_an_officer_of_another_state_learns_nothing(programs, certified):
    programs.add_person("otto", "Otto", "Far")
    programs.give_duty("otto", "certification_officer", "lakeshore")
    with pytest.raises(Http404):
        revoke(
            code=certified,
            actor_id=programs.user("otto").pk,
            proposed_by_id=programs.user("odette").pk,
            reason="conduct",
        )


@pytest.mark.parametrize("key", ["alma", "bo", "renata", "lucia", "dee", "ines", "samir", "kofi"])
def test_object_test_and_filter_agree(programs, certified, key):
    user, person_id = programs.user(key).pk, programs.person("alma").pk
    for test, found in ((access.may_see, access.visible), (access.may_revoke, access.revocable)):
        listed = Credential.objects.filter(found(user_id=user)).exists()
        assert test(user_id=user, person_id=person_id) == listed, test.__name__


def test_what_does_not_fit_is_refused(programs, certified):
    ines = programs.user("ines").pk
    with pytest.raises(WrongReason):
        revoke(
            code=certified,
            actor_id=ines,
            proposed_by_id=programs.user("odette").pk,
            reason="because",
        )
    with pytest.raises(UnknownCredential):
        revoke(
            code="MRSS-7K3Q-9XPA-G",
            actor_id=ines,
            proposed_by_id=programs.user("odette").pk,
            reason="conduct",
        )
    for day in (DAY - timedelta(days=1), date(2099, 1, 1)):
        with pytest.raises(WrongDate):
            revoke(
                code=certified,
                actor_id=ines,
                proposed_by_id=programs.user("odette").pk,
                reason="conduct",
                effective_on=day,
            )
    with pytest.raises(WrongState):
        reinstate(code=certified, actor_id=ines, reason="review_closed")
    revoke(
        code=certified, actor_id=ines, proposed_by_id=programs.user("odette").pk, reason="conduct"
    )
    for change in (suspend, reinstate, retire):
        with pytest.raises(WrongState):
            change(code=certified, actor_id=ines, reason="other")
    with pytest.raises(WrongState):
        revoke(
            code=certified,
            actor_id=ines,
            proposed_by_id=programs.user("odette").pk,
            reason="conduct",
        )
    assert CredentialEvent.objects.count() == 2


def test_a_pause_that_a_later_one_would_undo_is_refused(programs, certified):
    ines = programs.user("ines").pk
    first, second = DAY + timedelta(days=10), DAY + timedelta(days=20)
    suspend(code=certified, actor_id=ines, reason="under_review", effective_on=first)
    reinstate(code=certified, actor_id=ines, reason="review_closed", effective_on=second)
    with pytest.raises(WrongDate):
        suspend(
            code=certified,
            actor_id=ines,
            reason="under_review",
            effective_on=first - timedelta(days=1),
        )
    assert CredentialEvent.objects.count() == 3
