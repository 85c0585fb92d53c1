"""The pages of editors: publishing, versions, preview, recordings, reviews; who may open them."""

from datetime import date, timedelta

import pytest

from courses import public
from courses.catalog.models import (
    ClinicalReview,
    CourseRetirement,
    CourseVersion,
    LessonPage,
    VersionChange,
)
from courses.catalog.queries import outline_at
from courses.learning.models import Enrolment, LearningEvent, LessonNote
from courses.learning.operations import CourseRetired
from lms.public import today

pytestmark = pytest.mark.django_db

PAGES = [
    "/train/courses/",
    "/train/courses/tiny/",
    "/train/courses/tiny/publish/",
    "/train/courses/tiny/preview/",
    "/train/courses/tiny/preview/only/lesson-1/",
    "/train/courses/tiny/preview/files/files/aid.html",
    "/train/reviews/",
    "/train/reviews.csv",
    "/train/recordings/",
    "/train/recordings/new/",
]


@pytest.fixture
def editor(client, samir):
    client.force_login(samir)
    return client


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("who", ["alma", "bo", "renata", "dee", "ines"])
def test_only_who_edits_the_curriculum_opens_these_pages(load, edit, cast, client, url, who):
    load()
    edit(title="Other")
    client.force_login(cast.user(who))
    assert client.get(url).status_code == 403
    assert client.post(url).status_code in (403, 405)


@pytest.mark.parametrize("url", PAGES)
def test_the_editor_opens_each_and_no_page_holds_inline_style_or_script(load, edit, editor, url):
    load()
    edit(title="Other")
    response = editor.get(url)
    assert response.status_code == 200
    text = b"".join(response).decode() if response.streaming else response.content.decode()
    # A file of a pack is shown as it came, in a sandbox that runs nothing.
    if "/files/" not in url:
        assert " style=" not in text and "<script>" not in text


@pytest.mark.parametrize(
    "url",
    [
        "/train/courses/none/",
        "/train/courses/none/publish/",
        "/train/courses/none/preview/",
        "/train/courses/tiny/preview/only/none/",
        "/train/courses/tiny/preview/files/none",
        "/train/recordings/00000000-0000-4000-8000-000000000000.mp4",
    ],
)
def test_what_is_not_there_is_not_found(load, editor, url):
    load()
    assert editor.get(url).status_code == 404


def test_nothing_to_publish_leads_back_and_says_so(load, editor):
    load()
    response = editor.get("/train/courses/tiny/publish/", follow=True)
    assert "Nothing changed since" in response.content.decode()


# --- publishing -----------------------------------------------------------------------------
def form_of(response, **more):
    """Return the fields of the form as a browser sends them."""
    form = response.context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value is not None} | more


def test_the_page_shows_words_that_came_and_went(load, edit, editor):
    load()
    page = edit()
    body = page.body.raw_data
    body[0]["value"] = body[0]["value"].replace("with", "without any")
    edit(body=list(body), title="Other title")
    text = editor.get("/train/courses/tiny/publish/").content.decode()
    assert "<del>with </del>" in text and "<ins>without any </ins>" in text
    assert "<del>Lesson 1</del>" in text and "<ins>Other title</ins>" in text
    assert "paragraphs unchanged" in text


def test_the_page_counts_everybody_and_names_whom_the_editor_may_see(
    load, add, editor, finish, cast
):
    load(lessons=2)
    finish("alma", 1, 2)
    finish("kofi", 1)
    public.enrol(person_id=cast.person("teo").pk, course_key="tiny")
    add()
    response = editor.get("/train/courses/tiny/publish/")
    assert response.context["impact"] == {"finished": 1, "half_way": 1, "not_begun": 1}
    for words in ("1 finished", "1 half-way", "1 signed up, not begun"):
        assert words in response.content.decode()
    rows = {each.name: each for each in response.context["touched"]}
    alma = rows[str(cast.person("alma").given_name) + " " + cast.person("alma").family_name]
    assert (alma.left, alma.keep, alma.top_up, alma.redo) == (0, 0, 1, 3)
    assert "Title of lesson-new" in response.content.decode()


