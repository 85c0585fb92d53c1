"""The pilot report: how long those took who finished, beside what was assigned."""

import csv
import io
from uuid import uuid4

import pytest

from courses.public import record_training
from courses.seat_time.models import StudySession
from tests.courses.seat_time.conftest import START, Page

PATH = "/train/courses/tiny/time/"
PEOPLE = ("alma", "kofi", "hannah", "teo", "lucia", "renata")


def finish(person, *, lessons=3, score=100):
    subjects = [f"lesson:tiny-only/lesson-{n + 1}" for n in range(lessons)]
    for subject in (*subjects, "quiz:tiny-quiz"):
        kind = "quiz" if subject.startswith("quiz") else "lesson"
        record_training(
            person_id=person.pk, kind=kind, subject=subject, occurred_at=START, actor_id=None,
            act=str(uuid4()), content_revision="1", passed=score >= 80,
            score=score if kind == "quiz" else None,
        )  # fmt: skip


def read(person, seconds):
    page = Page(person)
    page.send(page.ticks(*range(15, seconds + 1, 15)), seconds)


@pytest.fixture
def finished(alma, cast, later):
    """Return a function that lets so many people finish, the n-th in n times five minutes."""

    def so_many(number):
        for place, key in enumerate(PEOPLE[:number], start=1):
            finish(cast.person(key))
            read(cast.person(key), 300 * place)

    return so_many


def report(client):
    [row] = client.get(PATH).context["rows"]
    return row.pilot


def test_five_people_make_a_report(finished, sign_in):
    finished(5)
    found = report(sign_in("samir"))
    # Five, ten, fifteen, twenty and twenty-five minutes of the twenty-four that were assigned.
    assert (found.assigned, found.people) == (24, 5)
    assert (found.median, found.low, found.high) == (15, 10, 20)
    assert found.percent == pytest.approx(62.5) and found.short
    assert "below 70 %" in sign_in("samir").get(PATH).content.decode()


def test_four_people_are_hidden_on_the_page_and_in_the_file(finished, sign_in):
    finished(4)
    page = sign_in("samir").get(PATH)
    assert "fewer than 5" in page.content.decode()
    [row] = rows(sign_in("samir").get(f"{PATH[:-1]}.csv"))
    assert (row["people"], row["median_minutes"]) == ("", "")


def test_who_has_not_finished_or_was_not_measured_says_nothing(finished, cast, sign_in):
    finished(5)
    read(cast.person("renata"), 3000)  # has finished nothing
    finish(cast.person("bo"))  # read without a script
    finish(cast.person("joaquin"), score=20)
    read(cast.person("joaquin"), 3000)  # has not passed
    assert report(sign_in("samir")).people == 5


def test_another_version_is_another_pilot(finished, sign_in):
    finished(5)
    StudySession.objects.update(revision="0")
    assert report(sign_in("samir")).people == 0


def rows(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_says_what_the_page_says(finished, sign_in):
    finished(6)
    found = report(sign_in("samir"))
    [row] = rows(sign_in("samir").get(f"{PATH[:-1]}.csv"))
    assert (row["module"], row["people"]) == ("tiny-only", "6")
    assert float(row["median_minutes"]) == float(found.median)
    assert row["look_at_basis"] == "FALSE"


@pytest.mark.parametrize(
    ("key", "status"), [("samir", 200), ("dee", 200), ("ines", 200), ("alma", 403), ("bo", 403)]
)
def test_only_who_teaches_edits_or_audits_reads_it(finished, sign_in, key, status):
    finished(1)
    assert sign_in(key).get(PATH).status_code == status
    assert sign_in(key).get(f"{PATH[:-1]}.csv").status_code == status
    assert sign_in(key).get("/train/courses/none/time/").status_code == (
        404 if status == 200 else 403
    )


@pytest.mark.parametrize("people", [1, 6])
def test_the_report_takes_as_many_statements_for_six_people_as_for_one(
    finished, sign_in, statements, people
):
    finished(people)
    client = sign_in("samir")
    client.get(PATH)
    with statements() as counted:
        client.get(PATH)
    assert len(counted) == 8
