"""The coach's desk, the form and the page that both sign."""

import csv
import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from courses.coaching.models import Observation
from courses.coaching.operations import Observed, acknowledge, load_rubric, record_observation
from courses.learning.models import LearningEvent
from lms.kit import clock
from tests.cast import make_cast

from .making import rubric_data

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)


@pytest.fixture
def cast():
    load_rubric(course_key="mrss-101", data=rubric_data())
    return make_cast()


@pytest.fixture
def as_(client, cast):
    def sign_in(key):
        client.force_login(cast.user(key))
        return client

    return sign_in


def observe_url(cast, worker="alma", rubric="first-talk"):
    return f"/coach/observe/{cast.person(worker).uuid}/{rubric}/"


def form(**changes):
    return {
        "observed_on": DAY.isoformat(),
        "setting": "field",
        "form_key": str(uuid4()),
        "item-item-1": "3",
        "item-item-2": "2",
        "item-item-3": "3",
        "strengths": "Asked first.",
        "next_step": "Slow down.",
    } | changes


def observed(cast, worker="alma", observer="renata", on=DAY, signed=False, ratings=(3, 3, 3)):
    uuid = record_observation(
        actor_id=cast.user(observer).pk,
        observed=Observed(
            person_id=cast.person(worker).pk,
            rubric_key="first-talk",
            observed_on=on,
            setting="simulation",
            ratings={f"item-{n}": rating for n, rating in enumerate(ratings, start=1)},
            form_key=uuid4(),
        ),
    )
    if signed:
        acknowledge(actor_id=cast.user(worker).pk, observation_uuid=uuid, comment="")
    return f"/coach/observations/{uuid}/"


# --- recording ------------------------------------------------------------------------------
def test_a_coach_records_and_the_worker_signs(as_, cast):
    page = as_("renata").get(observe_url(cast)).content.decode()
    assert "Write nothing about the family" in page
    assert page.count("<fieldset") == 4  # Setting and three items.
    assert page.count("Critical: rated 0") == 1
    for rating in range(4):
        assert f"{rating}: Thing 1 at {rating}" in page
    done = as_("renata").post(observe_url(cast), form())
    url = done["Location"]
    page = as_("alma").get(url).content.decode()
    assert "What your coach saw" in page and "Passed with 88.9" in page and "Asked first." in page
    signed = as_("alma").post(url, {"acknowledge": "yes", "comment": "Thank you."}, follow=True)
    page = signed.content.decode()
    assert "It is part of your record now." in page and "Thank you." in page
    assert "I have read it: sign" not in page
    assert LearningEvent.objects.get().subject == "rubric:first-talk"


def test_a_form_with_an_error_keeps_everything_that_was_typed(as_, cast):
    refused = as_("renata").post(observe_url(cast), form(**{"item-item-2": ""}))
    page = refused.content.decode()
    assert "Choose a rating from 0 to 3." in page and "One thing to mend" in page
    assert "Asked first." in page and "Slow down." in page and 'value="2026-03-03"' in page
    assert len(re.findall(r" checked", page)) == 3
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (clock.today("America/Denver") + timedelta(days=2), "This date is still to come."),
        (date(2025, 1, 5), "Alma Reyes was not employed on this date."),
        (None, "This field is required."),
    ],
)
def test_a_date_that_cannot_be_is_said_beside_the_date(as_, cast, day, words):
    refused = as_("renata").post(observe_url(cast), form(observed_on=str(day or "")))
    page = refused.content.decode()
    assert refused.status_code == 200 and words in page and "Asked first." in page


def test_a_coach_who_was_not_coach_then_is_told_at_the_date(as_, cast):
    cast.give_duty("kofi", "coach", "rio-vista", since=date(2026, 5, 1))
    page = as_("kofi").post(observe_url(cast), form()).content.decode()
    assert "You were not their coach or trainer on this date." in page


def test_a_double_click_is_one_observation(as_, cast):
    data = form()
    urls = {as_("renata").post(observe_url(cast), data)["Location"] for _ in range(2)}
    assert len(urls) == 1
    assert Observation.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("renata", 200), ("samir", 200), ("bo", 403), ("alma", 403), ("kofi", 403), ("lucia", 404)],
)
def test_the_form_opens_for_who_may_observe(as_, cast, who, status):
    assert as_(who).get(observe_url(cast)).status_code == status


def test_an_unknown_rubric_or_person_is_not_found(as_, cast):
    assert as_("renata").get(observe_url(cast, rubric="nothing")).status_code == 404
    assert as_("renata").get(f"/coach/observe/{uuid4()}/first-talk/").status_code == 404


# --- the observation ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("alma", 200),
        ("renata", 200),
        ("bo", 200),
        ("dee", 200),
        ("ines", 200),
        ("kofi", 403),
        ("hannah", 403),
        ("lucia", 404),
    ],
)
def test_an_observation_is_read_by_both_the_agency_and_the_state(as_, cast, who, status):
    url = observed(cast)
    response = as_(who).get(url)
    assert response.status_code == status
    assert ("I have read it: sign" in response.content.decode()) == (who == "alma")


def test_nobody_else_signs_and_a_reader_cannot_withdraw(as_, cast):
    url = observed(cast)
    for who in ("renata", "bo", "dee"):
        assert as_(who).post(url, {"acknowledge": "yes"}).status_code == 403
    for who in ("alma", "bo", "dee"):
        assert as_(who).post(url, {"withdraw": "yes", "reason": "No"}).status_code == 403
    assert Observation.objects.get().acknowledged_at is None


