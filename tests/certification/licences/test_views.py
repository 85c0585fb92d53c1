"""The pages of licences: who may open them, what they say, what the forms take, what they cost."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from certification.programs.operations import adopt, load_programs
from lms.people.models import Licence, LicenceVerification
from tests.cast import HIRED, give_second_factor

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
TODAY = date(2026, 3, 2)
EVERYBODY = (
    "alma", "bo", "kofi", "hannah", "renata", "samir", "lucia", "joaquin", "dee", "ines", "odette",
)  # fmt: skip
PEER = "CYPSW-4711"


@pytest.fixture(autouse=True)
def _march(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def sample(cast):
    """Teo's peer certification, unverified; Hannah's licence, verified by Bo a month ago."""
    give(cast, "teo", kind="CYPSW", number=PEER)
    give(cast, "hannah", verified=date(2026, 2, 2), until=date(2026, 3, 13))
    return cast


def give(
    cast, who, *, kind="LICENCE", since=date(2025, 3, 1), until=None, verified=None, number="N-1"
):
    row = Licence.objects.create(
        person=cast.person(who), kind=kind, number=number, issuer="Board", valid_from=since,
        valid_until=until, verified_at=NOW if verified else None,
    )  # fmt: skip
    if verified:
        LicenceVerification.objects.create(
            licence=row, outcome="confirmed", source="Board page", looked_up_on=verified,
            actor=cast.user("bo"), recorded_at=NOW,
        )  # fmt: skip
    return row


def url(name, cast=None, who=None, licence=None, place="rio-vista"):
    args = [place]
    if who:
        args.append(cast.person(who).uuid)
    if licence:
        args.append(licence.uuid)
    return reverse(name, args=args)


def statuses(client, cast, address, people=EVERYBODY):
    found = {}
    for who in people:
        client.force_login(cast.user(who))
        found[who] = client.get(address).status_code
    return found


def sent(**changes):
    values = {
        "kind": "LICENCE",
        "number": "A-7",
        "issuer": "State board",
        "valid_from": "2025-01-01",
        "last_on": "2026-12-31",
        "form_key": str(uuid4()),
    }
    return values | changes


def told(**changes):
    values = {
        "outcome": "confirmed",
        "source": "State board look-up",
        "looked_up_on": "2026-03-01",
        "last_on": "",
        "form_key": str(uuid4()),
    }
    return values | changes


def text(response):
    return response.content.decode()


# --- who may open what ----------------------------------------------------------------------
def test_a_team_s_licences_open_to_its_managers_officers_and_auditors(sample, client):
    # Coaches and colleagues of the agency get 403; strangers, also another agency's manager, 404.
    expected = {
        "alma": 403, "bo": 200, "kofi": 403, "hannah": 403, "renata": 403, "samir": 403,
        "lucia": 404, "joaquin": 403, "dee": 200, "ines": 200, "odette": 200,
    }  # fmt: skip
    for name in ("agency-licences", "agency-licences-csv"):
        assert statuses(client, sample, url(name)) == expected
    found = statuses(client, sample, url("agency-person-licences", sample, "teo"))
    assert found == expected


def test_only_managers_and_officers_write(sample, client):
    row = Licence.objects.get(kind="CYPSW")
    for name, licence in (
        ("agency-licence-add", None),
        ("agency-licence-look-up", row),
        ("agency-licence-correct", row),
    ):
        found = statuses(client, sample, url(name, sample, "teo", licence))
        assert {who for who, status in found.items() if status == 200} == {"bo", "ines", "odette"}
        assert (found["dee"], found["renata"], found["lucia"]) == (403, 403, 404)


def test_a_supervisor_does_not_see_a_peer_certification(sample, client):
    sample.add_person("sue", "Sue", "Pervisor")
    sample.employ("sue", "rio-vista-north", "supervisor")
    sample.employ("teo", "rio-vista-north", "peer", supervisor="sue")
    give_second_factor(sample.user("sue"))
    assert statuses(client, sample, url("agency-person-licences", sample, "teo"), ["sue"]) == {
        "sue": 403
    }
    record = client.get(url("agency-person", sample, "teo"))
    assert record.status_code == 200
    assert PEER not in text(record)
    assert "/licences/" not in text(record)


def test_the_manager_of_another_agency_sees_nobody_of_this_one(sample, client):
    sample.add_person("mia", "Mia", "Manager")
    sample.employ("mia", "llano-main", "admin")
    sample.give_duty("mia", "agency_manager", "llano")
    client.force_login(sample.user("mia"))
    assert client.get(url("agency-licences", place="llano")).context["rows"] == []
    for place, status in (("llano", 404), ("rio-vista", 404)):
        address = url("agency-person-licences", sample, "teo", place=place)
        assert client.get(address).status_code == status


def test_of_two_employers_each_manager_opens_only_their_own_page(sample, client):
    sample.employ("teo", "llano-main", "peer")
    sample.add_person("mia", "Mia", "Manager")
    sample.employ("mia", "llano-main", "admin")
    sample.give_duty("mia", "agency_manager", "llano")
    client.force_login(sample.user("mia"))
    assert (
        client.get(url("agency-person-licences", sample, "teo", place="llano")).status_code == 200
    )
    assert client.get(url("agency-person-licences", sample, "teo")).status_code == 404


def test_a_licence_of_somebody_else_is_not_found_under_a_person(sample, client):
    row = Licence.objects.get(kind="CYPSW")
    client.force_login(sample.user("bo"))
    address = url("agency-licence-look-up", sample, "hannah", row)
    assert client.get(address).status_code == 404
    client.force_login(sample.user("hannah"))
    assert client.get(reverse("my-licences-add") + f"?instead={row.uuid}").status_code == 404
    assert client.get(reverse("my-licences-add") + "?instead=nonsense").status_code == 404


def test_a_manager_reads_their_own_and_cannot_look_it_up(sample, client):
    row = give(sample, "bo")
    client.force_login(sample.user("bo"))
    answer = client.get(url("agency-person-licences", sample, "bo"))
    assert "These are your own." in text(answer)
    assert "Look it up" not in text(answer)
    address = url("agency-licence-look-up", sample, "bo", row)
    assert client.post(address, told()).status_code == 403
    assert not LicenceVerification.objects.filter(licence=row).exists()


# --- the worker's own -----------------------------------------------------------------------
def test_a_worker_sees_only_their_own_and_who_looks_them_up(sample, client):
    client.force_login(sample.user("teo"))
    answer = client.get(reverse("my-licences"))
    assert [row.number for row in answer.context["rows"]] == [PEER]
    for words in ("Waiting to be checked", "Bo Castillo", "Your coach, your supervisor"):
        assert words in text(answer)
    client.force_login(sample.user("kofi"))
    assert "Nothing on record yet" in text(client.get(reverse("my-licences")))


def test_a_worker_adds_one_once_and_unverified_whatever_is_sent(sample, client):
    client.force_login(sample.user("alma"))
    form = sent(source="My word", looked_up_on="2026-03-01")
    for _ in range(2):
        assert client.post(reverse("my-licences-add"), form).status_code == 302
    row = Licence.objects.get(person=sample.person("alma"))
    assert (row.number, row.valid_until, row.verified_at) == ("A-7", date(2027, 1, 1), None)
    assert not LicenceVerification.objects.filter(licence=row).exists()


def test_a_worker_corrects_what_nobody_has_verified(sample, client):
    row = Licence.objects.get(kind="CYPSW")
    client.force_login(sample.user("teo"))
    address = reverse("my-licences-add") + f"?instead={row.uuid}"
    assert PEER in text(client.get(address))
    assert client.post(address, sent(kind="CYPSW", number="NEW")).status_code == 302
    assert [each.number for each in client.get(reverse("my-licences")).context["rows"]] == ["NEW"]
    assert client.get(address).status_code == 404
    client.force_login(sample.user("hannah"))
    verified = Licence.objects.get(kind="LICENCE")
    assert client.get(reverse("my-licences-add") + f"?instead={verified.uuid}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"last_on": "2024-12-31"}, {"last_on"}),
        ({"kind": ""}, {"kind"}),
        ({"kind": "ANYTHING"}, {"kind"}),
        ({"valid_from": "0026-01-01"}, {"valid_from"}),
        ({"last_on": "9999-12-31"}, {"last_on"}),
        ({"kind": "BACKGROUND"}, {"number"}),
        ({"kind": "BACKGROUND", "number": "", "last_on": ""}, {"last_on"}),
        ({"issuer": ""}, {"issuer"}),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_nothing(sample, client, changes, wrong):
    client.force_login(sample.user("alma"))
    answer = client.post(reverse("my-licences-add"), sent(**changes))
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, wrong)
    assert not Licence.objects.filter(person=sample.person("alma")).exists()


def test_the_end_is_the_last_day_and_says_so(sample, client):
    client.force_login(sample.user("hannah"))
    answer = client.get(reverse("my-licences"))
    assert "1 Mar 2025 through 12 Mar 2026" in text(answer)
    assert [(row.standing.state, row.note) for row in answer.context["rows"]] == [
        ("ending", "in 10 days")
    ]


def test_a_licence_can_name_only_requirements_for_licences(sample, client):
    load_programs()
    adopt(
        organisation_id=sample.organisation("high-desert").pk,
        program_key="nm-mrss",
        starts_on=HIRED,
    )
    client.force_login(sample.user("bo"))
    address = reverse("my-licences-add")
    form = client.get(address + "?for=NM-LIC").context["form"]
    assert [code for code, _ in form.fields["requirement"].choices] == ["", "NM-LIC"]
    assert form["requirement"].value() == "NM-LIC"
    assert client.get(address + "?for=NM-EXAM").context["form"]["requirement"].value() == ""
    answer = client.post(address, sent(requirement="NM-EXAM"))
    assert set(answer.context["form"].errors) == {"requirement"}


# --- looking up -----------------------------------------------------------------------------
def test_looking_up_keeps_source_and_day_and_verifies(sample, client):
    row = Licence.objects.get(kind="CYPSW")
    client.force_login(sample.user("bo"))
    address = url("agency-licence-look-up", sample, "teo", row)
    form = told()
    for _ in range(2):
        assert client.post(address, form).status_code == 302
    look = LicenceVerification.objects.get(licence=row)
    assert (look.source, look.looked_up_on, look.actor) == (
        "State board look-up", date(2026, 3, 1), sample.user("bo"),
    )  # fmt: skip
    answer = client.get(url("agency-person-licences", sample, "teo"))
    assert "Confirmed 1 Mar 2026: State board look-up" in text(answer)
    assert [each.standing.state for each in answer.context["rows"]] == ["valid"]


def test_one_that_was_revoked_goes_on_record_with_its_end(sample, client):
    row = Licence.objects.get(kind="LICENCE")
    client.force_login(sample.user("ines"))
    address = url("agency-licence-look-up", sample, "hannah", row)
    assert client.post(address, told(outcome="ended", last_on="2026-02-10")).status_code == 302
    [shown] = client.get(url("agency-person-licences", sample, "hannah")).context["rows"]
    assert (shown.period, shown.standing.state) == ("1 Mar 2025 through 10 Feb 2026", "expired")
    assert [said for said, _ in shown.looks] == ["Revoked or ended early", "Confirmed"]
    assert [period for _, period in shown.earlier] == ["1 Mar 2025 through 12 Mar 2026"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"source": ""}, {"source"}),
        ({"outcome": ""}, {"outcome"}),
        ({"looked_up_on": "2026-03-03"}, {"looked_up_on"}),
        ({"outcome": "ended"}, {"last_on"}),
        ({"outcome": "ended", "last_on": "2026-03-12"}, {"last_on"}),
        ({"last_on": "2026-02-10"}, {"last_on"}),
    ],
)
def test_a_look_that_cannot_be_is_refused_beside_its_field(sample, client, changes, wrong):
    row = Licence.objects.get(kind="LICENCE")
    client.force_login(sample.user("bo"))
    answer = client.post(url("agency-licence-look-up", sample, "hannah", row), told(**changes))
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, wrong)
    assert LicenceVerification.objects.count() == 1


def test_a_correction_replaces_and_is_verified_only_with_a_source(sample, client):
    client.force_login(sample.user("bo"))
    row = Licence.objects.get(kind="LICENCE")
    address = url("agency-licence-correct", sample, "hannah", row)
    assert "Unless you say below where you looked" in text(client.get(address))
    half = client.post(address, sent(source="Board page"))
    assert set(half.context["form"].errors) == {"looked_up_on"}
    assert client.post(address, sent()).status_code == 302
    newer = Licence.objects.get(replaces=row)
    assert newer.verified_at is None
    address = url("agency-licence-correct", sample, "hannah", newer)
    form = sent(number="B-8", source="Board page", looked_up_on="2026-03-02")
    assert client.post(address, form).status_code == 302
    assert Licence.objects.get(replaces=newer).verified_at == NOW
    # The page of what was corrected is gone.
    assert client.get(address).status_code == 404


# --- the team -------------------------------------------------------------------------------
def test_the_team_s_list_puts_first_what_has_to_be_looked_up(sample, client):
    give(sample, "kofi", until=date(2026, 3, 1), verified=date(2025, 6, 1))
    give(sample, "alma", verified=date(2025, 3, 2))
    give(sample, "renata", verified=date(2025, 3, 3))
    give(sample, "lucia")
    client.force_login(sample.user("bo"))
    answer = client.get(url("agency-licences"))
    assert [(who.given_name, row.standing.state.value) for who, row in answer.context["rows"]] == [
        ("Teo", "unverified"),
        ("Hannah", "ending"),
        ("Kofi", "expired"),
        ("Alma", "outdated"),
        ("Renata", "valid"),
    ]
    for show, names in {
        "waiting": ["Teo"],
        "ending": ["Hannah"],
        "expired": ["Kofi"],
        "again": ["Alma"],
        "nonsense": ["Teo", "Hannah", "Kofi", "Alma", "Renata"],
    }.items():
        rows = client.get(url("agency-licences") + f"?show={show}").context["rows"]
        assert [who.given_name for who, _ in rows] == names
    rows = client.get(url("agency-licences") + "?q=KOFI").context["rows"]
    assert [who.given_name for who, _ in rows] == ["Kofi"]


def test_the_export_is_the_view_and_runs_no_formula(sample, client):
    give(sample, "kofi", number="=1+1")
    give(sample, "alma", kind="BACKGROUND", number="secret", verified=TODAY)
    client.force_login(sample.user("bo"))
    answer = client.get(url("agency-licences-csv"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = {row["person"]: row for row in csv.DictReader(io.StringIO(lines))}
    assert rows["Kofi Mensah"]["number"] == "'=1+1"
    assert (rows["Alma Reyes"]["number"], rows["Alma Reyes"]["source"]) == ("", "Board page")
    assert rows["Hannah Brandt"]["valid_through"] == "2026-03-12"
    assert rows["Teo Marquez"]["state"] == "unverified"
    answer = client.get(url("agency-licences-csv") + "?show=ending")
    assert b"".join(answer.streaming_content).count(b"\r\n") == 2


def test_of_a_background_check_only_the_dates_are_shown(sample, client):
    give(sample, "alma", kind="BACKGROUND", number="secret", verified=TODAY, until=date(2027, 1, 1))
    client.force_login(sample.user("bo"))
    for address in (
        url("agency-licences"),
        url("agency-person-licences", sample, "alma"),
    ):
        shown = text(client.get(address))
        assert "Cleared through 31 Dec 2026" in shown
        assert "secret" not in shown


@pytest.mark.parametrize("name", ["agency-licences", "agency-licences-csv"])
def test_the_team_costs_the_same_with_one_row_and_with_three(cast, client, statements, name):
    client.force_login(cast.user("bo"))
    address = url(name)
    give(cast, "alma", verified=TODAY)
    client.get(address)

    def cost():
        with statements() as counted:
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
        return len(counted)

    one = cost()
    for who in ("teo", "hannah", "kofi"):
        row = give(cast, who, verified=TODAY - timedelta(days=3))
        LicenceVerification.objects.create(
            licence=row, outcome="confirmed", source="Again", looked_up_on=TODAY,
            actor=cast.user("ines"),
        )  # fmt: skip
    assert cost() == one
    assert one <= 10


def test_one_s_own_page_costs_the_same_with_one_row_and_with_three(cast, client, statements):
    client.force_login(cast.user("teo"))
    give(cast, "teo", verified=TODAY)
    client.get(reverse("my-licences"))
    with statements() as one:
        client.get(reverse("my-licences"))
    give(cast, "teo", kind="DEGREE")
    give(cast, "teo", kind="CYPSW")
    with statements() as three:
        client.get(reverse("my-licences"))
    assert len(one) == len(three)


# --- ways there -----------------------------------------------------------------------------
def test_a_worker_whose_next_step_is_a_licence_is_led_to_adding_it(sample, client, monkeypatch):
    load_programs()
    adopt(
        organisation_id=sample.organisation("high-desert").pk,
        program_key="nm-mrss",
        starts_on=HIRED,
    )
    from tests.certification.learning import finish_program

    finish_program(sample.person("bo"), "nm-mrss", TODAY - timedelta(days=30), skip={"NM-LIC"})
    client.force_login(sample.user("bo"))
    step = client.get(reverse("me") + "?program=nm-mrss").context["step"]
    assert step.href == reverse("my-licences-add") + "?for=NM-LIC"
    client.post(step.href, sent(requirement="NM-LIC"))
    # It waits now: nothing is left to do for him.
    step = client.get(reverse("me") + "?program=nm-mrss").context["step"]
    assert step.href == ""


def test_desks_lead_to_the_pages(sample, client):
    client.force_login(sample.user("bo"))
    assert url("agency-licences") in text(client.get(url("agency")))
    shown = text(client.get(url("agency-person", sample, "teo")))
    assert url("agency-person-licences", sample, "teo") in shown
    assert reverse("my-licences") in text(client.get(reverse("me")))
