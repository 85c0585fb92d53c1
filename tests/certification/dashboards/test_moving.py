"""People move: the record follows them, each agency keeps its own days, and sees no more.

Alma works at Río Vista from 12 January 2026 and at Llano from 1 July. "Today" is 21 November.
"""

import csv
import io
from datetime import date, timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest

from certification.credentials.models import Credential, StandingSpan
from certification.credentials.operations import decide_name, evaluate
from certification.credentials.queries import held_by
from certification.dashboards.queries.standing import person_standings
from certification.dashboards.queries.transcript import read_transcript
from certification.programs.queries import catalogue
from certification.public import status_on
from certification.reminders.operations import send_to_everybody
from lms.people.models import Employment, Person
from lms.people.operations import change_employment, end_employment, start_employment
from lms.people.operations.naming import NewName, ask_name
from tests.certification.dashboards.conftest import PROGRAM
from tests.certification.learning import finish_mrss_101, finish_program, learn

STARTED, MOVED = date(2026, 1, 12), date(2026, 7, 1)
BEFORE, AFTER = date(2026, 6, 30), date(2026, 9, 1)
CERTIFIED = date(2026, 9, 15)
TODAY = date(2026, 11, 21)
ONE = timedelta(days=1)
OLD, NEW = "/agency/rio-vista/", "/agency/llano/"


@pytest.fixture
def cast(programs, time_machine):
    """Alma learns at Río Vista; Mia manages Llano, Lola is a coach there."""
    time_machine.move_to("2026-11-21T19:00:00Z", tick=False)
    Employment.objects.filter(person=programs.person("alma")).update(starts_on=STARTED)
    programs.add_person("mia", "Mia", "Sena")
    programs.give_duty("mia", "agency_manager", "llano")
    programs.add_person("lola", "Lola", "Cruz")
    programs.give_duty("lola", "coach", "llano")
    learn(programs.person("alma"), "NM-101", date(2026, 1, 20), hours="1.5",
          hours_type="self_paced", score=95)  # fmt: skip
    learn(programs.person("alma"), "NM-40-01-L", date(2026, 3, 2), hours=1, hours_type="live",
          kind="session")  # fmt: skip
    return programs


def spell_of(cast, key="alma"):
    return Employment.objects.get(person=cast.person(key), replaced_at__isnull=True,
                                  ends_on__isnull=True)  # fmt: skip


def move(cast, *, on=MOVED, starts=None, to="llano-main", role="responder"):
    """End what Alma does now on a day, and let her start elsewhere on it, or later."""
    end_employment(actor_id=None, spell=spell_of(cast).spell, ends_on=on)
    start_employment(
        actor_id=None,
        person_id=cast.person("alma").pk,
        organisation_id=cast.organisation(to).pk,
        role=role,
        starts_on=starts or on,
    )
    evaluate(person_ids=[cast.person("alma").pk])


def stay(cast):
    evaluate(person_ids=[cast.person("alma").pk])


def learn_everything_at_llano(cast):
    """What happens after she has left: training, a certificate."""
    alma = cast.person("alma")
    finish_mrss_101(alma, CERTIFIED)
    finish_program(alma, PROGRAM, CERTIFIED)
    evaluate(person_ids=[alma.pk], on=CERTIFIED)
    assert Credential.objects.filter(program_key=PROGRAM).exists()


def open_file(client, cast, who, desk, **query):
    client.force_login(cast.user(who))
    return client.get(f"{desk}people/{cast.person('alma').uuid}/", query)


def on_team(client, cast, who, desk, on):
    client.force_login(cast.user(who))
    page = client.get(desk, {"as_of": on.isoformat(), "program": PROGRAM})
    export = client.get(f"{desk}team.csv", {"as_of": on.isoformat(), "program": PROGRAM})
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    uuid = str(cast.person("alma").uuid)
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["person_uuid"] == uuid]
    shown = [row for row in page.context["rows"] if uuid in row.href]
    assert len(rows) == len(shown)
    return rows


def body(page):
    """Return what stands on a page between its frame, without the token of its forms."""
    assert page.status_code == 200
    text = page.content.decode()
    return text.partition("<main")[2].partition("</main>")[0]


def standing(cast, on):
    report = status_on(person_id=cast.person("alma").pk, program_key=PROGRAM, on=on)
    dues = {each.requirement: each.due for each in report.decision.findings}
    hours = person_standings(person_id=cast.person("alma").pk, on=on)[0].standing.have_hours
    return report.status, dues, hours


