"""What editors see before they publish: each kind of page, and nothing lost on saving."""

import pytest
from django.test import RequestFactory

from courses.catalog.models import CoursePage, LessonPage, ModulePage
from tests.cast import give_second_factor
from tests.courses.packs import BODY

pytestmark = pytest.mark.django_db
TABLE = """
| What you see | What you do |
|---|---|
| A child hides | Sit down |
"""
SEEN = {
    CoursePage: "The only unit",
    ModulePage: "Actor’s brief, for this actor only",
    LessonPage: "What do you do?",
}


@pytest.fixture(params=["superuser", "editor"])
def editing(request, client, cast, django_user_model):
    if request.param == "editor":
        user = cast.user("samir")
    else:
        user = django_user_model.objects.create_superuser("root@example.org")
        give_second_factor(user)
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", SEEN)
def test_a_page_opens_in_the_editor_and_is_previewed(load, editing, model):
    load(credit=True)
    page = model.objects.get()
    assert editing.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    response = editing.get(f"/cms/pages/{page.pk}/view_draft/")
    assert response.status_code == 200
    text = response.content.decode()
    assert page.title in text and SEEN[model] in text
    # Wagtail shows it in a frame of its own pages.
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("model", SEEN)
def test_a_draft_title_stands_in_the_preview(load, model):
    load(credit=True)
    page = model.objects.get()
    page.title = "Draft title"
    response = page.make_preview_request(RequestFactory().get("/"), page.default_preview_mode)
    assert "<h1>Draft title</h1>" in response.content.decode()


def test_a_guide_that_cannot_be_read_says_where_in_the_preview(load):
    load(credit=True)
    page = ModulePage.objects.get()
    page.facilitator_guide = "# The session\n\n```dance\nid: x\n```\n"
    response = page.make_preview_request(RequestFactory().get("/"), page.default_preview_mode)
    assert "unknown block" in response.content.decode()


def test_text_with_a_table_stays_markdown_so_that_saving_loses_nothing(load, client):
    load(body=BODY + TABLE)
    page = LessonPage.objects.get()
    kinds = [block.block_type for block in page.body]
    assert kinds == ["text", "scenario", "check", "reflection", "pack_file", "words"]
    assert page.body[-1].value == TABLE.strip()
    text = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "<th>What you see</th>" in text and "<td>Sit down</td>" in text


def test_an_editor_can_open_text_with_a_table(load, editing):
    load(body=BODY + TABLE)
    text = editing.get(f"/cms/pages/{LessonPage.objects.get().pk}/edit/").content.decode()
    assert "| A child hides | Sit down |" in text
