"""The public pages open for everyone, and setting them up twice changes nothing."""

import pytest
from wagtail.models import Page, Site

from content.models import HomePage, StandardPage
from content.public import ensure_site

pytestmark = pytest.mark.django_db(transaction=True)

STANDARD = ["accessibility", "certification-rules", "how-we-verify", "privacy"]


@pytest.fixture
def site():
    ensure_site()


def test_the_site_is_set_up_once():
    assert ensure_site() == 5
    assert ensure_site() == 0
    assert HomePage.objects.count() == 1
    assert sorted(StandardPage.objects.values_list("slug", flat=True)) == STANDARD


def test_an_editors_words_survive_the_next_start(site):
    page = StandardPage.objects.get(slug="privacy")
    page.lede = "Changed by an editor."
    page.save()
    ensure_site()
    page.refresh_from_db()
    assert page.lede == "Changed by an editor."


def test_the_welcome_page_of_wagtail_is_gone_and_the_tree_is_sound(site):
    assert Site.objects.get(is_default_site=True).root_page.specific_class is HomePage
    assert not Page.objects.filter(title__startswith="Welcome to your new Wagtail").exists()
    assert Page.find_problems() == ([], [], [], [], [])


def test_home_invites_to_learn_and_to_verify(client, site):
    response = client.get("/")
    html = response.content.decode()
    assert response.status_code == 200
    assert 'href="/learn/mrss-101/">Start MRSS 101</a>' in html
    assert '<form class="verify-bar" action="/verify/" method="get"' in html
    for words in ("Learn", "Train and coach", "Verify", "Audit", "From first day to certified"):
        assert words in html


def test_an_assumption_on_the_home_page_is_marked(client, site):
    html = client.get("/").content.decode()
    assert html.count('<button type="button" class="assume">') == 2


@pytest.mark.parametrize("slug", STANDARD)
def test_standard_pages_open_without_an_account(client, site, slug):
    response = client.get(f"/{slug}/")
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert "Last reviewed on" in html


def test_no_public_page_starts_a_session_or_sets_a_cookie(client, site):
    assert {path: dict(client.get(path).cookies) for path in ("/", "/privacy/")} == {
        "/": {},
        "/privacy/": {},
    }


def test_every_page_offers_help_a_skip_link_and_its_language(client, site):
    html = client.get("/").content.decode()
    assert '<html lang="en">' in html
    assert '<a class="usa-skipnav" href="#main">' in html
    assert '<a href="tel:988">988</a>' in html


def test_a_missing_page_says_that_nothing_was_lost(client, site):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "Nothing was lost" in response.content.decode()
