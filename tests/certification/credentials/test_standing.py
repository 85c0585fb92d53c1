"""The cached standing says on every date what the rules and the fold say on that date."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from certification.credentials import tasks
from certification.credentials.cases import report_on
from certification.credentials.models import Credential, StandingSpan
from certification.credentials.operations import evaluate, reinstate, revoke, suspend
from certification.programs.operations import DATA, load_programs
from courses.public import evidence_recorded
from lms.people.models import Employment
from tests.certification.learning import finish_mrss_101, finish_program

DAY = date(2026, 2, 3)


@pytest.fixture
def lives(programs, tmp_path):
    """Give the cast eventful lives: a transfer, a gap, a suspension, a revocation, new rules."""
    cast = programs
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    try:
        for key, skip in (
            ("alma", {"NM-EXAM", "NM-OBS"}),
            ("hannah", ()),
            ("lucia", ()),
            ("kofi", ()),
        ):
            finish_mrss_101(cast.person(key), DAY - timedelta(days=40))
            finish_program(cast.person(key), "nm-mrss", DAY, skip=skip)
            evaluate(person_ids=[cast.person(key).pk], on=DAY)
    finally:
        tasks.connect()
    codes = {each.person_id: each.code for each in Credential.objects.filter(program_key="nm-mrss")}
    ines = cast.user("ines").pk
    hannah, kofi = codes[cast.person("hannah").pk], codes[cast.person("kofi").pk]
    suspend(code=hannah, actor_id=ines, reason="other", effective_on=date(2026, 4, 1))
    reinstate(code=hannah, actor_id=ines, reason="other", effective_on=date(2026, 5, 1))
    revoke(
        code=kofi,
        actor_id=ines,
        proposed_by_id=cast.user("odette").pk,
        reason="other",
        effective_on=date(2026, 6, 1),
    )
    Employment.objects.filter(person=cast.person("teo")).update(ends_on=date(2026, 1, 1))
    cast.employ("teo", "llano-main", "peer", since=date(2026, 3, 1))
    text = (DATA / "nm-mrss.yaml").read_text("utf-8").replace("0.4-draft", "0.5-draft")
    # Provisional work is to last: its end has tests of its own.
    text = text.replace("until: {from: hire, days: 180}", "until: {from: hire, days: 3650}")
    (tmp_path / "nm-mrss.yaml").write_text(text.replace('"days": 14}', '"days": 21}'), "utf-8")
    load_programs(path=tmp_path, effective_on=date(2026, 3, 15))
    evaluate(person_ids=[each.pk for each in cast.people.values()])
    return cast


@pytest.mark.parametrize("key", ["alma", "hannah", "lucia", "kofi", "teo", "bo", "celeste"])
def test_cached_standing_equals_the_decision_on_every_turning_day(lives, key):
    person_id = lives.person(key).pk
    spans = list(
        StandingSpan.objects.filter(person_id=person_id, program_key="nm-mrss").order_by("from_on")
    )
    assert spans
    for before, after in pairwise(spans):
        assert before.until_on == after.from_on
    assert spans[-1].until_on is None
    for span in spans:
        last = span.until_on or span.from_on + timedelta(days=400)
        for day in {
            span.from_on,
            span.from_on + (last - span.from_on) / 2,
            last - timedelta(days=1),
        }:
            report = report_on(person_id=person_id, program_key="nm-mrss", on=day)
            decisive = [
                each
                for each in report.decision.findings
                if "/" not in each.requirement and each.requirement not in ("NM-REN",)
            ]
            assert (span.status, span.valid_until) == (report.status, report.valid_until), day
            assert span.unmet == sum(not each.met for each in decisive), day
            assert span.overdue == sum(
                not each.met and each.due is not None and each.due < day for each in decisive
            ), day


def test_the_statuses_of_an_eventful_life(lives):
    def on(key, day):
        return report_on(person_id=lives.person(key).pk, program_key="nm-mrss", on=day).status

    assert on("hannah", date(2026, 3, 31)) == "certified"
    assert on("hannah", date(2026, 4, 30)) == "suspended"
    assert on("hannah", date(2026, 5, 1)) == "certified"
    assert on("hannah", date(2028, 2, 3)) == "expired"
    assert on("kofi", date(2026, 6, 1)) == "revoked"
    assert on("alma", date(2026, 5, 1)) == "provisional"


def test_standing_is_read_in_few_statements(lives, statements):
    with statements() as counted:
        report_on(person_id=lives.person("alma").pk, program_key="nm-mrss")
    assert len(counted) == 3


# --- the commands ---------------------------------------------------------------------------
def test_explain_prints_every_finding_with_its_evidence(lives, capsys):
    call_command("explain", "Alma Reyes", "nm-mrss", "--as-of", "2026-06-01")
    text = capsys.readouterr().out
    assert "Standing on 1 Jun 2026: provisional" in text
    assert "Certification knowledge examination: not met" in text
    assert "✓ Crisis de-escalation - live: met, 1.5 of 1.5 hours." in text
    assert "3 Feb 2026, NM-40-05-L, 1.5 h live" in text
    assert "hire 6 Jan 2025" in text


def test_explain_gives_data(lives, capsys):
    uuid = str(lives.person("lucia").uuid)
    call_command("explain", uuid, "nm-mrss", "--json")
    data = json.loads(capsys.readouterr().out)
    assert (data["person"]["uuid"], data["status"]) == (uuid, "certified")
    assert {
        "requirement",
        "title",
        "met",
        "have",
        "need",
        "unit",
        "because",
        "due",
        "source",
    } == set(data["findings"][0])


def test_explain_never_guesses(lives):
    lives.add_person("alma2", "Alma", "Reyes", account=False)
    with pytest.raises(CommandError, match="means 2 people"):
        call_command("explain", "alma reyes", "nm-mrss")
    with pytest.raises(CommandError, match="Nobody"):
        call_command("explain", "Nobody Known", "nm-mrss")
    with pytest.raises(CommandError, match="There is no program"):
        call_command("explain", "bo@example.org", "none")
    with pytest.raises(CommandError, match="not a date"):
        call_command("explain", "bo@example.org", "nm-mrss", "--as-of", "2026-2-30")


def test_reevaluate_is_safe_to_repeat(lives, capsys):
    call_command("reevaluate", "--json")
    assert json.loads(capsys.readouterr().out) == {"people": 13, "dry_run": False, "issued": []}
    finish_mrss_101(lives.person("bo"), DAY)
    call_command("reevaluate", "--person", "bo@example.org", "--program", "mrss-101", "--dry-run")
    assert "1 people evaluated, 1 credentials would be issued." in capsys.readouterr().out
    call_command("reevaluate", "--program", "mrss-101")
    assert "13 people evaluated, 1 credentials issued." in capsys.readouterr().out