# --- the record follows the person ------------------------------------------------------------
def test_evidence_hours_and_deadlines_go_on_as_if_she_had_stayed(cast):
    stay(cast)
    days = [BEFORE, MOVED, AFTER]
    stayed = [standing(cast, day) for day in days]
    spans = list(StandingSpan.objects.order_by("from_on").values_list("from_on", "status"))
    entries = read_transcript(person_id=cast.person("alma").pk).entries
    move(cast)
    assert [standing(cast, day) for day in days] == stayed
    assert list(StandingSpan.objects.order_by("from_on").values_list("from_on", "status")) == spans
    assert read_transcript(person_id=cast.person("alma").pk).entries == entries


def test_a_certificate_earned_before_is_held_after(cast):
    learn_everything_at_llano(cast)
    move(cast, on=date(2026, 10, 1))
    [held] = [each for each in held_by(person_ids=[cast.person("alma").pk])[cast.person("alma").pk]
              if each.program_key == PROGRAM]  # fmt: skip
    assert [held.worth(day).status for day in (CERTIFIED, TODAY)] == ["valid", "valid"]
    assert standing(cast, TODAY)[0] == "certified"


def test_a_gap_is_a_new_hire_for_deadlines_and_the_evidence_stays(cast):
    back = date(2026, 8, 3)
    stay(cast)
    before = standing(cast, AFTER)
    move(cast, on=BEFORE, starts=back)
    _status, dues, hours = standing(cast, AFTER)
    assert hours == before[2]
    for requirement, due in before[1].items():
        if due is not None:
            assert dues[requirement] - due == back - STARTED, requirement


# --- the new agency ---------------------------------------------------------------------------
def test_the_new_agency_sees_the_whole_record_and_only_its_own_employment(cast, client):
    learn_everything_at_llano(cast)
    move(cast)
    text = body(open_file(client, cast, "mia", NEW))
    assert Credential.objects.get(program_key=PROGRAM).code in text
    assert "Llano main office" in text
    assert "North site" not in text and "Río Vista" not in text
    assert on_team(client, cast, "mia", NEW, MOVED)[0]["hours_have"] == "2.50"
    assert on_team(client, cast, "mia", NEW, TODAY)[0]["status"] == "certified"


def test_the_new_agency_does_not_see_days_before_she_came(cast, client):
    move(cast)
    assert on_team(client, cast, "mia", NEW, BEFORE) == []
    assert open_file(client, cast, "mia", NEW, as_of=BEFORE.isoformat()).status_code == 404
    assert open_file(client, cast, "lola", NEW).status_code == 200


# --- the old agency ---------------------------------------------------------------------------
def test_from_the_day_she_left_the_old_agency_sees_nothing(cast, client):
    move(cast)
    for day in (MOVED, AFTER, TODAY, TODAY + 30 * ONE):
        assert on_team(client, cast, "bo", OLD, day) == []
        page = open_file(client, cast, "bo", OLD, as_of=day.isoformat())
        assert page.status_code == 404
    assert open_file(client, cast, "bo", OLD).status_code == 404


def test_the_old_agency_keeps_its_team_as_it_was(cast, client):
    stay(cast)
    was = on_team(client, cast, "bo", OLD, BEFORE)
    move(cast)
    learn_everything_at_llano(cast)
    assert on_team(client, cast, "bo", OLD, BEFORE) == was != []


@pytest.mark.parametrize("part", ["", "then/", "why/"])
def test_the_old_agency_keeps_her_file_exactly_as_it_was_that_day(cast, client, part):
    """Nothing that she did later is on it: training, certificate, employer, name."""
    stay(cast)
    address = f"{OLD}people/{cast.person('alma').uuid}/{part}"
    asked = {"as_of": BEFORE.isoformat(), "program": PROGRAM}
    client.force_login(cast.user("bo"))
    was = _words(body(client.get(address, asked)))
    move(cast)
    learn_everything_at_llano(cast)
    rename(cast)
    now = _words(body(client.get(address, asked)))
    assert Credential.objects.filter(holder_name="Alma Ortega").exists()
    for later in ("Ortega", "Llano", "15 Sep 2026", "2028"):
        assert later not in " ".join(now), later
    assert now == [each for each in was if each not in _FOR_STAFF]