def test_publishing_by_the_form_needs_a_choice_and_a_reason(load, edit, editor, samir):
    load()
    edit(title="Other")
    url = "/train/courses/tiny/publish/"
    data = form_of(editor.get(url))
    refused = editor.post(url, data)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"effect", "reason"}
    assert CourseVersion.objects.count() == 1
    done = editor.post(url, data | {"effect": "keep", "reason": "A typo."}, follow=True)
    assert "Version 1-r2 is published." in done.content.decode()
    row = VersionChange.objects.get()
    assert (row.effect, row.reason, row.actor) == ("keep", "A typo.", samir)
    assert "A typo." in done.content.decode()


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"effect": "top_up", "subjects": []}, "subjects"),
        ({"effect": "redo"}, "redo_from"),
        ({"effect": "redo", "redo_from": "2020-01-01"}, "redo_from"),
        ({"effect": "keep", "label": "1"}, "label"),
        ({"effect": "keep", "label": "a b"}, "label"),
    ],
)
def test_the_form_says_what_is_missing(load, edit, editor, more, wrong):
    load()
    edit(title="Other")
    url = "/train/courses/tiny/publish/"
    response = editor.post(url, form_of(editor.get(url), reason="x") | more)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors


def test_words_that_changed_meanwhile_are_shown_again_before_they_are_published(load, edit, editor):
    load()
    edit(title="Shown")
    url = "/train/courses/tiny/publish/"
    data = form_of(editor.get(url), effect="keep", reason="x")
    edit(title="Changed meanwhile")
    response = editor.post(url, data)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Read the changes once more" in text and "<ins>Changed meanwhile</ins>" in text
    again = {**data, "digest": response.context["form"]["digest"].value()}
    assert editor.post(url, again).status_code == 302


def test_what_must_be_mended_is_listed_with_its_page(load, edit, editor):
    load()
    page = edit(sources=[])
    url = "/train/courses/tiny/publish/"
    response = editor.get(url)
    text = response.content.decode()
    assert "1 thing to mend first" in text and "names no source" in text
    assert f"/cms/pages/{page.pk}/edit/" in text
    refused = editor.post(url, form_of(response, effect="keep", reason="x"))
    assert refused.status_code == 422
    assert "mended first" in refused.content.decode()
    assert CourseVersion.objects.count() == 1


def test_a_lesson_is_left_out_by_the_page_without_a_script(load, editor, finish):
    load(lessons=2)
    url = "/train/courses/tiny/publish/?without=tiny-only/lesson-2"
    text = editor.get(url).content.decode()
    assert "Left out" in text
    assert "says 12 minutes; its lessons and quiz add up to 6" in text


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_people(
    load, add, editor, finish, cast, statements, people
):
    load(lessons=2)
    cast.give_duty("samir", "agency_manager", "rio-vista")
    for who in ("alma", "bo", "hannah")[:people]:
        finish(who, 1)
    add()
    editor.get("/train/courses/tiny/publish/")
    with statements() as counted:
        response = editor.get("/train/courses/tiny/publish/")
    assert len(response.context["touched"]) == people
    assert len(counted) == 30


# --- preview --------------------------------------------------------------------------------
def test_the_preview_shows_the_draft_as_a_learner_sees_it_and_records_nothing(
    load, edit, editor, client
):
    load()
    edit(title="Draft title")
    course = editor.get("/train/courses/tiny/preview/").content.decode()
    assert "Draft title" in course and "/train/courses/tiny/preview/only/lesson-1/" in course
    assert 'href="/learn/tiny/only' not in course
    url = "/train/courses/tiny/preview/only/lesson-1/"
    lesson = editor.get(url).content.decode()
    assert "Draft title" in lesson and "Nothing you do here is recorded" in lesson
    assert "RESULT-SIT" not in lesson
    answered = editor.get(f"{url}?door=sit").content.decode()
    assert "RESULT-SIT" in answered
    assert editor.post(url).status_code == 405
    assert not LearningEvent.objects.exists()
    assert not LessonNote.objects.exists()
    assert not Enrolment.objects.exists()
    assert "Draft title" not in client.get("/learn/tiny/only/lesson-1/").content.decode()


def test_the_preview_opens_no_quiz(load, edit, editor):
    load(quiz=True)
    edit(title="Other")
    text = editor.get("/train/courses/tiny/preview/only/quiz/").content.decode()
    assert "An attempt would be recorded" in text
    assert editor.get("/train/courses/tiny/preview/only/").status_code == 302


