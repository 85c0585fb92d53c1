"""Publishing: one act that freezes a version, however the change came about."""

from datetime import timedelta

import pytest
from wagtail.models import Revision

from courses import public
from courses.catalog.candidates import candidate
from courses.catalog.models import (
    CourseVersion,
    HoursBasis,
    LessonPage,
    VersionChange,
)
from courses.catalog.queries import outline_at
from courses.learning.models import LearningEvent
from courses.publishing import operations
from courses.publishing.operations import Decision, publish
from lms.audit.models import AuditEntry
from lms.public import Denied, today
from tests.courses.packs import edit as edit_pack
from tests.courses.packs import write_pack

pytestmark = pytest.mark.django_db


def test_a_course_that_nobody_touched_has_nothing_to_publish(load):
    load()
    assert not candidate(slug="tiny").anything
    assert candidate(slug="no-such-course") is None


def test_a_saved_page_without_another_word_is_no_change(load, edit):
    load()
    edit()
    assert not candidate(slug="tiny").anything


def test_drafts_of_editors_become_one_version_and_learners_read_it(load, edit, release, client):
    load(lessons=2)
    edit(1, title="Mended one")
    edit(2, title="Mended two")
    assert "Mended" not in client.get("/learn/tiny/").content.decode()
    assert release() == "1-r2"
    text = client.get("/learn/tiny/").content.decode()
    assert "Mended one" in text and "Mended two" in text
    assert client.get("/learn/tiny/only/lesson-1/").status_code == 200
    assert list(CourseVersion.objects.order_by("pk").values_list("label", "state")) == [
        ("1", "retired"),
        ("1-r2", "published"),
    ]
    assert not LessonPage.objects.filter(has_unpublished_changes=True).exists()


def test_every_frozen_version_keeps_its_words(load, edit, release):
    load()
    old = CourseVersion.objects.get().outline["modules"][0]["lessons"][0]["revision"]
    edit(title="Second words")
    release()
    edit(title="Third words")
    release()
    titles = [
        Revision.objects.get(pk=row["modules"][0]["lessons"][0]["revision"]).as_object().title
        for row in CourseVersion.objects.order_by("pk").values_list("outline", flat=True)
    ]
    assert titles == ["Lesson 1", "Second words", "Third words"]
    assert (
        CourseVersion.objects.get(label="1").outline["modules"][0]["lessons"][0]["revision"] == old
    )


def test_the_decision_is_a_row_that_says_who_why_and_whom_it_touched(
    load, edit, release, finish, samir
):
    load(lessons=2)
    finish("alma", 1, 2)
    finish("kofi", 1)
    public.enrol(person_id=finish.__closure__[0].cell_contents.person("teo").pk, course_key="tiny")
    edit(title="Other")
    release("top_up", "lesson:tiny-only/lesson-1")
    row = VersionChange.objects.get()
    assert (row.from_label, row.to_label, row.effect) == ("1", "1-r2", "top_up")
    assert row.subjects == ["lesson:tiny-only/lesson-1"]
    assert row.impact == {"finished": 1, "half_way": 1, "not_begun": 1}
    assert (row.reason, row.actor) == ("Because.", samir)
    assert AuditEntry.objects.filter(action="publish_course", actor_id=samir.pk).count() == 1


def test_a_new_lesson_takes_its_place_and_its_minutes_and_hours(load, add, release, client):
    load(lessons=2)
    assert add().key == "tiny-only/lesson-new"
    release()
    outline = outline_at(slug="tiny")
    assert [lesson.slug for lesson in outline.modules[0].lessons][-1] == "lesson-new"
    assert (outline.minutes, str(outline.hours["self_paced"])) == (18, "0.30")
    assert client.get("/learn/tiny/only/lesson-new/").status_code == 200


def test_the_hours_of_an_edited_version_rest_on_what_was_counted_again(load, edit, release):
    load()
    before = HoursBasis.objects.get()
    body = [
        *edit().body.raw_data,
        {"type": "words", "value": "seven more words stand here right now"},
    ]
    edit(body=body)
    release()
    after = HoursBasis.objects.get(version__label="1-r2")
    assert int(after.inputs["words"]) == int(before.inputs["words"]) + 7
    assert after.inputs["difficulty"] == before.inputs["difficulty"]
    assert [check.problems for check in _checks("hours-")] == [(), ()]