_SAID_TO_FORMER = "This is how the record stood on"
_FOR_STAFF = {"Ask that earlier training of Alma Reyes counts", "See what others have granted",
              "Licenses and checks", "Ask for another name on record"}  # fmt: skip


def _words(html):
    """Return the texts of a page, one for each element that holds any."""

    class Texts(HTMLParser):
        def __init__(self):
            super().__init__()
            self.found = []

        def handle_data(self, data):
            if data.strip():
                self.found.append(" ".join(data.split()))

    reader = Texts()
    reader.feed(html)
    return [each for each in reader.found if not each.startswith(_SAID_TO_FORMER)]


def rename(cast):
    code = Credential.objects.get(program_key=PROGRAM).code
    uuid = ask_name(
        actor_id=cast.user("alma").pk,
        person_id=cast.person("alma").pk,
        new=NewName("Alma", "Ortega", date(2026, 10, 3), "marriage"),
        form_key=uuid4(),
    )
    decide_name(
        actor_id=cast.user("ines").pk, uuid=uuid, accepted=True, reason_code="document_seen",
        document="marriage certificate", reissue=[code],
    )  # fmt: skip


def test_evidence_recorded_late_about_her_days_there_is_shown_and_later_days_are_not(cast, client):
    move(cast)
    alma = cast.person("alma")
    before = open_file(client, cast, "bo", OLD, as_of=BEFORE.isoformat(), program=PROGRAM)
    learn(alma, "NM-40-02-L", MOVED + ONE, hours=2, hours_type="live", kind="session")
    later = open_file(client, cast, "bo", OLD, as_of=BEFORE.isoformat(), program=PROGRAM)
    assert _words(body(later)) == _words(body(before))
    learn(alma, "NM-40-02-L", BEFORE - ONE, hours=2, hours_type="live", kind="session")
    late = open_file(client, cast, "bo", OLD, as_of=BEFORE.isoformat(), program=PROGRAM)
    assert _words(body(late)) != _words(body(before))


def test_the_old_agency_finds_her_under_the_name_it_knew(cast, client):
    learn_everything_at_llano(cast)
    move(cast)
    rename(cast)
    [row] = on_team(client, cast, "bo", OLD, BEFORE)
    assert (row["given_name"], row["family_name"]) == ("Alma", "Reyes")
    [row] = on_team(client, cast, "mia", NEW, TODAY)
    assert (row["given_name"], row["family_name"]) == ("Alma", "Ortega")
    assert Person.objects.get(pk=cast.person("alma").pk).name == "Alma Ortega"


def test_papers_that_tell_of_today_are_closed_to_the_old_agency(cast, client):
    learn_everything_at_llano(cast)
    move(cast, on=date(2026, 10, 1))
    code = Credential.objects.get(program_key=PROGRAM).code
    text = body(open_file(client, cast, "bo", OLD, as_of="2026-09-30"))
    assert code in text and f"/certificates/{code}" not in text
    assert client.get(f"/certificates/{code}/").status_code == 404
    client.force_login(cast.user("mia"))
    assert client.get(f"/certificates/{code}/").status_code == 200


@pytest.mark.parametrize("day", [BEFORE, MOVED, TODAY])
def test_a_coach_and_a_supervisor_of_before_lose_sight_of_her(cast, client, day):
    cast.give_duty("teo", "coach", "rio-vista-south")
    change_employment(actor_id=None, spell=spell_of(cast).spell,
                      supervisor_id=cast.person("hannah").pk)  # fmt: skip
    move(cast)
    for who in ("renata", "teo", "hannah"):
        page = open_file(client, cast, who, OLD, as_of=day.isoformat())
        assert page.status_code in (403, 404), who


def test_whoever_manages_the_old_agency_no_more_sees_nothing_of_it(cast, client):
    cast.add_person("max", "Max", "Manager")
    cast.give_duty("max", "agency_manager", "rio-vista", until=date(2026, 8, 1))
    move(cast)
    page = open_file(client, cast, "max", OLD, as_of=BEFORE.isoformat())
    assert page.status_code == 404
    # And who manages it today sees the days of before they came.
    cast.add_person("ann", "Ann", "After")
    cast.give_duty("ann", "agency_manager", "rio-vista", since=date(2026, 10, 1))
    assert open_file(client, cast, "ann", OLD, as_of=BEFORE.isoformat()).status_code == 200


