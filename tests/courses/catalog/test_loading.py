"""Loading packs: once, again, changed, published, withdrawn."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Revision

from courses import public
from courses.assessment.models import Question, Quiz
from courses.catalog.models import CoursePage, CourseVersion, LessonPage, ModulePage
from courses.coaching.models import Rubric
from lms.audit.models import AuditEntry
from tests.courses.packs import edit, write_pack

pytestmark = pytest.mark.django_db
LESSON = "01-only/01-lesson.md"


def everything():
    """Count what a load may write."""
    models = (CourseVersion, Page, Revision, Quiz, Question, Rubric, AuditEntry)
    return [model.objects.count() for model in models]


def test_the_first_load_publishes_pages_quiz_and_rubric(load):
    load(lessons=2, quiz=True, rubric=True)
    assert CoursePage.objects.get().live
    assert [page.key for page in LessonPage.objects.order_by("pk")] == [
        "tiny-only/lesson-1",
        "tiny-only/lesson-2",
    ]
    assert all(page.live for page in [*LessonPage.objects.all(), *ModulePage.objects.all()])
    assert [row.state for row in CourseVersion.objects.all()] == ["published"]
    assert (Quiz.objects.get().key, Rubric.objects.get().key) == ("tiny-quiz", "tiny-rubric")
    outline = public.outline(course_key="tiny")
    assert (outline.label, outline.minutes, outline.modules[0].quiz_minutes) == ("1", 18, 6)


def test_loading_again_writes_nothing(load, statements):
    folder = load(quiz=True, rubric=True)
    before = everything()
    with statements() as counted:
        loaded = public.load_curriculum(path=folder)
    assert (loaded.change, everything()) == ("unchanged", before)
    assert [text for text in counted.texts() if not text.startswith("SELECT")] == []


def test_a_changed_pack_is_a_draft_and_learners_read_the_old_words(load, client):
    folder = load(lessons=2)
    edit(folder, LESSON, "It is late.", "It is VERY late.")
    loaded = public.load_curriculum(path=folder)
    assert (loaded.change, loaded.label, loaded.changed) == (
        "drafted",
        "1-r2",
        ("lesson:tiny-only/lesson-1",),
    )
    assert (loaded.added, loaded.removed) == ((), ())
    text = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "It is late." in text and "VERY" not in text
    first, second = LessonPage.objects.order_by("pk")
    assert (first.has_unpublished_changes, second.has_unpublished_changes) == (True, False)
    assert public.outline(course_key="tiny").label == "1"


def test_loading_a_draft_again_writes_nothing(load):
    folder = load()
    edit(folder, LESSON, "It is late.", "It is VERY late.")
    public.load_curriculum(path=folder)
    before = everything()
    assert public.load_curriculum(path=folder).change == "unchanged"
    assert everything() == before


def test_publishing_a_draft_shows_its_words_and_retires_the_old_version(load, client):
    folder = load(quiz=True)
    edit(folder, LESSON, "It is late.", "It is VERY late.")
    edit(folder, "01-only/quiz.yaml", "stem: Which?", "stem: Which one?")
    loaded = public.load_curriculum(path=folder)
    assert Question.objects.count() == 1  # The live quiz is not touched by a draft.
    public.publish_course(course_key="tiny", label=loaded.label, actor_id=None)
    assert "VERY late" in client.get("/learn/tiny/only/lesson-1/").content.decode()
    states = dict(CourseVersion.objects.values_list("label", "state"))
    assert states == {"1": "retired", "1-r2": "published"}
    assert Question.objects.get(retired_at=None).stem == "Which one?"
    assert public.outline(course_key="tiny").label == "1-r2"


def test_a_version_is_published_once(load):
    load()
    with pytest.raises(public.NoSuchDraft):
        public.publish_course(course_key="tiny", label="1", actor_id=None)


def test_a_pack_with_a_new_version_keeps_its_label(load):
    folder = load()
    edit(folder, "course.yaml", 'version: "1"', 'version: "2"')
    assert public.load_curriculum(path=folder).label == "2"


def test_going_back_to_the_published_words_withdraws_the_draft(load):
    folder = load()
    edit(folder, LESSON, "It is late.", "It is VERY late.")
    public.load_curriculum(path=folder)
    edit(folder, LESSON, "It is VERY late.", "It is late.")
    assert public.load_curriculum(path=folder).change == "draft withdrawn"
    assert public.load_curriculum(path=folder).change == "unchanged"
    assert set(CourseVersion.objects.values_list("state", flat=True)) == {"published", "retired"}


def test_a_lesson_that_is_gone_is_unpublished_not_deleted(load, client, tmp_path):
    folder = load(lessons=2)
    (folder / "01-only" / "02-lesson.md").unlink()
    edit(folder, "01-only/module.yaml", "minutes: 12", "minutes: 6")
    edit(folder, "course.yaml", "0.2", "0.1")
    loaded = public.load_curriculum(path=folder)
    assert loaded.removed == ("lesson:tiny-only/lesson-2",)
    assert client.get("/learn/tiny/only/lesson-2/").status_code == 200
    public.publish_course(course_key="tiny", label=loaded.label, actor_id=None)
    assert client.get("/learn/tiny/only/lesson-2/").status_code == 404
    assert not LessonPage.objects.get(key="tiny-only/lesson-2").live


def test_publishing_keeps_what_an_editor_mended_on_other_pages(load, client):
    folder = load(lessons=2)
    page = LessonPage.objects.get(key="tiny-only/lesson-2")
    page.title = "Mended title"
    page.save_revision().publish()
    edit(folder, LESSON, "It is late.", "It is VERY late.")
    loaded = public.load_curriculum(path=folder)
    public.publish_course(course_key="tiny", label=loaded.label, actor_id=None)
    assert LessonPage.objects.get(key="tiny-only/lesson-2").title == "Mended title"


def test_a_key_of_another_course_is_refused_and_nothing_is_written(load, tmp_path):
    load()
    other = write_pack(tmp_path / "other")
    edit(other, "course.yaml", "key: tiny", "key: other")
    before = everything()
    with pytest.raises(public.KeyTaken):
        public.load_curriculum(path=other)
    assert everything() == before


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path):
    folder = write_pack(tmp_path)
    before = everything()
    assert public.load_curriculum(path=folder, dry_run=True).change == "created"
    assert everything() == before
    assert not (tmp_path / "media").exists()


def test_unsafe_html_of_a_pack_never_reaches_the_page(load, client):
    load(
        body="<script>alert('XSS')</script> <img src=x onerror=alert(1)>\n\n"
        "[a](javascript:alert(1)) fine\n\n"
        "```reflection\nid: r\ntitle: <b onclick=x>T</b>\n"
        "prompt: <iframe src=//evil></iframe> Safe words\n```\n"
        "```callout\nkind: note\ntitle: <script>x</script>\n"
        "text: <a href='data:text/html,x'>b</a>\n```"
    )
    text = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "Safe words" in text and "fine" in text
    for bad in ("<script>alert", "onerror", "javascript:", "<iframe", "onclick=x>", "data:text"):
        assert bad not in text.replace("&lt;b onclick=x&gt;", "")


def test_the_command_loads_reports_and_fails_when_a_pack_is_faulty(tmp_path):
    folder = write_pack(tmp_path)
    out = StringIO()
    call_command("load_curriculum", str(folder), stdout=out)
    assert out.getvalue() == "tiny 1: loaded and published\n"
    edit(folder, LESSON, "It is late.", "It is VERY late.")
    out = StringIO()
    call_command("load_curriculum", str(folder), publish=True, json=True, stdout=out)
    [result] = json.loads(out.getvalue())
    assert (result["change"], result["label"], result["published"]) == ("drafted", "1-r2", True)
    edit(folder, LESSON, "minutes: 6", "minutes: 7")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("load_curriculum", str(folder), stderr=err)
    assert "01-only/module.yaml:1: minutes: is 6" in err.getvalue()


def test_the_command_needs_a_pack(tmp_path):
    with pytest.raises(CommandError, match=r"no course\.yaml"):
        call_command("load_curriculum", str(tmp_path))