def _checks(start):
    from courses.catalog.integrity import integrity

    found = [each for each in integrity() if each.name.startswith(start)]
    assert len(found) == 2
    return found


def test_a_lesson_left_out_is_gone_for_learners_and_kept_in_the_record(
    load, edit, release, finish, client, cast
):
    load(lessons=2)
    finish("alma", 2)
    module = LessonPage.objects.get(key="tiny-only/lesson-1").get_parent().specific
    module.minutes = 6
    module.save_revision()
    release(without=["tiny-only/lesson-2"])
    assert client.get("/learn/tiny/only/lesson-2/").status_code == 404
    assert LessonPage.objects.filter(key="tiny-only/lesson-2", live=False).exists()
    assert not candidate(slug="tiny").anything
    assert len(public.evidence_for(person_ids=[cast.person("alma").pk])) == 1


def test_what_was_shown_is_what_is_published_or_nothing(load, edit, release):
    load()
    edit(title="Shown")
    digest = candidate(slug="tiny").digest
    edit(title="Not shown")
    with pytest.raises(operations.ChangedMeanwhile):
        release(digest=digest)
    assert CourseVersion.objects.count() == 1
    assert LessonPage.objects.get().title == "Lesson 1"


def test_there_is_nothing_to_publish_twice(load, edit, release):
    load()
    edit(title="Other")
    release()
    with pytest.raises(operations.NothingNew):
        release()


def test_a_label_is_free_and_used_once(load, edit, release):
    load()
    edit(title="Other")
    with pytest.raises(operations.LabelTaken):
        release(label="1")
    assert release(label="2026.2") == "2026.2"
    edit(title="Yet another")
    assert candidate(slug="tiny").label == "2026.2-r2"


