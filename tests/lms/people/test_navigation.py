"""What the header offers to whom, and what it costs."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from lms.people.navigation import authority, navigation


def look(user, path="/learn/"):
    request = RequestFactory().get(path)
    request.user = user
    return request, navigation(request)


@pytest.mark.parametrize(
    ("key", "urls"),
    [
        ("alma", ["/me/", "/learn/", "/verify/"]),
        ("bo", ["/me/", "/learn/", "/coach/", "/agency/rio-vista/", "/verify/"]),
        ("renata", ["/me/", "/learn/", "/coach/", "/verify/"]),
        ("samir", ["/me/", "/learn/", "/coach/", "/train/", "/cms/", "/verify/"]),
        ("dee", ["/me/", "/learn/", "/state/", "/verify/"]),
        ("ines", ["/me/", "/learn/", "/state/", "/verify/"]),
    ],
)
def test_everybody_is_offered_what_they_may_do(cast, key, urls):
    _, shown = look(cast.user(key))
    assert [item["url"] for item in shown["nav"]] == urls


def test_visitor_is_offered_learning_and_verifying(db):
    _, shown = look(AnonymousUser())
    assert [item["url"] for item in shown["nav"]] == ["/learn/", "/verify/"]
    assert shown["account"] is None


def test_account_badge_shows_name_and_initials(cast):
    _, shown = look(cast.user("lucia"))
    account = shown["account"]
    assert (account["name"], account["initials"]) == ("Lucía Tafoya-Begay", "LT")
    _, other = look(cast.user("bo"))
    # The browser tells accounts apart by a name that says nothing about who it is.
    assert len(account["device"]) == 20 and account["device"] != other["account"]["device"]


def test_desks_are_not_offered_without_the_second_factor(cast):
    cast.drop_second_factor("bo")
    _, shown = look(cast.user("bo"))
    assert [item["url"] for item in shown["nav"]] == ["/me/", "/learn/", "/verify/"]


def test_present_place_is_marked(cast):
    _, shown = look(cast.user("alma"), "/me/transcript/")
    assert [item["current"] for item in shown["nav"]] == [True, False, False]


def test_header_costs_one_statement_a_request(cast, statements):
    with statements() as counted:
        request, _ = look(cast.user("bo"))
        navigation(request)
        authority(request)
    assert len(counted) == 1


def test_duty_at_a_site_leads_to_the_site(cast):
    cast.give_duty("hannah", "agency_manager", "rio-vista-north")
    _, shown = look(cast.user("hannah"))
    assert "/agency/rio-vista-north/" in [item["url"] for item in shown["nav"]]


def test_another_account_on_the_same_request_is_asked_anew(cast):
    request, _ = look(cast.user("bo"))
    request.user = cast.user("alma")
    assert authority(request).name == "Alma Reyes"
