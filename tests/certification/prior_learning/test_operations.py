"""Asking, deciding and taking back: what counts, what is refused, and that rows stay."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction

from certification.credentials.cases import report_on
from certification.prior_learning import models, operations, queries
from certification.prior_learning.weighing import Fault, Verdict
from courses.learning.models import LearningEvent
from courses.public import evidence_for
from lms.audit.models import AuditEntry
from lms.notices.models import Notice
from lms.public import Denied

from .conftest import PROGRAM, ask, asked, decide, paper, take_back

FULL, PART = Verdict("granted"), Verdict("partly_granted", Decimal("2.5"))


def finding(cast, requirement, who="alma"):
    report = report_on(person_id=cast.person(who).pk, program_key=PROGRAM)
    [found] = [each for each in report.decision.findings if each.requirement == requirement]
    return found


def facts(cast, who="alma"):
    return [
        (each.subject, each.hours, each.hours_type)
        for each in evidence_for(person_ids=[cast.person(who).pk])
    ]


def wrong(cast, uuid, verdicts):
    with pytest.raises(operations.CannotStand) as told:
        decide(cast, uuid, verdicts)
    return told.value.faults


# --- asking ---------------------------------------------------------------------------------
def test_a_request_is_written_down_with_clauses_papers_and_audit(sample):
    uuid = ask(sample, "alma", "S-SELF", "S-LIVE")
    request = models.PriorLearningRequest.objects.get(uuid=uuid)
    assert [each.requirement for each in request.items.order_by("pk")] == ["S-LIVE", "S-SELF"]
    assert [each.sha256 for each in request.files.all()] == [paper().sha256]
    entry = AuditEntry.objects.get(action="prior_learning.requested")
    assert (entry.subject, entry.actor_id) == (str(uuid), sample.user("alma").pk)
    assert facts(sample) == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"requirements": ("S-NONE",)}, operations.NotAskable),
        ({"requirements": ("S-LICENCE",)}, operations.NotAskable),
        ({"completed_on": date(2026, 6, 2)}, operations.NotYetDone),
        ({"papers": ()}, operations.Undocumented),
    ],
)
def test_what_makes_no_sense_is_not_taken(sample, change, error):
    requirements = change.pop("requirements", ("S-LIVE",))
    with pytest.raises(error):
        ask(sample, "alma", *requirements, **change)
    assert models.PriorLearningRequest.objects.count() == 0


def test_the_same_form_twice_is_one_request(sample):
    key = uuid4()
    assert ask(sample, form_key=key) == ask(sample, form_key=key)
    assert models.PriorLearningRequest.objects.count() == 1
    with pytest.raises(operations.FormUsed):
        ask(sample, "kofi", form_key=key)


def test_a_manager_asks_for_their_own_people_and_they_are_told(sample):
    ask(sample, "alma", by="bo")
    notice = Notice.objects.get(kind="prior_learning")
    assert notice.person_id == sample.person("alma").pk
    assert "Bo Castillo has asked" in notice.body
    for stranger in ("lucia", "kofi", "renata", "dee", "ines"):
        with pytest.raises(Denied):
            ask(sample, "alma", by=stranger)


def test_nobody_fills_the_store_with_requests(sample, monkeypatch):
    monkeypatch.setattr(operations, "MOST_WAITING", 2)
    ask(sample), ask(sample)
    with pytest.raises(operations.TooManyWaiting):
        ask(sample)


# --- deciding -------------------------------------------------------------------------------
def test_a_grant_reaches_the_engine_dated_the_day_it_was_completed(sample):
    uuid = ask(sample)
    decide(sample, uuid, {"S-LIVE": FULL})
    [fact] = evidence_for(person_ids=[sample.person("alma").pk])
    assert (fact.kind, fact.subject, fact.hours, fact.hours_type) == (
        "training", "S-LIVE", Decimal(6), "live",
    )  # fmt: skip
    assert fact.occurred_at == datetime(2025, 6, 1, 18, 0, tzinfo=UTC)
    row = LearningEvent.objects.get()
    assert row.actor_id == sample.user("ines").pk
    assert row.detail["prior_learning"] == str(uuid)
    assert finding(sample, "S-LIVE").met


def test_partial_credit_counts_for_what_it_is_worth(sample):
    decide(sample, ask(sample), {"S-LIVE": PART})
    found = finding(sample, "S-LIVE")
    assert (found.met, found.have, found.need) == (False, Decimal("2.5"), Decimal(6))


def test_counts_and_checks_are_credited_in_their_own_unit(sample):
    uuid = ask(sample, "alma", "S-CHECK", "S-SEEN")
    decide(sample, uuid, {"S-CHECK": FULL, "S-SEEN": Verdict("partly_granted", Decimal(2))})
    assert finding(sample, "S-CHECK").met
    assert finding(sample, "S-SEEN").have == 2
    assert facts(sample) == [
        ("S-CHECK", 0, "none"), ("S-SEEN", 0, "none"), ("S-SEEN", 0, "none"),
    ]  # fmt: skip


def test_a_certificate_follows_when_nothing_is_left(sample, django_capture_on_commit_callbacks):
    uuid = ask(sample, "alma", "S-LIVE", "S-SELF", "S-CHECK", "S-SEEN", hours=Decimal(10))
    with django_capture_on_commit_callbacks(execute=True):
        every = ("S-LIVE", "S-SELF", "S-CHECK", "S-SEEN")
        decide(sample, uuid, dict.fromkeys(every, FULL))
    report = report_on(person_id=sample.person("alma").pk, program_key=PROGRAM)
    assert [each.credential_key for each in report.held] == ["sample-certified"]


def test_a_waiver_counts_whole_and_from_today(sample):
    uuid = ask(
        sample, "alma", "S-LIVE", kind="exemption", completed_on=None, hours=None, papers=(),
        reason="Teaches it.",
    )  # fmt: skip
    decide(sample, uuid, {"S-LIVE": FULL})
    [fact] = evidence_for(person_ids=[sample.person("alma").pk])
    assert fact.occurred_at == datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
    assert LearningEvent.objects.get().detail["as"] == "exemption"
    assert finding(sample, "S-LIVE").met


@pytest.mark.parametrize("kind", ["equivalency", "exemption"])
def test_what_has_to_be_done_anew_is_never_granted(sample, kind):
    uuid = ask(sample, "alma", "S-POLICY", kind=kind)
    assert wrong(sample, uuid, {"S-POLICY": FULL}) == {"S-POLICY": (Fault.WAIVABLE,)}
    decide(sample, uuid, {"S-POLICY": Verdict("not_waivable")})
    assert facts(sample) == []
    assert models.PriorLearningDecision.objects.get().outcome == "refused"


def test_clauses_share_the_hours_of_one_training(sample):
    uuid = ask(sample, "alma", "S-LIVE", "S-SELF")
    assert wrong(sample, uuid, {"S-LIVE": FULL, "S-SELF": FULL}) == {"S-SELF": (Fault.TRAINING,)}
    half = Verdict("partly_granted", Decimal(3))
    decide(sample, uuid, {"S-LIVE": half, "S-SELF": half})
    assert models.PriorLearningDecision.objects.get().outcome == "partly_granted"


@pytest.mark.parametrize(
    ("verdict", "fault"),
    [
        (Verdict(""), Fault.CODE),
        (Verdict("perhaps"), Fault.CODE),
        (Verdict("partly_granted"), Fault.AMOUNT),
        (Verdict("partly_granted", Decimal(6)), Fault.AMOUNT),
        (Verdict("partly_granted", Decimal(-1)), Fault.AMOUNT),
        (Verdict("granted", Decimal(2)), Fault.NEEDLESS),
        (Verdict("undocumented", Decimal(2)), Fault.NEEDLESS),
        (Verdict("older_than_lookback"), Fault.IN_TIME),
        (Verdict("not_waivable"), Fault.CAN_BE_WAIVED),
    ],
)
def test_a_decision_says_only_what_is_so(sample, verdict, fault):
    assert wrong(sample, ask(sample), {"S-LIVE": verdict}) == {"S-LIVE": (fault,)}
    assert models.PriorLearningDecision.objects.count() == 0
    assert facts(sample) == []


def test_the_worker_is_told_every_reason(sample):
    uuid = ask(sample, "alma", "S-LIVE", "S-SELF")
    decide(
        sample, uuid, {"S-LIVE": FULL, "S-SELF": Verdict("not_equivalent")}, note="No self-study."
    )
    notice = Notice.objects.get(kind="prior_learning")
    assert notice.subject == f"Your request {request(uuid).reference}: Partly granted"
    assert "Live: Granted in full\nSelf: Refused: not equivalent" in notice.body
    assert "No self-study." in notice.body
    assert AuditEntry.objects.get(action="prior_learning.decided").detail == {
        "outcome": "partly_granted",
        "codes": {"S-LIVE": "granted", "S-SELF": "not_equivalent"},
        "turn": 1,
    }


def request(uuid):
    return queries.request_of(uuid=uuid)


# --- look-back ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("completed", "asked_at", "in_time"),
    [
        # 36 months to the day are in time; one day more is not.
        (date(2023, 6, 1), datetime(2026, 6, 1, 18, tzinfo=UTC), True),
        (date(2023, 5, 31), datetime(2026, 6, 1, 18, tzinfo=UTC), False),
        # 29 February has its last day on the 28th.
        (date(2024, 2, 29), datetime(2027, 2, 28, 18, tzinfo=UTC), True),
        (date(2024, 2, 29), datetime(2027, 3, 1, 18, tzinfo=UTC), False),
        (date(2021, 2, 28), datetime(2024, 2, 28, 18, tzinfo=UTC), True),
        (date(2021, 2, 28), datetime(2024, 2, 29, 18, tzinfo=UTC), False),
        # 23:59 in Denver is the next day in UTC: the program's zone decides.
        (date(2023, 6, 1), datetime(2026, 6, 2, 5, 59, tzinfo=UTC), True),
        (date(2023, 6, 1), datetime(2026, 6, 2, 6, 0, tzinfo=UTC), False),
    ],
)
def test_the_look_back_ends_on_the_very_day(sample, completed, asked_at, in_time):
    with time_machine.travel(asked_at, tick=False):
        uuid = ask(sample, completed_on=completed)
    with time_machine.travel(datetime(2027, 12, 1, tzinfo=UTC), tick=False):
        if in_time:  # However long the office takes.
            decide(sample, uuid, {"S-LIVE": FULL})
        else:
            assert wrong(sample, uuid, {"S-LIVE": FULL}) == {"S-LIVE": (Fault.LOOKBACK,)}
            decide(sample, uuid, {"S-LIVE": Verdict("older_than_lookback")})
    assert bool(facts(sample)) is in_time


def test_a_requirement_may_have_a_shorter_memory(sample):
    uuid = ask(sample, "alma", "S-LIVE", "S-SHORT", completed_on=date(2025, 5, 31))
    both = {"S-LIVE": PART, "S-SHORT": FULL}
    assert wrong(sample, uuid, both) == {"S-SHORT": (Fault.LOOKBACK,)}


# --- who decides ----------------------------------------------------------------------------
def test_only_an_officer_decides_and_never_for_themselves(sample):
    sample.give_duty("alma", "certification_officer", "high-desert")
    uuid = ask(sample)
    for who in ("alma", "bo", "renata", "dee", "kofi", "lucia"):
        with pytest.raises(Denied):
            decide(sample, uuid, {"S-LIVE": FULL}, by=who)
    decide(sample, uuid, {"S-LIVE": FULL})


def test_who_asked_for_somebody_does_not_decide_it(sample):
    sample.give_duty("bo", "certification_officer", "high-desert")
    uuid = ask(sample, "alma", by="bo")
    with pytest.raises(Denied):
        decide(sample, uuid, {"S-LIVE": FULL}, by="bo")


def test_the_same_form_twice_decides_once(sample):
    uuid, key = ask(sample), uuid4()
    first = decide(sample, uuid, {"S-LIVE": FULL}, form_key=key)
    assert decide(sample, uuid, {"S-LIVE": FULL}, form_key=key) == first
    assert len(facts(sample)) == 1
    assert Notice.objects.filter(kind="prior_learning").count() == 1


def test_the_second_officer_is_told_that_it_is_decided(sample):
    sample.give_duty("samir", "certification_officer", "high-desert")
    uuid = ask(sample)
    decide(sample, uuid, {"S-LIVE": FULL})
    with pytest.raises(operations.AlreadyDecided):
        decide(sample, uuid, {"S-LIVE": Verdict("not_equivalent")}, by="samir")
    assert models.PriorLearningDecision.objects.get().outcome == "granted"


# --- taking back ----------------------------------------------------------------------------
def test_a_reversal_takes_the_credit_and_opens_the_request_again(sample):
    uuid = ask(sample)
    decide(sample, uuid, {"S-LIVE": FULL})
    take_back(sample, uuid)
    assert facts(sample) == []
    assert not finding(sample, "S-LIVE").met
    assert request(uuid).outcome == ""
    with pytest.raises(operations.NothingToReverse):
        take_back(sample, uuid)
    decide(sample, uuid, {"S-LIVE": PART})
    assert finding(sample, "S-LIVE").have == Decimal("2.5")
    turns = models.PriorLearningDecision.objects.order_by("turn")
    assert [each.outcome for each in turns] == ["granted", "", "partly_granted"]
    assert "taken back" in Notice.objects.get(key__endswith="reversed:2").subject


def test_reversing_the_same_form_twice_is_one_reversal(sample):
    uuid, key = ask(sample), uuid4()
    decide(sample, uuid, {"S-LIVE": FULL})
    assert take_back(sample, uuid, form_key=key) == take_back(sample, uuid, form_key=key)
    assert models.PriorLearningDecision.objects.count() == 2


def test_only_an_officer_takes_back(sample):
    uuid = ask(sample)
    decide(sample, uuid, {"S-LIVE": FULL})
    for who in ("alma", "bo", "dee", "renata"):
        with pytest.raises(Denied):
            take_back(sample, uuid, by=who)
    with pytest.raises(ValueError, match="because"):
        take_back(sample, uuid, reason="because")


@pytest.mark.parametrize(
    "model",
    [
        models.PriorLearningRequest,
        models.PriorLearningItem,
        models.PriorLearningFile,
        models.PriorLearningDecision,
        models.PriorLearningFinding,
    ],
)
def test_rows_are_never_changed_or_deleted(sample, model):
    decide(sample, ask(sample), {"S-LIVE": FULL})
    field = "note" if model is models.PriorLearningDecision else model._meta.fields[-1].name
    rows = model.objects.all()
    value = model.objects.values_list(field, flat=True).first()
    for change in (lambda: rows.update(**{field: value}), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert model.objects.count() == 1
    assert asked(sample).requirements == ("S-LIVE",)