@pytest.mark.parametrize(
    ("decision", "wrong"),
    [
        (None, "effect"),
        (Decision(effect="other", reason="Because."), "effect"),
        (Decision(effect="keep", reason="  "), "reason"),
        (Decision(effect="top_up", reason="x"), "subjects"),
        (Decision(effect="top_up", reason="x", subjects=("lesson:none",)), "subjects"),
        (Decision(effect="keep", reason="x", subjects=("lesson:tiny-only/lesson-1",)), "subjects"),
        (Decision(effect="redo", reason="x"), "redo_from"),
        (Decision(effect="redo", reason="x", redo_from=today() - timedelta(1)), "redo_from"),
        (Decision(effect="keep", reason="x", redo_from=today()), "redo_from"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(load, edit, release, decision, wrong):
    load()
    edit(title="Other")
    with pytest.raises(operations.BadDecision, match=wrong):
        release(decision=decision)
    assert not VersionChange.objects.exists()
    assert CourseVersion.objects.get().state == "published"


@pytest.mark.parametrize("who", ["alma", "bo", "renata", "dee", "ines"])
def test_only_who_edits_the_curriculum_publishes(load, edit, release, cast, who):
    load()
    edit(title="Other")
    with pytest.raises(Denied):
        release(actor_id=cast.user(who).pk)
    assert CourseVersion.objects.count() == 1


# --- packs ----------------------------------------------------------------------------------
def test_a_loaded_draft_is_published_under_its_own_label_with_its_quiz(load, release):
    folder = load(quiz=True)
    edit_pack(folder, "01-only/quiz.yaml", "stem: Which?", "stem: Which one?")
    assert public.load_curriculum(path=folder).label == "1-r2"
    assert release() == "1-r2"
    assert CourseVersion.objects.filter(state="published").get().label == "1-r2"
    from courses.assessment.models import Question, Quiz

    assert Quiz.objects.get().version == "1-r2"
    assert Question.objects.get(retired_at=None).stem == "Which one?"


def test_a_loaded_draft_and_what_editors_changed_are_one_version(load, edit, release, client):
    folder = load(lessons=2)
    edit_pack(folder, "01-only/01-lesson.md", "It is late.", "It is VERY late.")
    public.load_curriculum(path=folder)
    edit(2, title="By an editor")
    assert release() == "1-r3"
    text = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert "VERY late" in text and "By an editor" in client.get("/learn/tiny/").content.decode()
    assert public.load_curriculum(path=folder).change == "unchanged"


def test_loading_the_same_pack_again_takes_no_edit_back(load, edit, release):
    folder = load()
    edit(title="By an editor")
    release()
    assert public.load_curriculum(path=folder).change == "unchanged"
    assert outline_at(slug="tiny").modules[0].lessons[0].title == "By an editor"


def test_a_pack_that_changed_elsewhere_keeps_edits_and_added_lessons(load, edit, add, release):
    folder = load(lessons=2)
    edit(2, title="By an editor")
    add()
    release()
    edit_pack(folder, "01-only/01-lesson.md", "It is late.", "It is VERY late.")
    loaded = public.load_curriculum(path=folder)
    assert loaded.changed == ("lesson:tiny-only/lesson-1",)
    public.publish_course(course_key="tiny", label=loaded.label, actor_id=None)
    titles = [lesson.title for lesson in outline_at(slug="tiny").modules[0].lessons]
    assert titles == ["Lesson 1", "By an editor", "Title of lesson-new"]


def test_questions_that_were_mended_in_their_bank_stay_when_only_pages_change(load, edit, release):
    from courses.assessment.models import Question

    load(quiz=True, rubric=True)
    Question.objects.update(stem="Mended in the bank")
    edit(title="Other")
    release()
    assert Question.objects.get(retired_at=None).stem == "Mended in the bank"
    from courses.coaching.models import Rubric

    assert Rubric.objects.filter(retired_at=None).count() == 1


def test_publishing_by_command_asks_nobody_anything_new(load, finish, cast, tmp_path):
    load(lessons=1)
    finish("alma", 1)
    label = public.load_curriculum(path=write_pack(tmp_path, lessons=2)).label
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    assert VersionChange.objects.get().effect == "keep"
    progress = public.progress(person_id=cast.person("alma").pk, course_key="tiny")
    assert (progress.left, progress.asks, bool(progress.finished_at)) == (0, "", True)


# --- the record -----------------------------------------------------------------------------
@pytest.mark.parametrize("effect", ["keep", "top_up", "redo"])
def test_no_row_of_the_record_changes_with_a_version(load, edit, add, release, finish, effect):
    load(lessons=2)
    finish("alma", 1, 2)
    finish("kofi", 1)
    before = list(LearningEvent.objects.order_by("pk").values())
    edit(1, title="Other")
    add()
    subjects = ["lesson:tiny-only/lesson-new"] if effect == "top_up" else []
    release(effect, *subjects, redo_from=today() if effect == "redo" else None)
    assert list(LearningEvent.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("lessons", [1, 3])
def test_the_next_version_is_gathered_in_as_many_statements_at_any_length(
    load, edit, statements, lessons
):
    load(lessons=lessons)
    for number in range(1, lessons + 1):
        edit(number, title=f"Other {number}")
    with statements() as counted:
        assert len(candidate(slug="tiny").changed) == lessons
    assert len(counted) == 8


def test_a_course_made_in_the_editor_gets_its_first_version(load, samir):
    from courses.catalog.models import CoursePage, LearnPage, ModulePage

    load()
    old = LessonPage.objects.get()
    course = CoursePage(title="Made here", slug="made", live=False, access="public")
    LearnPage.objects.get().add_child(instance=course)
    course.save_revision()
    module = ModulePage(title="One", slug="one", minutes=5, live=False)
    course.add_child(instance=module)
    module.save_revision()
    lesson = LessonPage(
        title="A lesson", slug="a", minutes=5, live=False, body=old.body, sources=old.sources
    )
    module.add_child(instance=lesson)
    lesson.save_revision()
    found = candidate(slug="made")
    label = publish(
        slug="made", digest=found.digest, label=found.label, decision=None, actor_id=samir.pk
    )
    outline = outline_at(slug="made")
    assert (label, outline.course_key, outline.minutes) == ("1", "made", 5)
    assert [each.key for _module, each in outline.lessons()] == ["made-one/a"]
    assert not VersionChange.objects.exists()
