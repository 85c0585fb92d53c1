"""Everybody chooses their own reminders on a page that needs no script."""

import pytest
from django.db import IntegrityError, transaction

from certification.reminders.models import ReminderPreference
from certification.reminders.operations import LastDayStays, choose
from certification.reminders.queries import Wishes, wishes_of
from certification.reminders.schedule import Choice
from tests.certification.learning import finish_mrss_101
from tests.certification.reminders.conftest import STARTED

PAGE = "/me/reminders/"


@pytest.fixture
def sign_in(client, programs):
    def as_(key):
        client.force_login(programs.user(key))
        return client

    return as_


def test_the_workers_page_leads_there_before_and_after_learning(sign_in, programs):
    assert f'href="{PAGE}"' in sign_in("samir").get("/me/").content.decode()
    finish_mrss_101(programs.person("alma"), STARTED)
    assert f'href="{PAGE}"' in sign_in("alma").get("/me/").content.decode()


def test_a_worker_chooses_only_for_themselves_and_cannot_choose_nothing(sign_in, programs):
    client = sign_in("alma")
    page = client.get(PAGE)
    assert list(page.context["form"].fields) == ["own"]
    assert "<script" not in page.content.decode().split("<main")[1].split("</main>")[0]
    answer = client.post(PAGE, {"own": "near", "team": "none"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    alma = programs.person("alma").pk
    assert wishes_of(person_ids=[alma]) == {alma: Wishes(Choice.NEAR, Choice.ALL)}
    refused = client.post(PAGE, {"own": "none"})
    assert refused.status_code == 400
    assert wishes_of(person_ids=[alma]) == {alma: Wishes(Choice.NEAR, Choice.ALL)}
    assert 'value="near"' in client.get(PAGE).content.decode()


def test_a_supervisor_chooses_for_the_team_as_well(sign_in, programs):
    client = sign_in("bo")
    assert list(client.get(PAGE).context["form"].fields) == ["own", "team"]
    assert client.post(PAGE, {"own": "all", "team": "none"}).status_code == 302
    bo = programs.person("bo").pk
    assert wishes_of(person_ids=[bo]) == {bo: Wishes(Choice.ALL, Choice.NONE)}
    assert client.post(PAGE, {"own": "all"}).status_code == 400


def test_strangers_and_accounts_without_a_person_are_sent_away(client, db):
    assert client.get(PAGE).status_code == 302
    from tests.cast import make_user

    client.force_login(make_user("nobody@example.org"))
    assert client.get(PAGE).status_code == 404


def test_nothing_else_can_switch_off_the_last_day_either(programs):
    alma = programs.person("alma").pk
    with pytest.raises(LastDayStays):
        choose(person_id=alma, own=Choice.NONE, team=Choice.ALL)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderPreference.objects.create(person_id=alma, own="none")
