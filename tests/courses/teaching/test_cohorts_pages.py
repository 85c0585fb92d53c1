"""The trainer's desk as a browser without script meets it."""

import csv
import io
import re

import pytest

from courses.teaching.models import Cohort, Nudge
from courses.teaching.operations import end_cohort
from lms.notices.models import Notice
from lms.public import today

from .making import begun, did, lessons

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught(cast, load):
    load(lessons=3, quiz=True)
    cast.add_person("hal", "Hal", "Harbor")
    cast.give_duty("hal", "trainer", "harbor")
    return cast


@pytest.fixture
def as_(client, taught):
    def sign_in(key):
        client.force_login(taught.user(key))
        return client

    return sign_in


def url(cohort, more=""):
    return f"/train/cohorts/{cohort.uuid}/{more}"


def names(page):
    return re.findall(r'people/[0-9a-f-]{36}/">([^<]+)</a>', page)


# --- the way through ------------------------------------------------------------------------
def test_a_trainer_begins_a_cohort_adds_people_and_reminds_one(as_, taught):
    samir = as_("samir")
    assert "No cohort yet" in samir.get("/train/").content.decode()
    form = samir.get("/train/cohorts/new/").content.decode()
    assert "A tiny course" in form and "Llano main office" in form and "Harbor" not in form
    made = samir.post(
        "/train/cohorts/new/",
        {
            "title": "North, autumn",
            "course": "tiny",
            "organisation": taught.organisation("rio-vista").pk,
            "from_on": today().isoformat(),
            "last_day": "",
        },
    )
    cohort = Cohort.objects.get()
    assert made["Location"] == url(cohort, "people/")
    page = samir.get(url(cohort, "people/?q=reyes")).content.decode()
    assert "Alma Reyes" in page and "North site" in page
    added = samir.post(
        url(cohort, "people/?q=reyes"), {"person": taught.person("alma").uuid}, follow=True
    )
    page = added.content.decode()
    assert "1 person added." in page and "in the cohort" in page and "checked disabled" in page
    did(taught, "alma", lessons()[0], ago=20)
    page = samir.get(url(cohort)).content.decode()
    assert names(page) == ["Alma Reyes"] and "Stuck: nothing new" in page
    assert "Where people are stuck:" in page and "Lesson 2 (1)" in page
    assert "3 items, 18" in page and "1/4" in page
    sent = samir.post(
        url(cohort, "nudge/"),
        {"person": taught.person("alma").uuid, "words": "Nearly there."},
        follow=True,
    )
    assert "1 person reminded." in sent.content.decode()
    assert "Nearly there." in Notice.objects.get(kind="nudge").body
    mine = url(cohort, f"people/{taught.person('alma').uuid}/")
    page = samir.get(mine).content.decode()
    assert "Nearly there." in page and "Lesson 1" in page and "Tiny check" in page
    again = samir.post(
        url(cohort, "nudge/"),
        {"person": taught.person("alma").uuid, "words": "", "back": "person"},
        follow=True,
    )
    assert again.redirect_chain[-1][0] == mine
    assert "1 had a reminder of the same thing today." in again.content.decode()
    gone = samir.post(f"{mine}remove/", follow=True).content.decode()
    assert "Taken out of the cohort." in gone and "Nobody in this cohort yet" in gone


def test_words_are_kept_when_nobody_is_ticked(as_, taught):
    cohort = begun(taught, "alma")
    page = as_("samir").post(url(cohort, "nudge/"), {"words": "Typed with care."}).content.decode()
    assert "Nobody is chosen. Tick the people to remind." in page and "Typed with care." in page
    assert not Nudge.objects.exists()
    page = as_("samir").post(url(cohort, "people/?q=teo"), {}, follow=True).content.decode()
    assert "Nobody is chosen. Tick the people to add." in page


def test_a_cohort_is_renamed_and_ended_on_its_page(as_, taught):
    cohort, samir = begun(taught, "alma"), as_("samir")
    samir.post(url(cohort, "change/"), {"rename": "yes", "title": "Winter"})
    refused = samir.post(url(cohort, "change/"), {"end": "yes", "last_day": "2020-01-01"})
    assert "The last day lies before the first." in refused.content.decode()
    samir.post(url(cohort, "change/"), {"end": "yes", "last_day": today().isoformat()})
    cohort.refresh_from_db()
    assert (cohort.title, cohort.until_on is not None) == ("Winter", True)
    Cohort.objects.filter(pk=cohort.pk).update(from_on="2026-01-05", until_on="2026-02-01")
    page = samir.get(url(cohort)).content.decode()
    assert "This cohort has ended" in page and "Add people" not in page
    page = samir.get("/train/").content.decode()
    assert "1 cohort has ended" in page and "Winter" in page
    late = samir.post(
        url(cohort, "people/"), {"person": taught.person("teo").uuid}, follow=True
    ).content.decode()
    assert "This cohort has ended. Change its last day first." in late


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Alma Reyes", "Hannah Brandt", "Teo Marquez"]),
        ("show=finished", ["Teo Marquez"]),
        ("show=stuck", ["Alma Reyes"]),
        ("show=none", ["Hannah Brandt"]),
        ("show=part", []),
        ("show=part&quiet=30", ["Alma Reyes"]),
        ("show=nonsense", []),
        ("q=BRANDT", ["Hannah Brandt"]),
        ("sort=-name", ["Teo Marquez", "Hannah Brandt", "Alma Reyes"]),
        ("sort=left", ["Teo Marquez", "Alma Reyes", "Hannah Brandt"]),
        ("sort=-last", ["Teo Marquez", "Alma Reyes", "Hannah Brandt"]),
        ("sort=nonsense&quiet=x", ["Alma Reyes", "Hannah Brandt", "Teo Marquez"]),
    ],
)
def test_the_grid_and_its_file_are_filtered_and_sorted_alike(as_, taught, query, shown):
    cohort = begun(taught, "alma", "teo", "hannah")
    did(taught, "alma", lessons()[0], ago=20)
    did(taught, "teo", *lessons(), "quiz:tiny-quiz", "course:tiny")
    page = as_("samir").get(url(cohort, f"?{query}")).content.decode()
    assert names(page) == shown
    sent = as_("samir").get(url(cohort, f"progress.csv?{query}"))
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == shown


