"""What a device is handed for an hour without network, and a module on paper."""

import re

import pytest
from django.test import Client

from courses.learning.pinning import SHELL
from tests.courses.packs import edit

pytestmark = pytest.mark.django_db
OFFLINE = "/learn/tiny/only/offline/"
PRINT = "/learn/tiny/only/print/"


@pytest.fixture
def alma(cast, client):
    client.force_login(cast.user("alma"))
    return cast.person("alma")


def test_a_device_is_told_what_a_module_is_made_of_and_never_a_quiz(load, client, alma):
    load(lessons=2, quiz=True)
    found = client.get(OFFLINE).json()
    assert found["pages"] == ["/learn/tiny/only/lesson-1/", "/learn/tiny/only/lesson-2/"]
    assert found["files"] == ["/learn/tiny/files/files/aid.html"]
    assert found["titles"] == ["Lesson 1", "Lesson 2"] and found["bytes"] > 28_000
    assert "quiz" not in str(found["pages"] + found["files"])
    for url in found["pages"] + found["files"] + found["shell"][:1]:
        assert client.get(url).status_code == 200


def test_nothing_that_is_handed_out_holds_a_key(load, client, alma):
    load(quiz=True)
    for url in [OFFLINE, *client.get(OFFLINE).json()["pages"]]:
        text = client.get(url).content.decode()
        assert "FEEDBACK-" not in text and "RESULT-" not in text and '"correct"' not in text


def test_the_version_changes_with_the_words(load, client, alma):
    from courses import public

    folder = load()
    before = client.get(OFFLINE).json()["version"]
    assert client.get(OFFLINE).json()["version"] == before
    edit(folder, "01-only/01-lesson.md", "Words of lesson", "New words of lesson")
    loaded = public.load_curriculum(path=folder)
    assert client.get(OFFLINE).json()["version"] == before
    public.publish_course(course_key="tiny", label=loaded.label, actor_id=None)
    assert client.get(OFFLINE).json()["version"] != before


def test_only_learners_keep_modules(load, client, cast):
    load()
    assert Client().get(OFFLINE).status_code == 302
    client.force_login(cast.user("alma"))
    assert client.get("/learn/tiny/none/offline/").status_code == 404
    assert client.get("/learn/none/only/offline/").status_code == 404


@pytest.mark.parametrize("lessons", [1, 3])
def test_the_list_and_the_paper_cost_the_same_at_any_length(
    load, client, alma, statements, lessons
):
    load(lessons=lessons)
    for url, most in ((OFFLINE, 5), (PRINT, 6)):
        client.get(url)
        with statements() as counted:
            client.get(url)
        assert len(counted) == most, url


def test_the_worker_comes_from_the_root_for_the_whole_site(client):
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_page_without_a_network_knows_nobody(client, alma):
    page = Client().get("/offline/").content.decode()
    assert "You are offline" in page and "data-who" not in page


def test_everything_that_a_page_loads_is_kept_with_it(load, client, alma):
    load()
    page = client.get("/learn/tiny/only/lesson-1/").content.decode()
    loaded = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page))
    assert loaded - {"img/sprite.svg"} <= set(SHELL) | {"js/quiz.js"}


# --- signing out ----------------------------------------------------------------------------
def test_signing_out_tells_the_browser_to_clear_what_it_stored(client, alma):
    assert "Clear-Site-Data" not in client.get("/learn/").headers
    assert client.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_says_how_long_it_lasts_and_is_renewed_when_asked(client, alma):
    page = client.get("/learn/").content.decode()
    assert int(re.search(r'data-seconds="(\d+)"', page)[1]) > 14 * 86_400 - 60
    session = client.session
    session["renewed_at"] -= 14 * 86_400 - 100
    session.save()
    assert 90 <= client.get("/me/session/").json()["seconds"] <= 100
    assert client.post("/me/session/").json()["seconds"] > 14 * 86_400 - 60
    assert Client().get("/me/session/", content_type="application/json").status_code in (302, 401)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/me/session/").status_code == 403


# --- paper ----------------------------------------------------------------------------------
def test_a_module_on_paper_holds_every_lesson_and_the_own_words_once(load, client, alma):
    load(lessons=3)
    client.post("/learn/tiny/only/lesson-2/", {"block": "think", "think": "My words"})
    page = client.get(PRINT).content.decode()
    assert page.count("<article") == 3 and page.count("My words") == 1
    assert "Sign in to keep" not in page
    names = re.findall(r'\sid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert "FEEDBACK-" not in page and "RESULT-" not in page
    assert 'method="post"' not in page.split("<main")[1].split("</main")[0]
