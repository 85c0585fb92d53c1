"""The state desk: who counts where, on any date, and who may look."""

import csv
import io
from datetime import date

import pytest

from certification.dashboards.queries.programs import programs_below
from certification.dashboards.queries.state import Tally, tallies
from certification.programs.operations import adopt
from lms.public import organisations
from tests.certification.dashboards.conftest import ON, PROGRAM, add_span

QUERY = {"as_of": "2026-06-01", "program": PROGRAM}


def counted(cast, place="high-desert", by=None, on=ON, key=PROGRAM):
    path = cast.organisation(place).path
    program = next(each for each in programs_below(path=path, on=on) if each.key == key)
    below = {each.id: each for each in organisations(below_path=path)}
    counts, whole = tallies(program=program, on=on, by=by or "region", places=below)
    return counts if by else {None: whole}


def lines(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_everybody_counts_once_in_the_whole(standings):
    assert counted(standings) == {
        None: Tally(
            active=7,  # bo alma kofi hannah teo joaquin lucia; not renata, samir, dee, ines
            certified=2,
            provisional=2,
            in_training=1,
            lapsed=1,
            unknown=1,
            overdue=1,
            expiring=1,
        )
    }


def test_somebody_in_two_regions_counts_in_both_and_once_in_the_state(standings):
    cast = standings
    cast.employ("alma", "llano-main", "responder")
    by_region = counted(cast, by="region")
    north = by_region[cast.organisation("north-region").pk]
    south = by_region[cast.organisation("south-region").pk]
    assert (north.provisional, south.provisional) == (2, 1)
    assert counted(cast)[None].provisional == 2
    assert counted(cast)[None].active == 7


def test_two_roles_at_two_sites_of_one_agency_count_once_in_the_agency(standings):
    cast = standings
    cast.employ("alma", "rio-vista-south", "peer")
    assert counted(cast, by="agency")[cast.organisation("rio-vista").pk].provisional == 2


def test_the_date_decides_which_standing_and_which_employment_count(standings):
    cast = standings
    before = counted(cast, on=date(2026, 2, 1))[None]
    assert (before.active, before.certified, before.lapsed) == (8, 2, 0)  # Celeste still there
    assert counted(cast, on=date(2026, 1, 1), by=None)[None].certified == 2
    long_ago = counted(cast, on=date(2025, 12, 31))[None]
    assert (long_ago.active, long_ago.unknown) == (8, 8)


def test_roles_that_the_program_does_not_cover_are_left_out(standings):
    cast = standings
    add_span(cast.person("dee"), "certified")
    assert counted(cast)[None].certified == 2


def test_another_state_is_never_counted(standings):
    cast = standings
    stranger = cast.add_person("nora", "Nora", "Vance")
    cast.employ("nora", "harbor-main", "responder")
    add_span(stranger, "certified")
    assert counted(cast)[None].active == 7
    assert programs_below(path=cast.organisation("lakeshore").path, on=ON)[0].key != PROGRAM


def test_auditor_sees_the_answer_in_numbers(standings, sign_in):
    page = sign_in(standings, "dee").get("/state/", QUERY)
    text = page.content.decode()
    assert page.status_code == 200
    assert "2 of 7 people are certified (28.6\u00a0%)." in text
    assert "North Region" in text and "South Region" in text
    assert "Alma" not in text


def test_a_region_is_cut_by_agency_and_leads_to_the_people(standings, sign_in):
    page = sign_in(standings, "dee").get("/state/", {**QUERY, "at": "north-region"})
    text = page.content.decode()
    assert "Is North Region ready?" in text
    assert "/agency/rio-vista/?as_of=2026-06-01&amp;program=nm-mrss" in text
    assert "Llano" not in text


def test_the_page_takes_as_many_statements_for_one_as_for_three(programs, sign_in, statements):
    cast = programs
    add_span(cast.person("alma"), "certified")
    client = sign_in(cast, "dee")
    client.get("/state/", QUERY)
    with statements() as one:
        client.get("/state/", QUERY)
    for key in ("kofi", "hannah"):
        add_span(cast.person(key), "provisional")
    with statements() as three:
        client.get("/state/", QUERY)
    assert (len(one), len(three)) == (STATE_STATEMENTS, STATE_STATEMENTS)


STATE_STATEMENTS = 11


def test_the_table_as_csv_equals_the_screen(standings, sign_in):
    rows = lines(sign_in(standings, "dee").get("/state/table.csv", QUERY))
    assert [(row["name"], row["active"], row["certified"], row["overdue"]) for row in rows] == [
        ("North Region", "6", "1", "1"),
        ("South Region", "1", "1", "0"),
        ("State of High Desert", "7", "2", "1"),
    ]


def test_the_people_as_csv_are_those_counted(standings, sign_in, statements):
    client = sign_in(standings, "dee")
    with statements() as asked:
        rows = lines(client.get("/state/people.csv", QUERY))
    assert {(row["given_name"], row["status"]) for row in rows} == {
        ("Bo", "certified"),
        ("Lucía", "certified"),
        ("Alma", "provisional"),
        ("Kofi", "provisional"),
        ("Hannah", "in_training"),
        ("Joaquín", "expired"),
        ("Teo", "unknown"),
    }
    alma = next(row for row in rows if row["given_name"] == "Alma")
    assert (alma["region"], alma["agency"], alma["site"]) == (
        "North Region",
        "Río Vista Family Services",
        "North site",
    )
    assert (alma["hours_have"], alma["next_due"]) == ("27.50", "2026-06-20")
    assert len(asked) == 9


def test_a_bad_date_is_said_and_today_is_shown(standings, sign_in):
    for wrong in ("2026-02-31", "yesterday", "0001-01-01", "99999-01-01", "'; --"):
        page = sign_in(standings, "dee").get("/state/", {"as_of": wrong})
        assert page.status_code == 200
        assert "how things stand today" in page.content.decode()


@pytest.mark.parametrize("who", ["alma", "bo", "renata", "samir"])
def test_nobody_else_opens_the_desk(standings, sign_in, who):
    client = sign_in(standings, who)
    for path in ("/state/", "/state/table.csv", "/state/people.csv"):
        assert client.get(path).status_code == 403


def test_an_auditor_of_a_region_sees_that_region_only(standings, sign_in):
    cast = standings
    cast.add_person("ruth", "Ruth", "Okafor")
    cast.give_duty("ruth", "state_auditor", "south-region")
    client = sign_in(cast, "ruth")
    text = client.get("/state/", QUERY).content.decode()
    assert "Is South Region ready?" in text and "North Region" not in text
    assert client.get("/state/", {**QUERY, "at": "north-region"}).status_code == 404
    assert client.get("/state/people.csv", {**QUERY, "at": "high-desert"}).status_code == 404
    assert [row["given_name"] for row in lines(client.get("/state/people.csv", QUERY))] == ["Lucía"]


def test_names_are_text_and_formulas_are_defused(standings, sign_in):
    cast = standings
    place = cast.organisation("south-region")
    place.name = "<script>alert(1)</script>"
    place.save(update_fields=["name"])
    cast.person("lucia").given_name = "=1+1"
    cast.person("lucia").save(update_fields=["given_name"])
    client = sign_in(cast, "dee")
    assert "<script>alert" not in client.get("/state/", QUERY).content.decode()
    rows = lines(client.get("/state/people.csv", QUERY))
    assert "'=1+1" in {row["given_name"] for row in rows}


def test_where_no_program_is_in_force_the_page_says_what_to_do(standings, sign_in):
    cast = standings
    page = sign_in(cast, "dee").get("/state/", {"as_of": "2020-01-01", "program": PROGRAM})
    assert page.status_code == 200


def test_the_certification_of_the_whole_state_is_looked_at_first(standings):
    cast = standings
    adopt(
        organisation_id=cast.organisation("rio-vista").pk,
        program_key="mrss-orientation",
        starts_on=date(2025, 1, 1),
    )
    for place in ("high-desert", "rio-vista"):
        found = [each.key for each in programs_below(path=cast.organisation(place).path, on=ON)]
        assert found == [PROGRAM, "mrss-orientation", "mrss-101"]


def test_a_program_of_one_agency_counts_that_agency_only(standings, sign_in):
    cast = standings
    adopt(
        organisation_id=cast.organisation("rio-vista").pk,
        program_key="mrss-orientation",
        starts_on=date(2025, 1, 1),
    )
    page = sign_in(cast, "dee").get("/state/", QUERY | {"program": "mrss-orientation"})
    assert [(row.name, row.tally.active) for row in page.context["rows"]] == [("North Region", 7)]


@pytest.mark.parametrize("key", ["dee", "ines"])
def test_whoever_audits_the_state_finds_the_cohorts(client, standings, key):
    client.force_login(standings.user(key))
    assert 'href="/train/"' in client.get("/state/", QUERY).content.decode()
    assert client.get("/train/").status_code == 200