def test_coming_back_restores_everything_and_the_gap_stays_closed(cast, client):
    move(cast)
    assert open_file(client, cast, "bo", OLD).status_code == 404
    move(cast, on=date(2026, 10, 1), to="rio-vista-north")
    assert "North site" in body(open_file(client, cast, "bo", OLD))
    assert open_file(client, cast, "bo", OLD, as_of=AFTER.isoformat()).status_code == 404
    assert open_file(client, cast, "bo", OLD, as_of=BEFORE.isoformat()).status_code == 200
    assert open_file(client, cast, "mia", NEW, as_of=AFTER.isoformat()).status_code == 200
    assert open_file(client, cast, "mia", NEW).status_code == 404
    assert on_team(client, cast, "bo", OLD, AFTER) == []
    assert len(on_team(client, cast, "bo", OLD, TODAY)) == 1


def test_another_site_of_the_same_agency_changes_nothing_but_the_site(cast, client):
    stay(cast)
    was = standing(cast, AFTER)
    move(cast, to="rio-vista-south")
    assert standing(cast, AFTER) == was
    [row] = on_team(client, cast, "bo", OLD, AFTER)
    assert row["places"] == "South site"
    [row] = on_team(client, cast, "bo", OLD, BEFORE)
    assert row["places"] == "North site"
    text = body(open_file(client, cast, "bo", OLD, as_of=BEFORE.isoformat()))
    assert "Nothing later is shown." not in text


# --- two employers at once ----------------------------------------------------------------------
@pytest.fixture
def both(cast):
    """Alma works at Llano as well, as a supervisor under nobody."""
    start_employment(
        actor_id=None,
        person_id=cast.person("alma").pk,
        organisation_id=cast.organisation("llano-main").pk,
        role="peer",
        starts_on=MOVED,
    )
    stay(cast)
    return cast


def test_both_see_her_once_and_neither_sees_the_other(both, client):
    for who, desk, own, other in (
        ("bo", OLD, "North site", "Llano"), ("mia", NEW, "Llano main office", "North site"),
    ):  # fmt: skip
        [row] = on_team(client, both, who, desk, TODAY)
        assert row["places"] == own
        text = body(open_file(client, both, who, desk))
        assert own in text and other not in text


def test_the_roles_of_both_count(both):
    rules = catalogue().version(PROGRAM, TODAY).rules
    asked = standing(both, TODAY)[1]
    alone = standing(both, BEFORE)[1]
    for_peers = {each.id for each in rules.requirements if "peer" in each.roles
                 and not {"all", "responder"} & set(each.roles)}  # fmt: skip
    assert for_peers and not any(_named(each, alone) for each in for_peers)
    assert all(_named(each, asked) for each in for_peers)


def _named(requirement, findings):
    return any(requirement in path.split("/") for path in findings)


def test_the_end_of_one_leaves_the_other(both, client):
    end_employment(
        actor_id=None, spell=Employment.objects.get(
            person=both.person("alma"), replaced_at__isnull=True, starts_on=STARTED).spell,
        ends_on=date(2026, 10, 1),
    )  # fmt: skip
    stay(both)
    assert open_file(client, both, "bo", OLD).status_code == 404
    text = body(open_file(client, both, "bo", OLD, as_of=AFTER.isoformat()))
    assert "Nothing later is shown." in text and "Llano" not in text
    assert open_file(client, both, "mia", NEW).status_code == 200


def test_everybody_is_reminded_once(both, time_machine):
    """Both supervisors are told, each of them once; Alma once."""
    for key, starts in (("bo", STARTED), ("lucia", MOVED)):
        spell = Employment.objects.get(
            person=both.person("alma"), replaced_at__isnull=True, starts_on=starts
        )
        change_employment(actor_id=None, spell=spell.spell, supervisor_id=both.person(key).pk)
    dues = sorted(
        due for due in standing(both, MOVED)[1].values() if due is not None and due > MOVED
    )
    day = dues[0] - 7 * ONE
    lines = {
        each.recipient.given_name: [
            (line.owed.person.given_name, line.owed.matter.subject) for line in each.lines
        ]
        for each in send_to_everybody(on=day).digests
    }
    for who in ("Alma", "Bo", "Lucía"):
        about_alma = [line for line in lines[who] if line[0] == "Alma"]
        assert about_alma and len(about_alma) == len(set(about_alma)), who
    assert not send_to_everybody(on=day).digests