# --- retiring -------------------------------------------------------------------------------
def test_a_retired_course_takes_nobody_new_and_lets_those_on_the_way_finish(
    load, editor, finish, client, cast
):
    load(lessons=2)
    finish("alma", 1)
    last = today() + timedelta(30)
    data = {"closes_on": last.isoformat(), "reason": "A better one is there."}
    assert editor.post("/train/courses/tiny/", data).status_code == 302
    assert CourseRetirement.objects.get().closes_on == last
    with pytest.raises(CourseRetired):
        public.enrol(person_id=cast.person("kofi").pk, course_key="tiny")
    with pytest.raises(CourseRetired):
        finish("kofi", 1)
    assert finish("alma", 2).course_finished
    client.force_login(cast.user("kofi"))
    assert "tiny" not in client.get("/learn/").content.decode()
    text = client.get("/learn/tiny/").content.decode()
    assert "takes nobody new" in text
    assert client.get("/learn/tiny/only/lesson-1/").status_code == 200
    client.post("/learn/tiny/")
    assert not Enrolment.objects.filter(person=cast.person("kofi")).exists()
    client.force_login(cast.user("alma"))
    assert "tiny" in client.get("/learn/").content.decode()


def test_after_its_last_day_nothing_is_recorded_and_every_record_stays(
    load, editor, finish, cast, monkeypatch
):
    from lms.kit import clock

    load(lessons=2)
    finish("alma", 1)
    editor.post("/train/courses/tiny/", {"closes_on": today().isoformat(), "reason": "Old."})
    later = clock.now() + timedelta(2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert outline_at(slug="tiny").closed
    with pytest.raises(CourseRetired):
        finish("alma", 2)
    assert len(public.evidence_for(person_ids=[cast.person("alma").pk])) == 1
    response = editor.post("/train/courses/tiny/", {"reason": "Wanted again."})
    assert response.status_code == 302
    assert finish("alma", 2).course_finished


def test_a_course_is_not_retired_as_of_yesterday(load, editor):
    load()
    data = {"closes_on": (today() - timedelta(1)).isoformat(), "reason": "x"}
    assert editor.post("/train/courses/tiny/", data).status_code == 422
    assert not CourseRetirement.objects.exists()


# --- reviews --------------------------------------------------------------------------------
def review(samir, lesson, due, revision=None):
    page = LessonPage.objects.get(key=f"tiny-only/lesson-{lesson}")
    return ClinicalReview.objects.create(
        page_key=page.key,
        page_revision=revision or page.live_revision_id,
        reviewer=samir,
        name="L. Tafoya",
        qualification="LCSW",
        reviewed_on=date(2026, 1, 5),
        review_due=due,
    )


def test_the_report_lists_overdue_soon_and_never_and_the_csv_says_the_same(load, editor, samir):
    load(lessons=4)
    review(samir, 1, today() - timedelta(1))
    review(samir, 2, today() + timedelta(90))
    review(samir, 3, today() + timedelta(91))
    rows = [each["row"] for each in editor.get("/train/reviews/").context["rows"]]
    assert [(row.lesson, row.state) for row in rows] == [
        ("Lesson 1", "overdue"),
        ("Lesson 2", "soon"),
        ("Lesson 4", "never"),
        ("Lesson 3", "fine"),
    ]
    only = editor.get("/train/reviews/?state=overdue").context["rows"]
    assert [each["row"].lesson for each in only] == ["Lesson 1"]
    lines = b"".join(editor.get("/train/reviews.csv")).decode().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("course,lesson,state,reviewed_by")
    assert len(lines) == 5 and ",L. Tafoya,LCSW,2026-01-05," in lines[1]


def test_a_review_of_other_words_is_no_review_of_these(load, edit, editor, samir, release, client):
    load()
    review(samir, 1, today() + timedelta(300))
    shown = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "Clinically reviewed by L. Tafoya, LCSW," in shown
    edit(title="Other")
    release()
    assert "Clinical review pending." in client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert editor.get("/train/reviews/").context["rows"][0]["row"].state == "never"


@pytest.mark.parametrize("lessons", [1, 3])
def test_the_report_costs_the_same_at_any_length(load, editor, statements, lessons, samir):
    load(lessons=lessons)
    for number in range(1, lessons + 1):
        review(samir, number, today())
    editor.get("/train/reviews/")
    with statements() as counted:
        editor.get("/train/reviews/")
    assert len(counted) == 6
