"""Two questions of time: how it was on a date, and what was known at an instant.

What comes late changes the first answer and never the second.
"""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from certification.credentials.cases import report_on
from certification.credentials.models import Credential
from certification.credentials.operations import evaluate, revoke
from certification.programs.operations import DATA, load_programs
from courses.public import record_training, reverse
from lms.people.models import Licence, Person
from lms.people.operations import (
    change_employment,
    create_person,
    record_licence,
    start_employment,
    verify_licence,
)
from tests.certification.learning import finish_mrss_101, finish_program

DAY = date(2026, 3, 1)
ASKED = datetime(2026, 3, 1, 18, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 18, tzinfo=UTC)


def standing(person, known_at=None, on=DAY):
    return report_on(person_id=person.pk, program_key="nm-mrss", on=on, known_at=known_at)


def have(person, requirement, known_at=None):
    found = standing(person, known_at).decision.findings
    return next(each.have for each in found if each.requirement.endswith(requirement))


def attest(person, subject, *, when=DAY, at=ASKED, hours=1):
    with time_machine.travel(at, tick=False):
        return record_training(
            person_id=person.pk,
            kind="session",
            subject=subject,
            hours=hours,
            hours_type="live",
            occurred_at=datetime.combine(when, datetime.min.time(), UTC) + timedelta(hours=16),
            actor_id=None,
            act=f"{subject}:{at.isoformat()}",
        )


@pytest.fixture
def worker(programs):
    """Return a worker whose employment was written down in January."""
    with time_machine.travel(datetime(2026, 1, 10, 18, tzinfo=UTC), tick=False):
        pk = create_person(actor_id=None, given_name="Ola", family_name="Brink")
        start_employment(
            actor_id=None,
            person_id=pk,
            organisation_id=programs.organisation("rio-vista").pk,
            role="responder",
            starts_on=date(2026, 1, 12),
        )
    return Person.objects.get(pk=pk)


def test_late_evidence_changes_how_it_was_and_not_what_was_known(worker):
    attest(worker, "NM-40-01-L", at=LATER)
    assert have(worker, "NM-40-01-L") == 1
    assert have(worker, "NM-40-01-L", known_at=ASKED) == 0
    assert have(worker, "NM-40-01-L", known_at=LATER) == 1


def test_a_correction_changes_how_it_was_and_not_what_was_known(worker):
    evidence = attest(worker, "NM-40-01-L", at=ASKED - timedelta(days=2), when=date(2026, 2, 20))
    with time_machine.travel(LATER, tick=False):
        reverse(evidence_id=evidence, actor_id=None, reason="Wrong person on the sheet.")
    assert have(worker, "NM-40-01-L") == 0
    assert have(worker, "NM-40-01-L", known_at=ASKED) == 1


def test_a_revocation_with_an_earlier_date_changes_the_day_and_not_what_was_known(programs):
    hannah = programs.person("hannah")
    with time_machine.travel(datetime(2026, 2, 3, 18, tzinfo=UTC), tick=False):
        finish_mrss_101(hannah, date(2026, 1, 5))
        finish_program(hannah, "nm-mrss", date(2026, 2, 2))
        evaluate(person_ids=[hannah.pk])
    code = Credential.objects.get(person=hannah, program_key="nm-mrss").code
    with time_machine.travel(LATER, tick=False):
        revoke(
            code=code,
            actor_id=programs.user("ines").pk,
            proposed_by_id=programs.user("odette").pk,
            reason="other",
            effective_on=date(2026, 2, 20),
        )
    assert standing(hannah).status == "revoked"
    assert standing(hannah, known_at=ASKED).status == "certified"
    before_issue = datetime(2026, 2, 1, tzinfo=UTC)
    assert standing(hannah, known_at=before_issue).held == ()


def test_a_hire_date_mended_later_moves_the_deadline_and_not_the_one_that_was_known(
    programs, worker
):
    known = standing(worker, known_at=LATER).facts.anchors["hire"]
    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        change_employment(
            actor_id=None,
            spell=worker.employments.get(replaced_at=None).spell,
            starts_on=known - timedelta(days=30),
        )
    assert standing(worker).facts.anchors["hire"] == known - timedelta(days=30)
    assert standing(worker, known_at=LATER).facts.anchors["hire"] == known


def test_a_licence_counts_as_verified_from_when_it_was_verified(worker):
    with time_machine.travel(ASKED - timedelta(days=1), tick=False):
        record_licence(
            actor_id=None, person_id=worker.pk, kind="BACKGROUND", valid_from=date(2026, 1, 1)
        )
    row = Licence.objects.filter(person=worker, kind="BACKGROUND").latest("pk")
    with time_machine.travel(LATER, tick=False):
        verify_licence(actor_id=None, licence_id=row.pk)

    def verified(known_at):
        facts = standing(worker, known_at).facts.facts
        return [each.verified for each in facts if each.id == f"licence:{row.uuid}"]

    assert verified(None) == [True]
    assert verified(ASKED) == [False]
    assert verified(ASKED - timedelta(days=2)) == []


def test_rules_published_later_do_not_speak_about_what_was_known(programs, worker, tmp_path):
    text = (DATA / "nm-mrss.yaml").read_text("utf-8").replace("0.4-draft", "0.5-draft")
    (tmp_path / "nm-mrss.yaml").write_text(text.replace('"days": 14}', '"days": 21}'), "utf-8")
    moment = datetime.now(UTC)
    load_programs(path=tmp_path, effective_on=date(2026, 2, 1))
    assert standing(worker).version.label == "0.5-draft"
    assert standing(worker, known_at=moment).version.label == "0.4-draft"


def explain(*arguments):
    out = StringIO()
    call_command("explain", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_answers_both_questions(worker):
    attest(worker, "NM-40-01-L", at=LATER)
    now = explain(str(worker.uuid), "nm-mrss", "--as-of", "2026-03-01")
    then = explain(str(worker.uuid), "nm-mrss", "--as-of", "2026-03-01", "--known-at", "2026-03-01")
    assert "1 Mar 2026, NM-40-01-L, 1 h live" in now
    assert "NM-40-01-L, 1 h live" not in then
    assert "As known at 2026-03-01T23:59-07:00" in then


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "01/03/2026"])
def test_the_command_refuses_what_is_no_instant(worker, text):
    with pytest.raises(CommandError, match="--known-at"):
        explain(str(worker.uuid), "nm-mrss", "--known-at", text)