def test_the_file_says_what_the_grid_says(as_, taught):
    cohort = begun(taught, "alma")
    did(taught, "alma", lessons()[0], ago=20)
    sent = as_("samir").get(url(cohort, "progress.csv"))
    [row] = csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig")))
    assert row.pop("last_activity_on") < today().isoformat()
    assert row == {
        "name": "Alma Reyes",
        "organization": "North site",
        "state": "stuck",
        "stuck": "quiet",
        "where": "Lesson 2",
        "items_done": "1",
        "items_left": "3",
        "minutes_left": "18",
        "last_reminded_on": "",
        "1 The only unit": "1 of 4",
    }


# --- who may --------------------------------------------------------------------------------
PAGES = ("", "progress.csv", "change/", "people/", "people/{alma}/")
POSTS = ("change/", "people/", "nudge/", "people/{alma}/remove/")


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("samir", 200, 200),
        ("dee", 200, 403),  # An auditor reads.
        ("ines", 200, 403),
        ("bo", 403, 403),  # A colleague without the right.
        ("renata", 403, 403),
        ("alma", 403, 403),
        ("lucia", 404, 404),  # Strangers.
        ("hal", 404, 404),
    ],
)
def test_who_reads_and_who_changes_a_cohort(as_, taught, who, read, write):
    cohort, alma = begun(taught, "alma"), taught.person("alma").uuid
    client = as_(who)
    seen = {page: client.get(url(cohort, page.format(alma=alma))).status_code for page in PAGES}
    wanted = {page: write if page in ("change/", "people/") else read for page in PAGES}
    assert seen == wanted
    for page in POSTS:
        status = client.post(url(cohort, page.format(alma=alma)), {"person": alma}).status_code
        assert status == write or (write == 200 and status == 302), page


def test_an_auditor_sees_no_button_that_changes_anything(as_, taught):
    cohort = begun(taught, "alma")
    did(taught, "alma", lessons()[0])
    for page in ("", f"people/{taught.person('alma').uuid}/"):
        text = as_("dee").get(url(cohort, page)).content.decode()
        assert "Alma Reyes" in text and 'method="post" action="/train' not in text
        assert "Add people" not in text


def test_who_is_not_in_the_cohort_has_no_page_there(as_, taught):
    cohort = begun(taught, "alma")
    for key in ("teo", "samir", "celeste"):
        page = url(cohort, f"people/{taught.person(key).uuid}/")
        assert as_("samir").get(page).status_code == 404
    assert (
        as_("samir").get("/train/cohorts/00000000-0000-4000-8000-000000000000/").status_code == 404
    )


@pytest.mark.parametrize(("who", "status"), [("samir", 200), ("dee", 200), ("bo", 403)])
def test_who_has_the_desk(as_, taught, who, status):
    begun(taught, "alma")
    found = as_(who).get("/train/")
    assert found.status_code == status
    text = found.content.decode()
    assert ("Begin a cohort" in text) is (who == "samir")
    assert ('href="/train/"' in text) is (who == "samir")


def test_the_desk_leads_only_where_the_account_may_go(as_, taught):
    taught.add_person("edi", "Edi", "Editor")
    taught.give_duty("edi", "curriculum_editor", "high-desert")
    for who, many in (("samir", 6), ("edi", 4), ("hal", 3), ("dee", 0)):
        client = as_(who)
        desks = client.get("/train/").context["desks"]
        assert len(desks) == many, who
        assert {client.get(desk["url"]).status_code for desk in desks} <= {200}, who


def test_only_a_trainer_begins_a_cohort(as_, taught):
    assert as_("dee").get("/train/cohorts/new/").status_code == 403
    refused = as_("samir").post(
        "/train/cohorts/new/",
        {
            "title": "Harbor",
            "course": "tiny",
            "organisation": taught.organisation("harbor").pk,
            "from_on": today().isoformat(),
        },
    )
    assert refused.status_code == 200 and not Cohort.objects.exists()


def test_statements_of_the_page_do_not_grow_with_people(as_, taught, statements):
    one = begun(taught, "alma", title="One")
    three = begun(taught, "teo", "hannah", "kofi", title="Three")
    did(taught, "teo", *lessons())
    did(taught, "hannah", lessons()[0])
    samir = as_("samir")
    counts = []
    for cohort in (one, three):
        samir.get(url(cohort))
        with statements() as counted:
            assert samir.get(url(cohort)).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_a_course_that_is_not_published_says_so(as_, taught):
    cohort = begun(taught, "alma")
    Cohort.objects.filter(pk=cohort.pk).update(course_key="gone")
    page = as_("samir").get(url(cohort)).content.decode()
    assert "This course is not published" in page
    end_cohort(actor_id=taught.user("samir").pk, cohort_uuid=cohort.uuid, last_day=today())
    assert as_("samir").get(url(cohort, "progress.csv")).status_code == 200
