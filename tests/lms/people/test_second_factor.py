"""The second factor: who must have one, and that no door leads around it."""

import json

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client, RequestFactory

from lms.middleware import SecondFactor
from lms.people.forms.second_factor import demo_code
from tests.cast import PASSWORD, give_second_factor, make_user


def log_in(client, key):
    return client.post("/accounts/login/", {"login": f"{key}@example.org", "password": PASSWORD})


@pytest.mark.parametrize("key", ["bo", "renata", "samir", "dee", "ines"])
def test_whoever_acts_for_others_is_sent_to_set_it_up(cast, client, key):
    cast.drop_second_factor(key)
    client.force_login(cast.user(key))
    response = client.get("/agency/rio-vista/invitations/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")
    page = client.get("/accounts/2fa/", follow=True)
    assert page.status_code == 200
    assert "Set up a second factor" in page.content.decode()


def test_supervisor_without_a_duty_needs_it_too(cast, client):
    cast.person("bo").duties.all().delete()
    cast.drop_second_factor("bo")
    client.force_login(cast.user("bo"))
    assert client.get("/agency/rio-vista/invitations/")["Location"] == "/accounts/2fa/"


def test_learner_needs_none(cast, client):
    client.force_login(cast.user("alma"))
    assert client.get("/accounts/email/").status_code == 200
    assert client.get("/agency/rio-vista/invitations/").status_code == 403


def test_recovery_codes_alone_are_no_second_factor(cast, client):
    cast.drop_second_factor("bo")
    Authenticator.objects.create(
        user=cast.user("bo"), type=Authenticator.Type.RECOVERY_CODES, data={}
    )
    client.force_login(cast.user("bo"))
    assert client.get("/agency/rio-vista/invitations/")["Location"] == "/accounts/2fa/"


def test_password_alone_does_not_sign_in(cast, client):
    response = log_in(client, "bo")
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_code_signs_in_once(cast, client, settings):
    settings.DEMO, settings.SECURE = True, False
    log_in(client, "bo")
    code = demo_code(cast.user("bo").pk)
    assert client.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/me/"
    other = Client()
    log_in(other, "bo")
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in other.session


# --- the editors ----------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/cms/", "/cms/pages/", "/cms/users/", "/admin/"])
def test_editors_are_closed_without_it(cast, client, address):
    for user in (make_user("root@example.org", is_staff=True, is_superuser=True), _editor()):
        client.force_login(user)
        assert client.get(address)["Location"] == "/accounts/2fa/"


def _editor():
    """An account with Wagtail rights through a group, and without any duty."""
    user = make_user("editor@example.org")
    user.groups.add(Group.objects.get(name="Moderators"))
    return user


def test_editor_with_it_gets_in(cast, client):
    user = _editor()
    give_second_factor(user)
    client.force_login(user)
    assert client.get("/cms/").status_code == 200


@pytest.mark.parametrize("address", ["/cms/login/", "/admin/login/"])
def test_their_own_sign_in_pages_take_no_password(cast, client, address):
    root = make_user("root@example.org", is_staff=True, is_superuser=True)
    give_second_factor(root)
    words = {"username": root.email, "login": root.email, "password": PASSWORD}
    for response in (client.get(address), client.post(address, words)):
        assert response.status_code in {302, 405}
        assert "/accounts/login/" in response.get("Location", "/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_programs_with_a_session_are_told_so(cast):
    cast.drop_second_factor("dee")
    request = RequestFactory().get("/api/v1/people/")
    request.user = cast.user("dee")
    request.resolver_match = None
    answer = SecondFactor(lambda _: HttpResponse()).process_view(request, None, (), {})
    assert answer.status_code == 403
    assert "second factor" in json.loads(answer.content)["detail"]


# --- keeping it -----------------------------------------------------------------------------
def test_last_factor_stays_while_it_is_needed(cast):
    factor = Authenticator.objects.get(user=cast.user("bo"))
    assert get_adapter().can_delete_authenticator(factor) is False
    Authenticator.objects.create(user=cast.user("bo"), type=Authenticator.Type.WEBAUTHN, data={})
    assert get_adapter().can_delete_authenticator(factor) is True


def test_learner_may_take_it_away(cast):
    give_second_factor(cast.user("alma"))
    factor = Authenticator.objects.get(user=cast.user("alma"))
    assert get_adapter().can_delete_authenticator(factor) is True


# --- the demo -------------------------------------------------------------------------------
def test_demo_shows_the_code(cast, client, settings):
    settings.DEMO, settings.SECURE = True, False
    log_in(client, "bo")
    page = client.get("/accounts/2fa/authenticate/").content.decode()
    assert demo_code(cast.user("bo").pk) in page


@pytest.mark.parametrize(("demo", "secure"), [(False, False), (True, True), (False, True)])
def test_nothing_but_a_local_demo_shows_the_code(cast, client, settings, demo, secure):
    settings.DEMO, settings.SECURE = demo, secure
    assert demo_code(cast.user("bo").pk) == ""
    log_in(client, "bo")
    assert "Demo: the code" not in client.get("/accounts/2fa/authenticate/").content.decode()


def test_demo_does_not_show_the_code_of_a_secret_of_ones_own(cast, settings):
    settings.DEMO, settings.SECURE = True, False
    Authenticator.objects.filter(user=cast.user("bo")).update(
        data={"secret": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"}
    )
    assert demo_code(cast.user("bo").pk) == ""
    assert demo_code(cast.user("alma").pk) == ""


# --- sign-in limits -------------------------------------------------------------------------
def test_sign_in_slows_down_guessing(cast, client):
    for _ in range(6):
        client.post("/accounts/login/", {"login": "bo@example.org", "password": "wrong"})
    response = log_in(client, "bo")
    assert response.status_code == 200
    assert "Too many failed" in response.content.decode()
