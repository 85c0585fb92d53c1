"""Every way through Wagtail: publishing, unpublishing, moving, deleting, workflow, addresses."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest
from django.db import transaction
from django.db.models import ProtectedError
from wagtail.management.commands.purge_revisions import purge_revisions
from wagtail.models import Page, Revision, Workflow, WorkflowPage, WorkflowTask

from courses.catalog.candidates import candidate
from courses.catalog.models import (
    ClinicalReview,
    ClinicalReviewTask,
    CoursePage,
    CourseVersion,
    LearnPage,
    LessonPage,
    ModulePage,
    VersionChange,
)
from courses.catalog.queries import outline_at
from courses.publishing import operations
from tests.cast import give_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client, django_user_model):
    """Somebody to whom Wagtail forbids nothing."""
    user = django_user_model.objects.create_superuser("root@example.org")
    give_second_factor(user)
    client.force_login(user)
    return client


def lesson(number=1):
    return LessonPage.objects.get(key=f"tiny-only/lesson-{number}")


# --- publishing -----------------------------------------------------------------------------
def test_a_page_published_on_its_own_freezes_a_version_that_asks_nothing(load, edit, finish, cast):
    load(lessons=2)
    finish("alma", 1, 2)
    edit(1, title="Mended").get_latest_revision().publish()
    outline = outline_at(slug="tiny")
    assert (outline.label, outline.modules[0].lessons[0].title) == ("1-r2", "Mended")
    row = VersionChange.objects.get()
    assert (row.effect, row.from_label, row.to_label) == ("keep", "1", "1-r2")
    frozen = CourseVersion.objects.get(label="1-r2").outline["modules"][0]["lessons"][0]
    assert frozen["revision"] == lesson().live_revision_id


def test_a_loaded_draft_takes_what_was_mended_meanwhile_along(load, edit, release):
    from courses import public
    from tests.courses.packs import edit as edit_pack

    folder = load(lessons=2)
    edit_pack(folder, "01-only/01-lesson.md", "It is late.", "It is VERY late.")
    label = public.load_curriculum(path=folder).label
    edit(2, title="Mended").get_latest_revision().publish()
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    assert [each.title for _m, each in outline_at(slug="tiny").lessons()] == ["Lesson 1", "Mended"]
    assert lesson(2).title == "Mended"


def test_the_editor_keeps_words_as_a_draft_and_says_where_to_publish(load, root):
    load()
    page = lesson()
    form = root.get(f"/cms/pages/{page.pk}/edit/").context["form"]
    data = _posted(form) | {"title": "By Wagtail", "action-publish": "1"}
    text = root.post(f"/cms/pages/{page.pk}/edit/", data, follow=True).content.decode()
    assert "Saved as a draft. A course is published as one version" in text
    assert lesson().title == "Lesson 1"
    assert lesson().get_latest_revision_as_object().title == "By Wagtail"
    assert CourseVersion.objects.count() == 1
    assert candidate(slug="tiny").changed[0].after["title"] == "By Wagtail"


def _posted(form):
    """Return what a browser sends of the editor's form of a lesson."""
    from wagtail.test.utils.form_data import rich_text, streamfield

    del rich_text
    data = {name: form[name].value() for name in form.fields if name != "body"}
    return {
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        **{name: value for name, value in data.items() if value is not None},
        **{f"body-{name}": value for name, value in streamfield([]).items()},
    }


def test_pages_of_a_course_offer_no_publishing_of_their_own(load, root):
    load()
    for page in (CoursePage.objects.get(), ModulePage.objects.get(), lesson()):
        text = root.get(f"/cms/pages/{page.pk}/edit/").content.decode()
        assert 'name="action-publish"' not in text
        assert "go_live_at" not in text


@pytest.mark.parametrize("action", ["publish", "unpublish", "delete"])
def test_no_bulk_action_goes_round_the_version(load, edit, root, action):
    load()
    edit(title="Other")
    url = f"/cms/bulk/wagtailcore/page/{action}/?id={lesson().pk}&next=/cms/"
    root.post(url, {"include_descendants": "on"}, follow=True)
    assert lesson().live and lesson().title == "Lesson 1"
    assert CourseVersion.objects.count() == 1


