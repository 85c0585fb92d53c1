"""The agency desk: who is listed, how they stand on a date, and what stays another's business."""

import csv
import io
from datetime import date, timedelta
from uuid import uuid4

import pytest

from certification.dashboards.queries.agency import Member, arrange
from tests.certification.dashboards.conftest import PROGRAM, add_span

QUERY = {"as_of": "2026-06-01", "program": PROGRAM}
TEAM = "/agency/rio-vista/"
# One of them: what those who have left were called on a past date.
TEAM_STATEMENTS = 8


def names(page):
    return [row.name for row in page.context["rows"]]


def lines(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_team_stands_in_the_order_of_the_next_deadline(standings, sign_in):
    page = sign_in(standings, "bo").get(TEAM, QUERY)
    assert names(page) == [
        "Kofi Mensah",  # 20 May, late
        "Alma Reyes",  # 20 June
        "Bo Castillo",  # the certificate, through 31 July
        "Hannah Brandt",
        "Joaquín Lente",
        "Teo Marquez",
    ]
    text = page.content.decode()
    assert "1 of 6 people are certified (16.7\u00a0%)." in text
    assert "12 days late" in text and "27.5 of 40" in text
    assert "1 other person is employed here" in text  # Renata, a coach


def test_who_must_act_is_the_worker_by_name_or_a_colleague(standings, sign_in):
    rows = sign_in(standings, "bo").get(TEAM, QUERY).context["rows"]
    assert {row.name: str(row.who) for row in rows[:3]} == {
        "Kofi Mensah": "Trainer",
        "Alma Reyes": "Alma Reyes",
        "Bo Castillo": "Nobody yet",
    }


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("overdue", ["Kofi Mensah"]),
        ("due", ["Alma Reyes"]),
        ("provisional", ["Kofi Mensah", "Alma Reyes"]),
        ("certified", ["Bo Castillo"]),
        ("expired", ["Joaquín Lente"]),
        ("training", ["Hannah Brandt", "Teo Marquez"]),
    ],
)
def test_a_filter_shows_as_many_as_its_pill_says(standings, sign_in, show, expected):
    page = sign_in(standings, "bo").get(TEAM, QUERY | {"show": show})
    assert names(page) == expected
    pill = next(each for each in page.context["pills"] if each["current"])
    assert pill["count"] == len(expected)


def test_the_export_is_the_view_on_the_screen(standings, sign_in):
    client = sign_in(standings, "bo")
    asked = QUERY | {"show": "provisional", "sort": "name"}
    rows = lines(client.get(f"{TEAM}team.csv", asked))
    assert [f"{row['given_name']} {row['family_name']}" for row in rows] == names(
        client.get(TEAM, asked)
    )
    assert rows[1] | {"person_uuid": ""} == {
        "as_of": "2026-06-01",
        "program": PROGRAM,
        "person_uuid": "",
        "family_name": "Reyes",
        "given_name": "Alma",
        "roles": "responder",
        "places": "North site",
        "status": "provisional",
        "open_items": "7",
        "overdue_items": "0",
        "hours_have": "27.50",
        "hours_need": "40.00",
        "next_due": "2026-06-20",
        "next_item": rows[1]["next_item"],
        "who_must_act": "Alma Reyes",
        "certificate_through": "",
    }


def test_the_list_takes_as_many_statements_for_one_as_for_three(programs, sign_in, statements):
    cast = programs
    client = sign_in(cast, "bo")
    add_span(cast.person("alma"), "certified")
    client.get(TEAM, QUERY)
    with statements() as one:
        client.get(TEAM, QUERY)
    with statements() as one_exported:
        lines(client.get(f"{TEAM}team.csv", QUERY))
    for key in ("kofi", "hannah"):
        add_span(cast.person(key), "provisional")
        cast.employ(key, "rio-vista-south", "peer")
    with statements() as three:
        client.get(TEAM, QUERY)
    with statements() as three_exported:
        lines(client.get(f"{TEAM}team.csv", QUERY))
    assert (len(one), len(three)) == (TEAM_STATEMENTS, TEAM_STATEMENTS)
    assert (len(one_exported), len(three_exported)) == (TEAM_STATEMENTS, TEAM_STATEMENTS)


def test_search_finds_a_name_without_its_accents(standings, sign_in):
    page = sign_in(standings, "bo").get(TEAM, QUERY | {"q": "joaquin LENTE"})
    assert names(page) == ["Joaquín Lente"]
    assert (
        "Nobody matches"
        in sign_in(standings, "bo").get(TEAM, QUERY | {"q": "nobody at all"}).content.decode()
    )


def test_a_site_filters_and_an_unknown_site_does_not(standings, sign_in):
    client = sign_in(standings, "bo")
    assert names(client.get(TEAM, QUERY | {"site": "rio-vista-south"})) == ["Joaquín Lente"]
    assert len(names(client.get(TEAM, QUERY | {"site": "llano-main"}))) == 6


def test_the_team_is_that_of_the_date(standings, sign_in):
    cast = standings
    cast.add_person("uma", "Uma", "Nez")
    cast.employ("uma", "rio-vista-north", "peer", since=date(2026, 1, 1), until=date(2026, 4, 1))
    client = sign_in(cast, "bo")
    assert "Uma Nez" in names(client.get(TEAM, QUERY | {"as_of": "2026-03-31"}))
    assert "Uma Nez" not in names(client.get(TEAM, QUERY | {"as_of": "2026-04-01"}))


