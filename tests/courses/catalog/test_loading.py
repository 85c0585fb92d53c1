"""Loading packs: once, again, changed, published, withdrawn."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from wagtail.models import Page, Revision

from courses import public
from courses.assessment.models import Question, Quiz
from courses.catalog.models import (
    CoursePage,
    CourseVersion,
    HoursBasis,
    LessonPage,
    LocalRule,
    ModulePage,
)
from courses.catalog.outline import read_outline
from courses.catalog.queries import hours_bases, local_rules
from courses.coaching.models import Rubric
from lms.audit.models import AuditEntry
from tests.courses.packs import edit, write_pack

pytestmark = pytest.mark.django_db
LESSON = "01-only/01-lesson.md"


def everything():
    """Count what a load may write."""
    models = (
        CourseVersion,
        Page,
        Revision,
        Quiz,
        Question,
        Rubric,
        AuditEntry,
        HoursBasis,
        LocalRule,
    )
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


def publish(folder):
    label = public.load_curriculum(path=folder).label
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    return label


# --- what hours rest on ---------------------------------------------------------------------
def test_what_hours_rest_on_is_written_with_the_version(load):
    load(lessons=2, credit=True)
    rows = hours_bases(course_key="tiny", label="1")
    assert [(row.unit, row.hours_type, row.method, row.claimed_hours) for row in rows] == [
        ("module:tiny-only", "self_paced", "text", Decimal("0.30")),
        ("module:tiny-only", "live", "agenda", Decimal("0.50")),
        ("module:tiny-only", "practice", "plan", Decimal("0.50")),
        ("module:tiny-only", "coaching", "plan", Decimal("0.25")),
    ]
    text = rows[0]
    assert (text.raw_minutes, text.supported_hours) == (Decimal("62.38"), Decimal("1.00"))
    assert (text.rounding, text.reviewer) == ("down to the quarter hour", "")
    assert (text.inputs["words"], text.inputs["difficulty"]) == ("100", "5")


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(claimed_hours=0),
        lambda rows: rows.update(reviewer="Somebody"),
        lambda rows: rows.delete(),
    ],
    ids=["hours", "reviewer", "delete"],
)
def test_the_database_itself_keeps_what_hours_rest_on(load, change):
    load(credit=True)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(HoursBasis.objects.filter(hours_type="live"))
    assert HoursBasis.objects.get(hours_type="live").claimed_hours == Decimal("0.50")


def test_the_database_refuses_hours_that_are_not_supported(load):
    load(credit=True)
    row = HoursBasis.objects.get(hours_type="live")
    row.pk, row.unit = None, "module:other"
    row.claimed_hours = row.supported_hours + Decimal("0.01")
    with pytest.raises(DatabaseError, match="no_more_hours_than_supported"), transaction.atomic():
        row.save(force_insert=True)


def test_a_draft_leaves_words_hours_and_rubrics_as_they_were_until_it_is_published(load, client):
    folder = load(lessons=2, credit=True)
    edit(folder, LESSON, "It is late.", "It is VERY late.")
    edit(folder, "course.yaml", "live: 0.5", "live: 0.25")
    edit(folder, "01-only/module.yaml", "live: 0.5", "live: 0.25")
    edit(folder, "01-only/session.md", "minutes: 20", "minutes: 5")
    edit(folder, "01-only/rubric.yaml", "Sits down.", "Sits down slowly.")
    assert public.load_curriculum(path=folder).label == "1-r2"

    assert "VERY" not in client.get("/learn/tiny/only/lesson-1/").content.decode()
    module = public.outline(course_key="tiny").modules[0]
    assert (module.hours["live"], Rubric.objects.filter(key="tiny-rubric").count()) == (
        Decimal("0.50"),
        1,
    )
    live = {
        label: [
            row.claimed_hours
            for row in hours_bases(course_key="tiny", label=label)
            if row.hours_type == "live"
        ]
        for label in ("1", "1-r2")
    }
    assert live == {"1": [Decimal("0.50")], "1-r2": [Decimal("0.25")]}

    before = list(HoursBasis.objects.order_by("pk").values())
    public.publish_course(course_key="tiny", label="1-r2", actor_id=None)
    assert "VERY" in client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert public.outline(course_key="tiny").modules[0].hours["live"] == Decimal("0.25")
    assert list(HoursBasis.objects.order_by("pk").values()) == before
    rubric = Rubric.objects.get(key="tiny-rubric", retired_at=None)
    assert (rubric.items[0]["text"], rubric.version) == ("Sits down slowly.", "1-2")


# --- several rubrics ------------------------------------------------------------------------
def live_rubrics():
    rows = Rubric.objects.filter(retired_at=None).order_by("key")
    return [(row.key, row.version, row.hours_type, row.hours) for row in rows]


PRACTICE = ("tiny-rubric", "1", "practice", Decimal("0.50"))
COACHING = ("tiny-coaching", "1", "coaching", Decimal("0.25"))


def test_every_rubric_of_a_module_is_loaded_with_its_plan(load):
    load(credit=True)
    assert live_rubrics() == [COACHING, PRACTICE]
    assert ModulePage.objects.get().rubric_keys == ["tiny-rubric", "tiny-coaching"]
    rubrics = public.outline(course_key="tiny").modules[0].rubrics
    assert [(each.key, each.mode, each.hours) for each in rubrics] == [
        ("tiny-rubric", "practice", Decimal("0.5")),
        ("tiny-coaching", "coaching", Decimal("0.25")),
    ]
    steps = Rubric.objects.get(key="tiny-rubric").plan
    assert [(step["minutes"], step["title"]) for step in steps] == [(10, "Read"), (20, "Do")]


def test_a_changed_plan_is_a_new_version_of_that_rubric_alone(load):
    folder = load(credit=True)
    edit(folder, "01-only/rubric.yaml", "text: The talk.", "text: The whole talk.")
    publish(folder)
    assert live_rubrics() == [COACHING, ("tiny-rubric", "1-2", *PRACTICE[2:])]
    assert Rubric.objects.count() == 3


def test_a_rubric_that_is_gone_is_retired_when_the_draft_is_published(load):
    folder = load(credit=True)
    (folder / "01-only" / "rubric-coaching.yaml").unlink()
    for file in ("course.yaml", "01-only/module.yaml"):
        edit(folder, file, "coaching: 0.25", "coaching: 0")
    label = public.load_curriculum(path=folder).label
    assert live_rubrics() == [COACHING, PRACTICE]
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    assert live_rubrics() == [PRACTICE]
    assert Rubric.objects.get(key="tiny-coaching").retired_at is not None


def test_rubrics_of_other_courses_are_not_retired(load, tmp_path):
    folder = load(credit=True)
    other = write_pack(tmp_path / "other")
    for file in ("course.yaml", "01-only/module.yaml"):
        edit(other, file, "key: tiny", "key: other")
    public.load_curriculum(path=other)
    assert live_rubrics() == [COACHING, PRACTICE]
    assert folder != other


# --- rules of the state ---------------------------------------------------------------------
RULE = """
```local-rule
id: who-reports
title: Who reports
ask: Who must report, and within which time?
```
"""


def test_a_lesson_asks_for_a_rule_once_and_what_the_state_wrote_stays(load):
    folder = load(lessons=2, body=RULE)
    rule = LocalRule.objects.get()
    assert (rule.key, rule.title, rule.text) == ("who-reports", "Who reports", "")
    assert local_rules(keys=["who-reports"]) == {}
    rule.text, rule.title = "Everybody, at once.", "Who reports here"
    rule.save_revision().publish()
    edit(folder, LESSON, "within which time?", "within how many hours?")
    edit(folder, LESSON, "title: Who reports", "title: Who has to report")
    publish(folder)
    kept = local_rules(keys=["who-reports"])["who-reports"]
    assert LocalRule.objects.count() == 1
    assert (kept.title, kept.text) == ("Who reports here", "Everybody, at once.")


def test_a_lesson_shows_the_rule_of_the_state_or_that_it_is_not_written(load, client):
    load(body=RULE)
    empty = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "Who reports" in empty and "Everybody, at once." not in empty
    rule = LocalRule.objects.get()
    rule.text = "Everybody, *at once*. <script>alert(1)</script>"
    rule.save_revision().publish()
    page = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "Everybody, <em>at once</em>." in page and "alert(1)" not in page


# --- outlines of older versions -------------------------------------------------------------
def test_an_outline_frozen_with_one_rubric_is_still_read(load):
    load(rubric=True, quiz=True)
    data = CourseVersion.objects.get().outline
    for name in ("competencies", "review_due", "pathways", "crosswalk"):
        del data[name]
    [module] = data["modules"]
    for name in ("rubrics", "hours", "competencies"):
        del module[name]
    module |= {"rubric_key": "tiny-rubric", "rubric_title": "Tiny practice"}
    outline = read_outline(course_key="tiny", label="1", data=data)
    [rubric] = outline.modules[0].rubrics
    assert (rubric.key, rubric.title, rubric.hours) == ("tiny-rubric", "Tiny practice", 0)
    assert (outline.modules[0].hours, outline.pathways, outline.crosswalk) == ({}, (), ())
    assert (outline.competencies, outline.review_due) == ({}, "")
    module |= {"rubric_key": "", "rubric_title": ""}
    assert read_outline(course_key="tiny", label="1", data=data).modules[0].rubrics == ()
