"""An appeal is the holder's, is decided by somebody without a part in it, and rewrites nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404

from certification.casework import integrity, operations, terms
from certification.casework.models import Appeal, AppealDecision, AppealFile
from certification.casework.queries import NoSuchCase
from certification.credentials.cases import report_on
from certification.credentials.models import CredentialEvent, StandingSpan
from certification.credentials.operations import WrongReason, suspend
from certification.prior_learning.papers import paper_of
from certification.verification.queries import verify
from lms.kit import clock
from lms.notices.models import Notice

from .conftest import (
    DAY,
    PDF,
    TODAY,
    agree,
    appeal,
    decide,
    event,
    propose,
    revoke,
    statuses,
)

ALL = (DAY, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9))


def standing(desk, on, known_at=None):
    person_id = desk.person("alma").pk
    return report_on(person_id=person_id, program_key="nm-mrss", on=on, known_at=known_at).status


def test_a_revocation_set_aside_never_counted_and_stays_known(desk, noon):
    revoke(desk, on=DAY)
    before = clock.now()
    noon.shift(timedelta(days=2))
    decide(desk, appeal(desk))
    assert statuses(desk, *ALL) == ["valid"] * 4
    assert {standing(desk, day) for day in ALL} == {"certified"}
    assert {standing(desk, day, before) for day in ALL} == {"revoked"}
    assert {each.status for each in StandingSpan.objects.filter(program_key="nm-mrss")} >= {
        "certified"
    }
    assert not StandingSpan.objects.filter(status__in=["revoked", "suspended"]).exists()


def test_the_public_reads_valid_again_with_no_trace(desk):
    def told():
        return verify(code=desk.code).to_json() | {"checked_at": None}

    before = told()
    revoke(desk)
    assert told()["status"] == "revoked"
    decide(desk, appeal(desk))
    assert told() == before


def test_with_a_revocation_goes_the_suspension_that_led_to_it(desk):
    proposal = revoke(desk)
    decide(desk, appeal(desk))
    aside = CredentialEvent.objects.filter(kind="set_aside").order_by("pk")
    assert [each.sets_aside for each in aside] == [event(desk, "revoked"), proposal.suspension]
    assert AppealDecision.objects.get().event == aside[0]


def test_a_suspension_can_be_set_aside_while_the_proposal_waits(desk):
    proposal = propose(desk)
    decide(desk, appeal(desk, "suspended"))
    assert statuses(desk, TODAY) == ["valid"]
    agree(desk, proposal)
    assert statuses(desk, TODAY) == ["revoked"]


def test_two_appeals_about_one_case_may_both_succeed(desk):
    proposal = propose(desk)
    early = appeal(desk, "suspended")
    agree(desk, proposal)
    decide(desk, appeal(desk))
    decide(desk, early)
    assert CredentialEvent.objects.filter(kind="set_aside").count() == 2
    assert [each for each in integrity.integrity() if not each.ok] == []


def test_an_appeal_that_fails_changes_nothing(desk):
    revoke(desk)
    decide(desk, appeal(desk), "facts_stand")
    assert statuses(desk, TODAY) == ["revoked"]
    assert not CredentialEvent.objects.filter(kind="set_aside").exists()


def test_after_the_end_set_aside_means_expired(desk, noon):
    revoke(desk)
    found = appeal(desk)
    noon.move_to(datetime(2028, 5, 5, 18, tzinfo=UTC))
    decide(desk, found)
    assert statuses(desk, TODAY, clock.today("America/Denver")) == ["valid", "expired"]
    assert verify(code=desk.code).status == "expired"


def test_it_can_be_revoked_again_after_an_appeal(desk):
    revoke(desk)
    decide(desk, appeal(desk))
    revoke(desk)
    assert statuses(desk, TODAY) == ["revoked"]
    assert event(desk, "revoked").round == 2
    assert appeal(desk).event == event(desk, "revoked")


@pytest.mark.parametrize("who", ["ines", "odette"])
def test_nobody_who_had_a_part_decides(desk, who):
    revoke(desk)
    found = appeal(desk)
    with pytest.raises(operations.HadPart):
        decide(desk, found, who=who)
    assert not AppealDecision.objects.exists()


@pytest.mark.parametrize(
    ("who", "refusal"), [("bo", PermissionDenied), ("dee", PermissionDenied), ("lucia", Http404)]
)
def test_nobody_else_appeals_or_decides(desk, who, refusal):
    revoke(desk)
    with pytest.raises(refusal):
        appeal(desk, who=who)
    found = appeal(desk)
    with pytest.raises(refusal):
        decide(desk, found, who=who)


def test_the_holder_does_not_decide_even_as_an_officer(desk):
    revoke(desk)
    desk.give_duty("alma", "certification_officer", "high-desert")
    with pytest.raises(PermissionDenied):
        decide(desk, appeal(desk), who="alma")


def test_each_decision_is_appealed_once_and_decided_once(desk):
    revoke(desk)
    found = appeal(desk)
    with pytest.raises(operations.AlreadyAppealed):
        appeal(desk)
    decide(desk, found, "nothing_new")
    with pytest.raises(operations.AlreadyDecided):
        decide(desk, found)
    assert statuses(desk, TODAY) == ["revoked"]


def test_what_was_set_aside_cannot_be_appealed(desk):
    proposal = revoke(desk)
    decide(desk, appeal(desk))
    with pytest.raises(operations.NothingToAppeal):
        operations.appeal(
            actor_id=desk.user("alma").pk, code=desk.code, event_id=proposal.suspension.pk,
            words="This one too.",
        )  # fmt: skip


def test_only_a_suspension_or_a_revocation_is_appealed(desk):
    with pytest.raises(NoSuchCase):
        appeal(desk, "issued")


# --- in time --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "late"),
    [
        (datetime(2026, 7, 2, 5, 59, tzinfo=UTC), False),  # 23:59 on 1 July in Denver
        (datetime(2026, 7, 2, 6, 0, tzinfo=UTC), True),
    ],
)
def test_the_last_day_counts_to_its_end_in_the_programs_zone(desk, noon, sent, late):
    revoke(desk)
    noon.move_to(sent)
    assert appeal(desk).late is late


def test_a_late_appeal_is_heard_only_for_a_reason(desk, noon):
    revoke(desk)
    noon.shift(timedelta(days=terms.APPEAL_DAYS + 1))
    found = appeal(desk)
    with pytest.raises(operations.WhyLate):
        decide(desk, found)
    decide(desk, found, late_because="She was in hospital.")
    assert statuses(desk, TODAY) == ["valid"]
    assert AppealDecision.objects.get().late_because == "She was in hospital."


def test_a_late_appeal_may_go_unheard_and_one_in_time_may_not(desk, noon):
    revoke(desk)
    found = appeal(desk)
    with pytest.raises(WrongReason):
        decide(desk, found, "late")
    decide(desk, found, "facts_wrong")
    suspend(code=desk.code, actor_id=desk.user("ines").pk, reason="under_review")
    noon.shift(timedelta(days=60))
    decide(desk, appeal(desk, "suspended"), "late")
    assert AppealDecision.objects.order_by("pk").last().outcome == "too_late"
    assert statuses(desk, TODAY) == ["suspended"]


def test_a_leap_day_and_the_end_of_summer_time_are_days():
    zone = "America/Denver"
    said = terms.last_day(recorded_at=datetime(2028, 1, 31, 6, 30, tzinfo=UTC), zone=zone)
    assert said.isoformat() == "2028-02-29"  # 30 January in Denver
    said = terms.last_day(recorded_at=datetime(2026, 10, 20, 5, 30, tzinfo=UTC), zone=zone)
    assert said.isoformat() == "2026-11-18"


# --- told and kept --------------------------------------------------------------------------
def test_holder_and_officers_are_told_without_a_reason(desk):
    revoke(desk)
    found = appeal(desk)
    waiting = Notice.objects.filter(kind="casework", subject__contains=found.reference)
    assert {each.address for each in waiting} == {"samir@example.org"}
    decide(desk, found)
    told = Notice.objects.filter(address="alma@example.org").order_by("pk")
    assert [each.subject for each in told][-2:] == [
        f"We have your appeal {found.reference}",
        f"Your appeal {found.reference} is decided",
    ]
    assert not any("roster" in each.body or "onduct" in each.body for each in told)


def test_papers_are_kept_with_the_appeal(desk):
    revoke(desk)
    found = appeal(desk, papers=[paper_of("letter.pdf", PDF)])
    assert AppealFile.objects.get(appeal=found).name == "letter.pdf"
    assert [each for each in integrity.integrity() if not each.ok] == []


@pytest.mark.parametrize(
    ("model", "field"), [(Appeal, "words"), (AppealDecision, "words"), (AppealFile, "name")]
)
def test_rows_are_never_changed(desk, model, field):
    revoke(desk)
    decide(desk, appeal(desk, papers=[paper_of("letter.pdf", PDF)]))
    for act in (
        lambda: model.objects.update(**{field: "x"}),
        lambda: model.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_checks_find_an_appeal_decided_by_the_wrong_officer(desk):
    revoke(desk)
    AppealDecision.objects.create(
        appeal=appeal(desk), outcome="upheld", reason_code="facts_wrong", words="No.",
        actor=desk.user("odette"),
    )  # fmt: skip
    found = {each.name: each.problems for each in integrity.integrity() if not each.ok}
    assert set(found) == {"appeals-decided"}
    assert len(found["appeals-decided"]) == 2