def test_somebody_in_two_agencies_is_on_both_lists_and_neither_sees_the_other(standings, sign_in):
    cast = standings
    cast.employ("alma", "llano-main", "peer")
    cast.add_person("mia", "Mia", "Sena")
    cast.give_duty("mia", "agency_manager", "llano")
    alma = cast.person("alma").uuid
    for who, agency, own, other in [
        ("bo", "rio-vista", "North site", "Llano main office"),
        ("mia", "llano", "Llano main office", "North site"),
    ]:
        client = sign_in(cast, who)
        team = client.get(f"/agency/{agency}/", QUERY)
        assert "Alma Reyes" in names(team)
        one = client.get(f"/agency/{agency}/people/{alma}/", QUERY)
        assert one.status_code == 200
        export = client.get(f"/agency/{agency}/team.csv", QUERY)
        text = b"".join(export.streaming_content).decode()
        for shown in (team.content.decode(), one.content.decode(), text):
            assert own in shown and other not in shown
    client = sign_in(cast, "mia")
    assert client.get(f"/agency/rio-vista/people/{alma}/").status_code == 404


def test_strangers_find_nothing_and_colleagues_are_refused(standings, sign_in):
    cast = standings
    cast.add_person("mia", "Mia", "Sena")
    cast.give_duty("mia", "agency_manager", "llano")
    kofi = cast.person("kofi").uuid
    for who, status in [("mia", 404), ("lucia", 404), ("alma", 403), ("renata", 403)]:
        client = sign_in(cast, who)
        for path in (TEAM, f"{TEAM}team.csv"):
            assert client.get(path).status_code == status, who
    assert sign_in(cast, "mia").get(f"{TEAM}people/{kofi}/").status_code == 404
    assert sign_in(cast, "alma").get(f"{TEAM}people/{kofi}/").status_code == 403
    assert sign_in(cast, "bo").get(f"{TEAM}people/{uuid4()}/").status_code == 404
    assert sign_in(cast, "bo").get("/agency/no-such-agency/").status_code == 404


def test_the_state_auditor_opens_a_team_but_not_its_roster(standings, sign_in):
    page = sign_in(standings, "dee").get(TEAM, QUERY)
    assert len(names(page)) == 6
    assert "/agency/rio-vista/roster/" not in page.content.decode()
    kofi = standings.person("kofi").uuid
    assert sign_in(standings, "dee").get(f"{TEAM}people/{kofi}/", QUERY).status_code == 200


def test_coach_sees_the_person_but_no_licences_or_peer_credentials(standings, sign_in):
    teo = standings.person("teo").uuid  # a peer: the program asks for a peer credential
    manager = sign_in(standings, "bo").get(f"{TEAM}people/{teo}/", QUERY).content.decode()
    assert "peer credential" in manager and "Background check" in manager
    coach = sign_in(standings, "renata").get(f"{TEAM}people/{teo}/", QUERY).content.decode()
    assert "peer credential" not in coach and "Background check" not in coach
    assert "2 items about licenses, credentials or background checks are not shown" in coach


def test_the_desk_leads_to_ones_own_team(standings, sign_in):
    assert sign_in(standings, "bo").get("/agency/")["Location"] == TEAM
    assert sign_in(standings, "dee").get("/agency/")["Location"] == "/state/"
    assert sign_in(standings, "alma").get("/agency/").status_code == 403


def test_a_name_is_text_everywhere(standings, sign_in):
    cast = standings
    teo = cast.person("teo")
    teo.given_name, teo.family_name = "<img src=x onerror=alert(1)>", "=HYPERLINK(1)"
    teo.save(update_fields=["given_name", "family_name"])
    client = sign_in(cast, "bo")
    for path in (TEAM, f"{TEAM}people/{teo.uuid}/"):
        assert "<img src=x" not in client.get(path, QUERY).content.decode()
    assert "<script" not in client.get(TEAM, {"q": "<script>"}).content.decode().replace(
        '<script type="module"', ""
    )
    rows = lines(client.get(f"{TEAM}team.csv", QUERY))
    assert "'=HYPERLINK(1)" in {row["family_name"] for row in rows}


def test_nonsense_in_the_query_string_is_answered_calmly(standings, sign_in):
    client = sign_in(standings, "bo")
    for query in (
        {"as_of": "soon"},
        {"page": "x"},
        {"sort": "--"},
        {"show": "1"},
        {"program": "?"},
    ):
        assert client.get(TEAM, query).status_code == 200
    assert "how things stand today" in client.get(TEAM, {"as_of": "soon"}).content.decode()


def test_an_empty_agency_is_told_how_to_begin(programs, sign_in):
    cast = programs
    cast.add_person("mia", "Mia", "Sena")
    cast.give_duty("mia", "agency_manager", "pinon")
    text = sign_in(cast, "mia").get("/agency/pinon/").content.decode()
    assert "Nobody here yet" in text and "/agency/pinon/roster/" in text


def test_pages_hold_25(programs, sign_in):
    cast = programs
    for n in range(26):
        cast.add_person(f"p{n}", "Pia", f"Vigil {n:02}", account=False)
        cast.employ(f"p{n}", "rio-vista-north", "peer")
    client = sign_in(cast, "bo")
    assert len(names(client.get(TEAM, QUERY))) == 25
    assert len(names(client.get(TEAM, QUERY | {"page": "2"}))) == 32 - 25


def test_whoever_has_no_value_comes_last_either_way():
    def member(pk, due):
        return Member(pk, uuid4(), "A", f"B{pk}", due=due)

    day = date(2026, 6, 1)
    people = [member(1, None), member(2, day), member(3, day + timedelta(days=1))]
    assert [each.person_id for each in arrange(people, "due")] == [2, 3, 1]
    assert [each.person_id for each in arrange(people, "-due")] == [3, 2, 1]