def test_a_page_of_the_published_version_is_not_unpublished(load, root):
    load()
    text = root.post(f"/cms/pages/{lesson().pk}/unpublish/", follow=True).content.decode()
    assert "part of the published version" in text
    assert lesson().live


# --- places ---------------------------------------------------------------------------------
def test_a_page_with_a_history_does_not_move_below_another(load, root, finish):
    load()
    other = ModulePage(title="Another", slug="another", live=False)
    CoursePage.objects.get().add_child(instance=other)
    url = f"/cms/pages/{lesson().pk}/move/{other.pk}/confirm/"
    text = root.post(url, follow=True).content.decode()
    assert "part of the published version" in text
    with pytest.raises(ProtectedError), transaction.atomic():
        lesson().move(other, pos="last-child")
    assert lesson().get_parent().pk != other.pk


def test_a_page_of_a_course_is_not_copied_with_its_key(load, root):
    load()
    text = root.post(f"/cms/pages/{lesson().pk}/copy/", follow=True).content.decode()
    assert "records name each by a key of its own" in text
    assert LessonPage.objects.count() == 1


def test_a_page_is_put_in_another_order(load):
    load(lessons=2)
    lesson(2).move(lesson(1), pos="left")
    assert lesson(2).path < lesson(1).path


@pytest.mark.parametrize("model", [CoursePage, ModulePage, LessonPage, LearnPage])
def test_no_page_of_a_record_is_deleted_by_any_way(load, finish, model):
    load()
    finish("alma", 1)
    ways = (
        lambda page: page.delete(),
        lambda page: Page.objects.filter(pk=page.pk).delete(),
        lambda page: model.objects.filter(pk=page.pk).delete(),
    )
    for way in ways:
        with pytest.raises(ProtectedError), transaction.atomic():
            way(model.objects.get())
    assert LessonPage.objects.count() == 1


def test_a_lesson_of_the_published_version_is_not_deleted_before_anybody_read_it(load, root):
    load(lessons=2)
    text = root.post(f"/cms/pages/{lesson(2).pk}/delete/", follow=True).content.decode()
    assert "part of the published version" in text
    assert LessonPage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_tidying_old_revisions_keeps_the_words_of_every_studied_version(
    load, edit, release, finish
):
    load()
    finish("alma", 1)
    edit(title="Second")
    edit(title="Third")
    release()
    edit(title="Fourth")
    release()
    purge_revisions()
    for outline in CourseVersion.objects.values_list("outline", flat=True):
        row = outline["modules"][0]["lessons"][0]
        assert Revision.objects.filter(pk=row["revision"]).exists()
    assert "Second" not in [
        each.as_object().title for each in Revision.objects.for_instance(lesson())
    ]


def test_a_new_address_keeps_the_old_one_going(load, edit, release, client):
    load()
    edit(slug="first-things")
    release()
    assert client.get("/learn/tiny/only/first-things/").status_code == 200
    moved = client.get("/learn/tiny/only/lesson-1/")
    assert (moved.status_code, moved.headers["Location"]) == (302, "/learn/tiny/only/first-things/")
    module = ModulePage.objects.get().get_latest_revision_as_object()
    module.slug = "one"
    module.save_revision()
    release()
    for old in ("/learn/tiny/only/lesson-1/", "/learn/tiny/only/first-things/"):
        assert client.get(old).headers["Location"] == "/learn/tiny/one/first-things/"
    assert client.get("/learn/tiny/only/never/").status_code == 404


# --- clinical review ------------------------------------------------------------------------
@pytest.fixture
def review(load, django_user_model):
    """A workflow with a clinical review on the course; returns (task, reviewer)."""
    load(lessons=2)
    group = Group.objects.create(name="Clinicians")
    task = ClinicalReviewTask.objects.create(name="Clinical review")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Clinical")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=CoursePage.objects.get())
    user = django_user_model.objects.create_superuser("clinician@example.org")
    user.groups.add(group)
    return workflow, task, user


