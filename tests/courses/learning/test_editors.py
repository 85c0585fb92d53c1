"""The editors' site: preview, and pages that people have a record of."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.test import RequestFactory
from wagtail.models import Page

from courses import public
from courses.catalog.models import CoursePage, LearnPage, LessonPage, ModulePage
from courses.learning.models import LearningEvent
from tests.cast import give_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_superuser("editor@example.org")
    give_second_factor(user)
    client.force_login(user)
    return client


def learn(cast, subject="lesson:tiny-only/lesson-1"):
    public.record_training(
        person_id=cast.person("alma").pk,
        kind="lesson",
        subject=subject,
        occurred_at=cast.person("alma").recorded_at,
        actor_id=None,
        act=subject,
    )


def test_a_draft_lesson_is_previewed_with_nothing_answered(load):
    load()
    page = LessonPage.objects.get()
    page.title = "Draft title"
    response = page.make_preview_request(RequestFactory().get("/"), page.default_preview_mode)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Draft title" in text and "What do you do?" in text and "RESULT-SIT" not in text


@pytest.mark.parametrize("model", [LearnPage, CoursePage, ModulePage, LessonPage])
def test_wagtails_own_address_leads_to_the_learners_page(load, model):
    load(access="login")
    response = model.objects.get().serve(RequestFactory().get("/"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/learn/")


@pytest.mark.parametrize("model", [LessonPage, ModulePage, CoursePage, LearnPage])
@pytest.mark.parametrize("subject", ["lesson:tiny-only/lesson-1"])
def test_a_page_with_a_record_below_it_is_not_deleted(load, cast, model, subject):
    load()
    learn(cast, subject)
    with pytest.raises(ProtectedError), transaction.atomic():
        model.objects.get().delete()
    assert LessonPage.objects.count() == 1


def test_deleting_many_pages_at_once_is_refused_as_well(load, cast):
    load()
    learn(cast)
    with pytest.raises(ProtectedError), transaction.atomic():
        Page.objects.filter(depth__gt=2).delete()
    assert LessonPage.objects.count() == 1


@pytest.mark.parametrize("subject", ["quiz:tiny-quiz", "rubric:tiny-rubric"])
def test_a_record_of_its_quiz_or_practice_keeps_the_module(load, cast, subject):
    load(quiz=True, rubric=True)
    learn(cast, subject)
    with pytest.raises(ProtectedError), transaction.atomic():
        ModulePage.objects.get().delete()


def test_a_page_that_nobody_read_may_be_deleted(load):
    load(lessons=2)
    LessonPage.objects.get(key="tiny-only/lesson-2").delete()
    assert LessonPage.objects.count() == 1


def test_an_editor_is_told_how_many_records_rest_on_a_page(load, cast, editor):
    load()
    learn(cast)
    course = CoursePage.objects.get()
    url = f"/cms/pages/{course.pk}/delete/"
    for response in (editor.get(url, follow=True), editor.post(url, follow=True)):
        text = response.content.decode()
        assert "1 entry in the learning ledger of 1 person rest" in text
    assert CoursePage.objects.count() == 1
    assert LearningEvent.objects.count() == 1


def test_an_editor_cannot_delete_pages_with_a_record_in_bulk(load, cast, editor):
    load()
    learn(cast)
    page = LessonPage.objects.get()
    response = editor.post(f"/cms/bulk/wagtailcore/page/delete/?id={page.pk}", follow=True)
    assert "Nothing was deleted" in response.content.decode()
    assert LessonPage.objects.count() == 1


def test_the_editor_of_a_lesson_opens(load, editor):
    load()
    assert editor.get(f"/cms/pages/{LessonPage.objects.get().pk}/edit/").status_code == 200
