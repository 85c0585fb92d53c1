"""A revocation takes two officers; whatever they do is one event, told and never changed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404

from certification.casework import integrity, operations
from certification.casework.models import RevocationAnswer, RevocationProposal
from certification.credentials.models import CredentialEvent, StandingSpan
from certification.credentials.operations import (
    SameOfficer,
    WrongDate,
    WrongReason,
    WrongState,
    reinstate,
    suspend,
)
from lms.audit.models import AuditEntry
from lms.notices.models import Notice

from .conftest import DAY, TODAY, agree, event, propose, revoke, statuses


def kinds(desk):
    events = CredentialEvent.objects.filter(credential__code=desk.code).order_by("pk")
    return list(events.values_list("kind", flat=True))[1:]


def mails(kind):
    return set(Notice.objects.filter(kind=kind).values_list("address", "subject"))


def test_a_proposal_suspends_until_the_second_officer_agrees(desk):
    proposal = propose(desk, on=DAY)
    assert kinds(desk) == ["suspended"]
    assert statuses(desk, TODAY - timedelta(days=1), TODAY) == ["valid", "suspended"]
    agree(desk, proposal)
    assert kinds(desk) == ["suspended", "revoked"]
    revoked = event(desk, "revoked")
    assert (revoked.actor, revoked.proposed_by) == (desk.user("odette"), desk.user("ines"))
    assert (revoked.reason_code, revoked.effective_on) == ("conduct", DAY)
    assert statuses(desk, DAY, TODAY) == ["revoked", "revoked"]
    assert RevocationAnswer.objects.get().event == revoked
    assert StandingSpan.objects.filter(program_key="nm-mrss").last().status == "revoked"


def test_a_proposal_may_leave_the_certificate_as_it_is(desk):
    proposal = propose(desk, suspend=False)
    assert (kinds(desk), statuses(desk, TODAY)) == ([], ["valid"])
    operations.decline(actor_id=desk.user("odette").pk, uuid=proposal.uuid, note="No.")
    assert (kinds(desk), statuses(desk, TODAY)) == ([], ["valid"])


@pytest.mark.parametrize("end", ["declined", "withdrawn"])
def test_a_proposal_that_comes_to_nothing_lifts_its_suspension(desk, noon, end):
    proposal = propose(desk)
    noon.shift(timedelta(days=3))
    if end == "declined":
        operations.decline(actor_id=desk.user("odette").pk, uuid=proposal.uuid, note="No.")
    else:
        operations.withdraw(actor_id=desk.user("ines").pk, uuid=proposal.uuid)
    later = TODAY + timedelta(days=3)
    assert statuses(desk, TODAY, later - timedelta(days=1), later) == [
        "suspended", "suspended", "valid",
    ]  # fmt: skip
    answer = RevocationAnswer.objects.get()
    assert (answer.outcome, answer.event.kind) == (end, "reinstated")


def test_a_suspension_for_another_reason_outlasts_the_proposal(desk):
    proposal = propose(desk)
    ines = desk.user("ines").pk
    reinstate(code=desk.code, actor_id=ines, reason="review_closed")
    suspend(code=desk.code, actor_id=ines, reason="licence_lapsed")
    operations.decline(actor_id=desk.user("odette").pk, uuid=proposal.uuid, note="No.")
    assert statuses(desk, TODAY) == ["suspended"]
    assert RevocationAnswer.objects.get().event is None


def test_nobody_answers_their_own_proposal_or_withdraws_another_ones(desk):
    proposal = propose(desk)
    ines, odette = desk.user("ines").pk, desk.user("odette").pk
    for act in (operations.agree, operations.decline):
        with pytest.raises(SameOfficer):
            act(actor_id=ines, uuid=proposal.uuid, note="Mine.")
    with pytest.raises(operations.NotTheirs):
        operations.withdraw(actor_id=odette, uuid=proposal.uuid)
    assert not RevocationAnswer.objects.exists()


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("bo", PermissionDenied),
        ("dee", PermissionDenied),
        ("alma", PermissionDenied),
        ("lucia", Http404),
    ],
)
def test_only_officers_propose_and_answer(desk, who, refusal):
    with pytest.raises(refusal):
        propose(desk, who)
    assert not RevocationProposal.objects.exists()
    proposal = propose(desk)
    with pytest.raises(refusal):
        agree(desk, proposal, who)
    assert not RevocationAnswer.objects.exists()


def test_an_officer_without_a_second_factor_does_nothing(desk):
    proposal = propose(desk)
    desk.drop_second_factor("odette")
    with pytest.raises(PermissionDenied):
        agree(desk, proposal)


def test_no_officer_has_a_hand_in_their_own_certificate(desk):
    desk.give_duty("alma", "certification_officer", "high-desert")
    with pytest.raises(PermissionDenied):
        propose(desk, "alma")
    proposal = propose(desk)
    with pytest.raises(PermissionDenied):
        agree(desk, proposal, "alma")


def test_one_proposal_waits_at_a_time(desk):
    first = propose(desk)
    with pytest.raises(operations.AlreadyProposed):
        propose(desk, "samir")
    operations.decline(actor_id=desk.user("odette").pk, uuid=first.uuid, note="No.")
    second = propose(desk, "samir")
    assert (first.turn, second.turn) == (1, 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        RevocationProposal.objects.create(
            credential=first.credential, turn=2, proposed_by=desk.user("ines"),
            reason_code="conduct", effective_on=TODAY, note="Again",
        )  # fmt: skip


def test_an_answer_is_given_once(desk):
    proposal = propose(desk)
    agree(desk, proposal)
    for act in (operations.agree, operations.decline):
        with pytest.raises(operations.AlreadyAnswered):
            act(actor_id=desk.user("samir").pk, uuid=proposal.uuid, note="Me too.")
    assert kinds(desk) == ["suspended", "revoked"]


def test_what_does_not_fit_is_not_even_proposed(desk):
    with pytest.raises(WrongReason):
        propose(desk, reason="because")
    for day in (DAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(WrongDate):
            propose(desk, on=day)
    revoke(desk)
    with pytest.raises(WrongState):
        propose(desk)
    assert RevocationProposal.objects.count() == 1


def test_the_holder_hears_of_each_step_and_never_of_the_reason(desk):
    proposal = propose(desk)
    agree(desk, proposal)
    told = Notice.objects.filter(kind="credential", address="alma@example.org").order_by("pk")
    assert [each.subject for each in told] == [
        f"It was proposed to revoke your certificate {desk.code}",
        f"Your certificate {desk.code} is revoked",
    ]
    for each in told:
        assert "onduct" not in each.body
        assert "complained" not in each.body
        assert f"/certificates/{desk.code}/decision/" in each.body


def test_every_other_officer_hears_that_a_proposal_waits(desk):
    desk.drop_second_factor("samir")
    propose(desk)
    notices = Notice.objects.filter(kind="casework")
    assert {each.address for each in notices} == {"odette@example.org"}
    assert "Alma" not in notices[0].body


def test_each_step_is_audited(desk):
    revoke(desk)
    actions = AuditEntry.objects.filter(subject_kind="revocation_proposal").order_by("pk")
    assert [(each.action, each.actor) for each in actions] == [
        ("revocation.proposed", desk.user("ines")),
        ("revocation.agreed", desk.user("odette")),
    ]


@pytest.mark.parametrize("model", [RevocationProposal, RevocationAnswer])
def test_rows_are_never_changed(desk, model):
    revoke(desk)
    for act in (lambda: model.objects.update(note="x"), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_checks_hold_after_every_way_to_end(desk):
    for end in ("decline", "withdraw", "agree"):
        proposal = propose(desk)
        who = "ines" if end == "withdraw" else "odette"
        act = getattr(operations, end)
        act(actor_id=desk.user(who).pk, uuid=proposal.uuid, note="So be it.")
    assert [each for each in integrity.integrity() if not each.ok] == []


def test_the_checks_find_a_revocation_by_one_officer_and_an_answer_without_its_event(desk):
    proposal = propose(desk, suspend=False)
    ines = desk.user("ines")
    alone = CredentialEvent.objects.create(
        credential=proposal.credential, kind="revoked", effective_on=date(2026, 5, 20), actor=ines,
        proposed_by=ines,
    )  # fmt: skip
    RevocationAnswer.objects.create(
        proposal=proposal, outcome="agreed", actor=desk.user("odette"), event=alone
    )
    found = {each.name: each.problems for each in integrity.integrity() if not each.ok}
    assert set(found) == {"revoked-by-two", "proposals-answered"}
    assert found["revoked-by-two"] == (f"{desk.code}: proposed and agreed to by the same account",)