SIGNED = {
    "name": "L. Tafoya",
    "qualification": "LCSW",
    "reviewed_on": "2026-01-05",
    "review_due": "2027-01-05",
    "comment": "Read twice.",
}


def approve(review, page, **signed):
    workflow, _task, user = review
    state = workflow.start(page, user)
    current = state.current_task_state.specific
    return current.task.specific.on_action(current, user, "approve", **signed)


def test_signed_words_are_published_and_shown_with_who_signed_them(review, edit, release, client):
    page = edit(1, title="To sign")
    with pytest.raises(operations.NotReady) as refused:
        release()
    assert [(each.where, str(each.what)) for each in refused.value.lacks] == [
        ("To sign", "no clinician has signed these words")
    ]
    approve(review, page, **SIGNED)
    row = ClinicalReview.objects.get()
    assert (row.page_key, row.page_revision) == (page.key, page.latest_revision_id)
    assert (row.name, row.words, str(row.review_due)) == ("L. Tafoya", "Read twice.", "2027-01-05")
    assert lesson(1).title == "Lesson 1"  # Approving publishes nothing by itself.
    assert CourseVersion.objects.count() == 1
    release()
    text = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "Clinically reviewed by L. Tafoya, LCSW," in text and "5 Jan 2027" in text


def test_words_changed_after_the_signature_need_another_one(review, edit, release):
    approve(review, edit(1, title="To sign"), **SIGNED)
    edit(1, title="Changed after")
    with pytest.raises(operations.NotReady):
        release()


@pytest.mark.parametrize("missing", ["name", "qualification", "reviewed_on", "review_due"])
def test_nobody_signs_with_half_a_form(review, edit, missing):
    page = edit(1, title="To sign")
    with pytest.raises(BadRequest):
        approve(review, page, **{**SIGNED, missing: ""})
    assert not ClinicalReview.objects.exists()


def test_a_course_without_such_a_workflow_is_published_unreviewed_and_says_so(
    load, edit, release, client
):
    load()
    edit(title="Other")
    release()
    assert "Clinical review pending." in client.get("/learn/tiny/only/lesson-1/").content.decode()


def test_the_form_of_the_step_is_in_the_editor(review, edit, client):
    from tests.cast import give_second_factor

    workflow, _task, user = review
    give_second_factor(user)
    client.force_login(user)
    page = edit(1, title="To sign")
    state = workflow.start(page, user).current_task_state
    url = f"/cms/pages/workflow/action/{page.pk}/approve/{state.pk}/"
    assert "licence or qualification" in client.get(url).json()["html"]
    client.post(url, SIGNED)
    assert ClinicalReview.objects.get().reviewer == user


def test_the_reports_menu_leads_to_the_reviews_that_are_due(load, root):
    load()
    assert "/train/reviews/" in root.get("/cms/").content.decode()


# --- sources --------------------------------------------------------------------------------
def test_sources_are_written_one_in_a_line():
    from courses.catalog.sources import SourcesField

    field = SourcesField(required=False)
    source = {
        "title": "A guide", "publisher": "P", "year": "2022",
        "url": "https://example.org/g", "supports": "It",
    }  # fmt: skip
    lines = field.prepare_value([source])
    assert lines == "A guide | P | 2022 | https://example.org/g | It"
    assert field.clean(f"{lines}\r\n\r\n") == [source]
    assert not field.has_changed([source], lines)
    assert field.clean("") == []


@pytest.mark.parametrize(
    "line", ["Only a title", " | P | 2022 | | It", "T | P | 2022 | javascript:x | It"]
)
def test_a_line_that_is_no_source_is_refused(line):
    from django.core.exceptions import ValidationError

    from courses.catalog.sources import SourcesField

    with pytest.raises(ValidationError, match="Line 1"):
        SourcesField(required=False).clean(line)
