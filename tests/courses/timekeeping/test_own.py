"""A learner sees four figures apart, each once, and says when one is wrong."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from courses.models import TimeDecision, TimeDispute
from courses.public import record_training
from courses.seat_time.operations import contest
from courses.timekeeping.queries import overview
from tests.courses.seat_time.conftest import LESSON, OTHER, START, Page


def credit(person, subject, hours, hours_type="self_paced", **more):
    return record_training(
        person_id=person.pk, kind="training", subject=subject, hours=Decimal(hours),
        hours_type=hours_type, occurred_at=START - timedelta(days=1), actor_id=None,
        act=str(uuid4()), **more,
    )  # fmt: skip


def read(person, seconds, *, subject=LESSON, start=0):
    page = Page(person, second=start, subject=subject)
    page.send(page.ticks(*range(start + 15, start + seconds + 1, 15)), start + seconds)


def says(person, subject="course:tiny", minutes=40, reason="I read on paper."):
    return contest(
        actor_id=person.user_id, person_id=person.pk, course_key="tiny", subject=subject,
        claimed_minutes=minutes, reason=reason,
    )  # fmt: skip


def test_the_four_figures_stand_apart(alma, sign_in, later):
    read(alma, 300)
    read(alma, 120, subject=OTHER, start=400)
    credit(alma, "course:tiny", "0.4")
    credit(alma, "NM-40-01-L", 2, "live")
    page = sign_in("alma").get("/me/time/")
    found = page.context["overview"]
    tiny, elsewhere = found.courses
    assert (found.active, found.credited) == (timedelta(minutes=7), Decimal("2.4"))
    assert (tiny.time.active, tiny.credited) == (timedelta(minutes=7), Decimal("0.4"))
    assert (elsewhere.time, elsewhere.credited) == (None, Decimal(2))
    rows = {row.subject: row for row in tiny.rows}
    assert rows[LESSON].time.active_minutes == 5 and rows[LESSON].credited == 0
    assert rows["course:tiny"].time is None and rows["course:tiny"].credited == Decimal("0.4")
    text = page.content.decode()
    assert "2.4\u00a0h are credited to you. You were active here for 7\u00a0min." in text


def test_measured_time_changes_no_credited_hour(alma, later):
    credit(alma, "course:tiny", "0.4")
    before = overview(person_id=alma.pk).credited
    read(alma, 3000)
    assert overview(person_id=alma.pk).credited == before


def test_nothing_measured_says_what_to_do(alma, sign_in, later):
    text = sign_in("alma").get("/me/time/").content.decode()
    assert "Nothing measured yet" in text and "Without JavaScript nothing is measured" in text


def test_nobody_sees_the_time_of_another(alma, sign_in, later):
    read(alma, 300)
    assert sign_in("kofi").get("/me/time/").context["overview"].active == timedelta(0)


def test_an_account_without_a_learner_has_no_time(alma, client, later):
    from tests.cast import make_user

    client.force_login(make_user("root@example.org"))
    assert client.get("/me/time/").status_code == 404
    assert client.get("/me/time/tiny/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_statements_with_three_lessons_as_with_one(
    alma, sign_in, later, statements, rows
):
    for number in range(rows):
        read(alma, 60, subject=f"lesson:tiny-only/lesson-{number + 1}", start=100 * number)
        credit(alma, f"S-{number}", 1)
    client = sign_in("alma")
    client.get("/me/time/")
    with statements() as counted:
        assert client.get("/me/time/").status_code == 200
    assert len(counted) == 14


# --- contesting -------------------------------------------------------------------------------
def test_a_learner_says_that_a_figure_is_wrong_without_any_script(alma, sign_in, later):
    read(alma, 300)
    client = sign_in("alma")
    page = client.get("/me/time/tiny/", {"of": LESSON})
    assert "5\u00a0min were measured" in page.content.decode()
    told = {"minutes": 25, "reason": "I read it on paper."}
    answer = client.post(f"/me/time/tiny/?of={LESSON}", told, follow=True)
    assert answer.redirect_chain == [("/me/time/", 302)]
    row = TimeDispute.objects.get()
    assert (row.person_id, row.subject, row.measured_minutes, row.claimed_minutes) == (
        alma.pk, LESSON, 5, 25,
    )  # fmt: skip
    assert "You said 25\u00a0min" in answer.content.decode()


@pytest.mark.parametrize(
    "told", [{}, {"minutes": 0, "reason": "x"}, {"minutes": "many", "reason": "x"},
             {"minutes": 10**9, "reason": "x"}, {"minutes": 5, "reason": "  "}],
)  # fmt: skip
def test_what_cannot_be_meant_is_asked_again(alma, sign_in, later, told):
    answer = sign_in("alma").post("/me/time/tiny/", told)
    assert answer.status_code == 200 and not TimeDispute.objects.exists()


@pytest.mark.parametrize("path", ["/me/time/none/", "/me/time/tiny/?of=lesson:none"])
def test_what_is_not_there_cannot_be_contested(alma, sign_in, later, path):
    assert sign_in("alma").get(path).status_code == 404


def test_the_same_figure_is_contested_once_until_it_is_decided(alma, cast, sign_in, later):
    says(alma, LESSON)
    told = {"minutes": 30, "reason": "Again."}
    answer = sign_in("alma").post(f"/me/time/tiny/?of={LESSON}", told, follow=True)
    assert "You said so before" in answer.content.decode()
    assert TimeDispute.objects.count() == 1
    TimeDecision.objects.create(
        dispute=TimeDispute.objects.get(), accepted_minutes=9, reason="No.",
        actor=cast.user("samir"),
    )  # fmt: skip
    sign_in("alma").post(f"/me/time/tiny/?of={LESSON}", told)
    assert TimeDispute.objects.count() == 2
