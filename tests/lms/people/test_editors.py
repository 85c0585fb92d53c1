"""The duty opens the editor today; nothing else does."""

from datetime import timedelta

import pytest

from lms.people.access import today
from lms.people.models import Duty

pytestmark = pytest.mark.django_db


def test_a_curriculum_editor_opens_the_editor(client, cast):
    client.force_login(cast.user("samir"))
    assert client.get("/cms/").status_code == 200


def test_a_worker_a_coach_and_an_auditor_do_not(client, cast):
    answers = []
    for who in ("alma", "renata", "dee"):
        client.force_login(cast.user(who))
        answers.append(client.get("/cms/").status_code)
    assert answers == [403, 403, 403]


def test_a_duty_that_ended_yesterday_opens_nothing_today(client, cast):
    client.force_login(cast.user("samir"))
    client.get("/cms/")
    Duty.objects.filter(person=cast.person("samir"), kind="curriculum_editor").update(
        ends_on=today() - timedelta(days=1)
    )
    assert client.get("/cms/").status_code == 403


def test_an_editor_without_a_second_factor_is_led_to_set_one_up(client, cast):
    cast.drop_second_factor("samir")
    client.force_login(cast.user("samir"))
    assert client.get("/cms/")["Location"].startswith("/accounts/2fa/")
