"""The address that takes ticks: closed, limited, and telling nothing of others."""

import json

import pytest
from django.test import Client

from courses.seat_time.models import ActiveSpan
from tests.courses.seat_time.conftest import Page, at


@pytest.fixture
def post(client, cast):
    def posted(page, ticks, now, *, by="alma", text=None, **more):
        with at(now):
            if by:
                client.force_login(cast.user(by))
            body = text if text is not None else json.dumps(page.message(ticks, now, **more))
            return client.post("/time/", body, content_type="application/json")

    return posted


def test_what_a_page_measures_is_taken(alma, post):
    page = Page(alma)
    answer = post(page, page.ticks(15, 30), 30)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 2, "watched": {}})
    assert ActiveSpan.objects.count() == 2
    assert "no-store" in answer["Cache-Control"]


def test_a_stranger_is_asked_to_sign_in(alma, post):
    page = Page(alma)
    assert post(page, page.ticks(15), 15, by=None).status_code == 401


def test_another_learner_learns_and_changes_nothing(alma, post):
    page = Page(alma)
    post(page, page.ticks(15), 15)
    answer = post(page, page.ticks(30), 30, by="kofi")
    assert answer.status_code == 403
    assert str(alma.pk) not in answer.content.decode()
    assert ActiveSpan.objects.count() == 1


def test_a_forged_ticket_is_gone(alma, post):
    page = Page(alma)
    page.ticket = "x" + page.ticket
    assert post(page, page.ticks(15), 15).status_code == 410


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[1]", "{}", '{"ticks": NaN}', "[" * 50_000, '"\\ud800"']
)
def test_nonsense_is_refused(alma, post, text):
    assert post(None, None, 15, text=text).status_code == 400


@pytest.mark.parametrize("ms", [float("nan"), float("inf"), "15000", None, [15_000]])
def test_times_that_are_no_times_are_refused(alma, post, ms):
    page = Page(alma)
    assert post(page, page.ticks(15, ms=ms), 15).status_code == 400
    assert not ActiveSpan.objects.exists()


def test_too_much_at_once_is_refused(alma, post):
    page = Page(alma)
    assert post(page, [], 15, text=" " * 200_000).status_code == 413


def test_too_often_is_refused_for_this_account_only(alma, cast, post):
    page, other = Page(alma), Page(cast.person("kofi"))
    answers = [post(page, page.ticks(15), 15).status_code for _ in range(61)]
    assert answers[:60] == [200] * 60 and answers[60] == 429
    assert post(other, other.ticks(15), 15, by="kofi").status_code == 200


def test_another_site_cannot_send_it(alma, cast):
    page = Page(alma)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.user("alma"))
    with at(15):
        body = json.dumps(page.message(page.ticks(15), 15))
        answer = client.post("/time/", body, content_type="application/json")
    assert answer.status_code == 403
    assert not ActiveSpan.objects.exists()


def test_get_is_not_an_answer(alma, cast, client):
    client.force_login(cast.user("alma"))
    assert client.get("/time/").status_code == 405
