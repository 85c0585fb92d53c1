"""The syllabus: open as the course is, and plain about what its hours rest on."""

import pytest

from courses import public
from tests.courses.packs import edit, write_pack

pytestmark = pytest.mark.django_db
URL = "/learn/tiny/syllabus/"
CROSSWALK = """\
frameworks:
  - key: law
    title: What a law asks
    source: A law, section 1
    url: https://example.org/law
    basis: V
    topics:
"""
TOPIC = """\
      - topic: Topic {number}
        modules: [tiny-only]
        coverage: full
        basis: V
        note: "The name is sourced. {more}"
"""


def read(client, url=URL):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_syllabus_of_a_public_course_is_open_to_strangers(load, client):
    load(credit=True)
    assert "What the hours rest on" in read(client)


def test_the_syllabus_of_a_closed_course_leads_to_sign_in(load, client, cast):
    load(credit=True, access="login")
    assert client.get(URL).headers["Location"] == f"/accounts/login/?next={URL}"
    client.force_login(cast.user("alma"))
    read(client)


def test_hours_are_told_by_module_and_kind_with_their_sum(load, client):
    load(credit=True, modules=2)
    context = client.get(URL).context
    assert [(row.number, row.module.title) for row in context["rows"]] == [
        (1, "The only unit"),
        (2, "The only unit"),
    ]
    kinds = [str(kind) for kind, _hours in context["sums"]]
    assert kinds == ["Self-paced", "Live sessions", "Skills practice", "Coaching"]
    for place, (_kind, whole) in enumerate(context["sums"]):
        assert sum(row.cells[place][1] for row in context["rows"]) == whole
    assert sum(row.total for row in context["rows"]) == context["total"]


def test_what_was_counted_is_named_by_title_and_not_by_key(load, client):
    load(credit=True)
    text = read(client)
    assert "Tiny practice: 30" in text
    assert "tiny-rubric" not in text


def test_the_next_review_is_a_date_for_people(load, client):
    load(credit=True)
    assert 'Next review due <time datetime="2027-11-21">21 Nov 2027</time>' in read(client)


def test_a_note_that_most_topics_carry_is_said_once(tmp_path, client):
    folder = write_pack(tmp_path, credit=True)
    more = ["", "", "", "", "", "Only a part."]
    topics = "".join(TOPIC.format(number=n, more=each) for n, each in enumerate(more))
    (folder / "crosswalk.yaml").write_text(CROSSWALK + topics)
    public.load_curriculum(path=folder)
    text = read(client)
    assert text.count("The name is sourced.") == 1
    assert text.count("Only a part.") == 1


def test_a_course_without_hours_of_modules_shows_no_empty_table(load, client):
    load()
    text = read(client)
    assert "Hours by module and type" not in text
    assert "What the hours rest on" in text


def test_every_cell_of_the_tables_says_its_column_on_a_phone(load, client):
    load(credit=True)
    text = read(client)
    assert text.count('<td role="cell"') == text.count("data-label=")


def test_a_longer_course_costs_no_more(load, client, statements):
    def cost():
        read(client)
        with statements() as counted:
            read(client)
        return len(counted)

    load(credit=True)
    before = cost()
    folder = load(credit=True, modules=2, lessons=3)
    edit(folder, "course.yaml", "A tiny course", "A longer course")
    assert cost() == before