def test_a_coach_withdraws_with_a_reason_that_stays_readable(as_, cast):
    url = observed(cast, signed=True)
    page = as_("renata").post(url, {"withdraw": "yes", "reason": ""}).content.decode()
    assert "One thing to mend" in page
    page = as_("renata").post(url, {"withdraw": "yes", "reason": "Mixed up"}, follow=True)
    assert "no longer counts" in page.content.decode()
    page = as_("alma").get(url).content.decode()
    assert "Mixed up" in page and "does not count" in page


def test_signing_a_withdrawn_observation_is_refused_kindly(as_, cast):
    url = observed(cast)
    as_("renata").post(url, {"withdraw": "yes", "reason": "Mixed up"})
    page = as_("alma").post(url, {"acknowledge": "yes"}, follow=True).content.decode()
    assert "was withdrawn, so it cannot be signed" in page
    assert not LearningEvent.objects.exists()


def test_words_are_shown_as_words(as_, cast):
    url = as_("renata").post(observe_url(cast), form(strengths="<script>x</script>"))["Location"]
    page = as_("alma").get(url).content.decode()
    assert "<script>x" not in page and "&lt;script&gt;x" in page


# --- the desk -------------------------------------------------------------------------------
def names_on(page):
    return re.findall(r'role="rowheader"><a [^>]*>([^<]+)</a>', page)


def test_the_desk_lists_the_people_of_the_coachs_organisations_and_nobody_else(as_, cast):
    observed(cast)
    page = as_("renata").get("/coach/").content.decode()
    assert names_on(page) == [
        "Alma Reyes",
        "Bo Castillo",
        "Hannah Brandt",
        "Joaquín Lente",
        "Kofi Mensah",
        "Teo Marquez",
    ]
    assert "1 observation waits for a signature." in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("show=waiting", ["Alma Reyes"]),
        ("show=done", ["Kofi Mensah"]),
        ("show=signed", ["Kofi Mensah"]),
        ("show=observe&q=lente", ["Joaquín Lente"]),
        ("q=joaquin", ["Joaquín Lente"]),
        ("q=nobody", []),
        ("sort=-name&q=e", ["Teo Marquez", "Kofi Mensah", "Joaquín Lente", "Alma Reyes"]),
    ],
)
def test_the_desk_is_filtered_searched_and_sorted(as_, cast, query, names):
    observed(cast)
    observed(cast, worker="kofi", signed=True)
    page = as_("renata").get(f"/coach/?{query}").content.decode()
    assert names_on(page) == names
    export = as_("renata").get(f"/coach/people.csv?{query}")
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == names


def test_the_export_has_stable_columns(as_, cast):
    observed(cast, worker="kofi", signed=True)
    export = as_("renata").get("/coach/people.csv?q=kofi")
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == [
        "name,role,place,practice_passed,practice_total,to_observe,"
        "waiting_for_signature,last_observed_on",
        "Kofi Mensah,Responder,North site,1,1,0,0,2026-03-03",
    ]


def test_a_withdrawn_observation_does_not_count_on_the_desk(as_, cast):
    url = observed(cast, signed=True)
    as_("renata").post(url, {"withdraw": "yes", "reason": "Mixed up"})
    page = as_("renata").get("/coach/?show=observe&q=alma").content.decode()
    assert names_on(page) == ["Alma Reyes"] and "not yet" in page


def test_a_supervisor_reads_the_desk_and_records_nothing(as_, cast):
    page = as_("bo").get("/coach/").content.decode()
    assert "How is your team’s practice going?" in page
    assert names_on(page)[0] == "Alma Reyes" and "Bo Castillo" not in names_on(page)
    person = as_("bo").get(f"/coach/people/{cast.person('alma').uuid}/").content.decode()
    assert "/coach/observe/" not in person


@pytest.mark.parametrize("who", ["alma", "lucia", "dee"])
def test_who_coaches_nobody_has_no_desk(as_, cast, who):
    assert as_(who).get("/coach/").status_code == 403
    assert as_(who).get("/coach/people.csv").status_code == 403


def test_a_persons_page_says_what_to_observe_next(as_, cast):
    url = f"/coach/people/{cast.person('alma').uuid}/"
    assert "Observe<span" in as_("renata").get(url).content.decode()
    observed(cast, signed=True)
    page = as_("renata").get(url).content.decode()
    assert "Observe again" in page and "100.0" in page
    assert as_("lucia").get(url).status_code == 404
    assert as_("kofi").get(url).status_code == 403


# --- speed ----------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_the_rows(client, cast, statements, count):
    cast.add_person("cora", "Cora", "Coach")
    cast.give_duty("cora", "coach", "pinon")
    for n in range(count):
        cast.add_person(f"w{n}", "Worker", f"Number {n}")
        cast.employ(f"w{n}", "pinon-main", "responder")
        url = observed(cast, worker=f"w{n}", observer="cora", signed=n % 2 == 0)
        observed(cast, worker=f"w{n}", observer="cora")
    client.force_login(cast.user("cora"))
    counts = []
    person = f"/coach/people/{cast.person('w0').uuid}/"
    for address in ("/coach/", "/coach/people.csv", person, url):
        with statements() as counted:
            response = client.get(address)
            assert response.status_code == 200
            b"".join(response) if response.streaming else response.content
        counts.append(len(counted))
    assert counts == [8, 8, 8, 4]
