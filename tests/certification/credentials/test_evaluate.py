"""Issuing: what is earned is issued once, whatever happens at the same time."""

import threading
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models import ProtectedError

from certification.credentials import tasks
from certification.credentials.models import Credential, CredentialEvent, StandingSpan
from certification.credentials.operations import evaluate, evaluate_everybody, issue, revoke
from certification.evidence.models import StoredDecision
from certification.programs.operations import adopt, load_programs
from courses.public import evidence_recorded
from lms.audit.models import AuditEntry
from lms.jobs.models import Job
from tests.cast import HIRED, make_cast
from tests.certification.learning import finish_mrss_101, finish_program, learn

DAY = date(2026, 3, 2)


def test_who_met_everything_gets_a_numbered_certificate_with_its_decision(programs):
    alma = programs.person("alma")
    finish_mrss_101(alma, DAY)
    finish_program(alma, "nm-mrss", DAY)

    done = evaluate(person_ids=[alma.pk], on=DAY)

    assert {each.credential_key for each in done.issued} == {"mrss-101", "mrss-certified-responder"}
    credential = Credential.objects.get(credential_key="mrss-certified-responder")
    assert credential.holder_name == "Alma Reyes"
    assert (credential.period, credential.valid_from) == (1, DAY)
    assert credential.valid_until == date(2028, 3, 2)
    assert credential.hours == 40
    assert credential.hours_by_type == {"live": "16.00", "practice": "8.50", "self_paced": "15.50"}
    assert credential.decision.outcome == "met"
    assert all(finding["met"] for finding in credential.decision.findings)
    assert credential.decision.evidence["anchors"]["hire"] == HIRED.isoformat()
    assert [each.kind for each in credential.events.all()] == ["issued"]
    assert AuditEntry.objects.filter(subject=credential.code).get().action == "credential.issued"
    assert Job.objects.filter(key=f"credential_issued:{credential.code}").exists()


def test_evaluating_twice_issues_once_and_keeps_one_standing(programs):
    alma = programs.person("alma")
    finish_mrss_101(alma, DAY)
    evaluate(person_ids=[alma.pk], on=DAY)
    spans = list(StandingSpan.objects.order_by("pk").values_list("program_key", "from_on"))
    again = evaluate(person_ids=[alma.pk], on=DAY)
    assert again.issued == ()
    assert Credential.objects.count() == 1
    assert list(StandingSpan.objects.order_by("pk").values_list("program_key", "from_on")) == spans


def test_one_missing_requirement_withholds_the_certificate(programs):
    alma = programs.person("alma")
    finish_mrss_101(alma, DAY)
    finish_program(alma, "nm-mrss", DAY, skip={"NM-EXAM"})
    evaluate(person_ids=[alma.pk], on=DAY)
    assert not Credential.objects.filter(program_key="nm-mrss").exists()
    span = StandingSpan.objects.get(
        program_key="nm-mrss", from_on__lte=DAY, until_on__gt=DAY, person=alma
    )
    assert (span.unmet, span.next_requirement, span.who_next) == (1, "NM-EXAM", "worker")


def test_a_dry_run_writes_nothing(programs):
    alma = programs.person("alma")
    finish_mrss_101(alma, DAY)
    done = evaluate(person_ids=[alma.pk], on=DAY, dry_run=True)
    assert [each.rule.key for each in done.earned] == ["mrss-101"]
    assert not Credential.objects.exists()
    assert not StandingSpan.objects.exists()


def test_evidence_is_weighed_in_the_request_that_recorded_it(
    programs, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        finish_mrss_101(programs.person("alma"), DAY)
    assert Credential.objects.get().credential_key == "mrss-101"


@pytest.mark.parametrize("courses", [0, 12])
def test_completion_to_certificate_takes_ten_statements_however_many_courses(
    programs, statements, courses
):
    alma = programs.person("alma")
    evaluate(person_ids=[alma.pk])
    for number in range(courses):
        learn(alma, f"course:other-{number}", DAY, kind="course")
        learn(alma, f"lesson:other-{number}/one", DAY, kind="lesson")
    finish_mrss_101(alma, DAY)
    finish_program(alma, "nm-mrss", DAY)
    with statements() as counted:
        done = evaluate(person_ids=[alma.pk])
    assert len(done.issued) == 2
    assert len(counted) == 10, counted.texts()


def test_statements_do_not_grow_with_people(programs, statements):
    evaluate(person_ids=[programs.person("bo").pk])
    counts = []
    for keys in (["alma"], ["kofi", "hannah", "teo"]):
        for key in keys:
            finish_mrss_101(programs.person(key), DAY)
        with statements() as counted:
            done = evaluate(person_ids=[programs.person(key).pk for key in keys])
        assert len(done.issued) == len(keys)
        counts.append(len(counted))
    assert counts == [10, 10]


def test_the_second_news_of_one_act_costs_nothing(
    programs, statements, django_capture_on_commit_callbacks
):
    alma = programs.person("alma")
    with django_capture_on_commit_callbacks() as callbacks:
        finish_mrss_101(alma, DAY)
    with statements() as counted:
        for callback in callbacks:
            callback()
    evaluations = [sql for sql in counted.texts() if 'FROM "certification_standingspan"' in sql]
    assert len(evaluations) == 1


def test_evaluating_everybody_walks_through_all_people(programs):
    for key in ("alma", "kofi"):
        finish_mrss_101(programs.person(key), DAY)
    done = evaluate_everybody()
    assert done.people == len(programs.people)
    assert {each.person_id for each in done.issued} == {
        programs.person("alma").pk,
        programs.person("kofi").pk,
    }


# --- renewal, revocation --------------------------------------------------------------------
def test_earning_again_after_expiry_is_a_new_period_and_the_first_stays(programs):
    adopt(
        organisation_id=programs.organisation("high-desert").pk,
        program_key="mrss-orientation",
        starts_on=HIRED,
    )
    alma = programs.person("alma")
    first, second = date(2022, 3, 2), date(2025, 9, 1)
    for day in (first, second):
        finish_mrss_101(alma, day)
        learn(alma, "MO-OBS", day, kind="observation", score=95)
        evaluate(person_ids=[alma.pk], program_key="mrss-orientation", on=day)
    old, new = Credential.objects.filter(credential_key="mrss-orientation").order_by("period")
    assert (old.period, old.valid_from, old.valid_until) == (1, first, date(2024, 3, 2))
    assert (new.period, new.valid_from) == (2, second)
    assert old.code != new.code


def test_what_earned_the_last_period_does_not_earn_the_next(programs):
    alma = programs.person("alma")
    start = date(2022, 3, 2)
    finish_mrss_101(alma, start)
    finish_program(alma, "nm-mrss", start)
    evaluate(person_ids=[alma.pk], on=start)
    late = evaluate(person_ids=[alma.pk], program_key="nm-mrss", on=date(2024, 3, 3))
    assert late.issued == ()


def test_revoked_credential_stays_revoked_after_new_evidence(programs):
    alma, ines = programs.person("alma"), programs.user("ines")
    finish_mrss_101(alma, DAY)
    [held] = evaluate(person_ids=[alma.pk], on=DAY).issued
    revoke(
        code=held.code,
        actor_id=ines.pk,
        proposed_by_id=programs.user("odette").pk,
        reason="issued_in_error",
    )
    finish_mrss_101(alma, DAY + timedelta(days=30), score=100)
    assert evaluate(person_ids=[alma.pk]).issued == ()
    assert Credential.objects.count() == 1


def test_an_officer_may_issue_again_after_a_revocation_but_only_what_is_earned(programs):
    alma, ines = programs.person("alma"), programs.user("ines")
    finish_mrss_101(alma, DAY)
    [held] = evaluate(person_ids=[alma.pk], on=DAY).issued
    revoke(
        code=held.code,
        actor_id=ines.pk,
        proposed_by_id=programs.user("odette").pk,
        reason="issued_in_error",
    )
    code = issue(
        person_id=alma.pk, program_key="mrss-101", credential_key="mrss-101", actor_id=ines.pk
    )
    assert Credential.objects.get(code=code).period == 2


# --- what may never happen ------------------------------------------------------------------
def test_deleting_what_has_history_is_refused(programs):
    alma = programs.person("alma")
    finish_mrss_101(alma, DAY)
    evaluate(person_ids=[alma.pk], on=DAY)
    credential = Credential.objects.get()
    version = credential.decision.program_version
    for row in (alma, credential, credential.decision, version, version.program):
        with pytest.raises(ProtectedError):
            row.delete()


@pytest.mark.parametrize("model", [Credential, CredentialEvent, StoredDecision])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_triggers_refuse_to_rewrite_history(programs, model, act):
    alma = programs.person("alma")
    finish_mrss_101(alma, DAY)
    evaluate(person_ids=[alma.pk], on=DAY)
    rows = model.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if act == "update":
            rows.update(**{"holder_name" if model is Credential else rows_field(model): "x"})
        else:
            rows._raw_delete(rows.db)


def rows_field(model):
    return "note" if model is CredentialEvent else "engine"


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_requests_issue_one_certificate():
    cast = make_cast(accounts=False)
    load_programs()
    alma = cast.person("alma")
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    try:
        finish_mrss_101(alma, DAY)
    finally:
        tasks.connect()
    failures, barrier = [], threading.Barrier(20)

    def request():
        try:
            barrier.wait()
            evaluate(person_ids=[alma.pk])
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=request) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert Credential.objects.count() == 1
    assert CredentialEvent.objects.count() == 1
