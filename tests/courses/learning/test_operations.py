"""Finishing lessons and courses: once, whole, and with hours that are counted once."""

from decimal import Decimal

import pytest

from courses import public
from courses.catalog.queries import outline_at
from courses.learning import ledger
from courses.learning.completion import append_in_course
from courses.learning.models import Enrolment, LearningEvent, LessonNote
from courses.learning.operations import (
    NoSuchLesson,
    NoteTooLong,
    enrol,
    finish_lesson,
    save_answers,
)
from courses.learning.queries import courses_of, notes
from tests.courses.packs import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def alma(cast):
    return cast.person("alma")


def finish(person, number):
    return finish_lesson(
        person_id=person.pk,
        actor_id=person.user_id,
        outline=outline_at(slug="tiny"),
        lesson_key=f"tiny-only/lesson-{number}",
        page_revision=None,
    )


def pass_quiz(person, act="attempt:1", score="90", passed=True):
    return append_in_course(
        outline=outline_at(slug="tiny"),
        fact=ledger.Fact(
            person_id=person.pk,
            kind="quiz",
            subject="quiz:tiny-quiz",
            act=act,
            actor_id=None,
            score=Decimal(score),
            passed=passed,
        ),
    )


def ledger_rows(person):
    return [
        (row.kind, row.subject, row.hours, row.score)
        for row in LearningEvent.objects.filter(person=person).order_by("pk")
    ]


def test_finishing_enrols_and_is_one_fact_however_often_it_is_told(load, alma):
    load(lessons=2)
    assert finish(alma, 1).new
    assert not finish(alma, 1).new
    assert ledger_rows(alma) == [("lesson", "lesson:tiny-only/lesson-1", Decimal(0), None)]
    assert Enrolment.objects.filter(person=alma, course_key="tiny").count() == 1
    enrol(person_id=alma.pk, course_key="tiny")
    assert Enrolment.objects.count() == 1


def test_the_last_lesson_finishes_the_course_and_brings_its_hours_once(load, alma):
    load(lessons=2)
    assert not finish(alma, 2).course_finished
    assert finish(alma, 1).course_finished
    assert not finish(alma, 1).course_finished
    assert ledger_rows(alma)[2:] == [("course", "course:tiny", Decimal("0.20"), None)]
    course = LearningEvent.objects.get(kind="course")
    assert (course.hours_type, course.content_revision) == ("self_paced", "1")


def test_a_course_with_a_quiz_waits_for_it_whichever_comes_last(load, cast):
    load(lessons=1, quiz=True)
    alma, teo = cast.person("alma"), cast.person("teo")
    assert not finish(alma, 1).course_finished
    assert not pass_quiz(alma, "a:1", "50", passed=False)[1]
    assert pass_quiz(alma, "a:2")[1]
    assert not pass_quiz(alma, "a:3", "100")[1]
    assert not pass_quiz(teo, "t:1")[1]
    assert finish(teo, 1).course_finished
    for person in (alma, teo):
        [course] = [row for row in ledger_rows(person) if row[0] == "course"]
        assert course == ("course", "course:tiny", Decimal("0.20"), Decimal(90))


def test_what_was_taken_back_can_be_done_anew(load, alma):
    load(lessons=1)
    finish(alma, 1)
    for row in LearningEvent.objects.order_by("pk"):
        public.reverse(evidence_id=str(row.uuid), actor_id=None, reason="Somebody else's account")
    again = finish(alma, 1)
    assert (again.new, again.course_finished) == (True, True)
    assert len(public.evidence_for(person_ids=[alma.pk])) == 2


def test_a_new_version_takes_no_progress_away(load, alma):
    folder = load(lessons=2)
    finish(alma, 1)
    edit(folder, "01-only/01-lesson.md", "It is late.", "It is VERY late.")
    label = public.load_curriculum(path=folder).label
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    assert finish(alma, 2).course_finished
    assert LearningEvent.objects.get(kind="course").content_revision == "1-r2"


def test_a_lesson_of_another_course_cannot_be_finished_here(load, alma):
    load()
    with pytest.raises(NoSuchLesson):
        finish(alma, 7)
    assert not LearningEvent.objects.exists()


@pytest.mark.parametrize("lessons", [1, 3])
def test_finishing_the_last_lesson_costs_the_same_at_any_length(load, alma, statements, lessons):
    load(lessons=lessons)
    for number in range(1, lessons):
        finish(alma, number)
    enrol(person_id=alma.pk, course_key="tiny")
    outline = outline_at(slug="tiny")
    with statements() as counted:
        finish_lesson(
            person_id=alma.pk,
            actor_id=None,
            outline=outline,
            lesson_key=f"tiny-only/lesson-{lessons}",
            page_revision=None,
        )
    # Lock, read, insert both facts, read them back, promise the news.
    assert len(counted) == 5


def test_notes_are_kept_replaced_and_emptied_by_their_writer(alma):
    where = {"person_id": alma.pk, "lesson_key": "m/l", "block_id": "think"}
    save_answers(**where, answers=["First"])
    save_answers(**where, answers=["Second"])
    assert [note.answers for note in notes(person_id=alma.pk, lesson_key="m/l")] == [("Second",)]
    save_answers(**where, answers=[""])
    # Its number stays, so that a device that comes late brings no older words back.
    assert LessonNote.objects.get().value == {}


def test_a_note_without_measure_is_refused_and_the_old_one_stays(alma):
    where = {"person_id": alma.pk, "lesson_key": "m/l", "block_id": "think"}
    save_answers(**where, answers=["First"])
    with pytest.raises(NoteTooLong):
        save_answers(**where, answers=["x" * 100_000])
    assert LessonNote.objects.get().value == {"answers": ["First"]}


@pytest.mark.parametrize("lessons", [1, 3])
def test_progress_is_read_in_two_statements_at_any_length(load, alma, statements, lessons):
    load(lessons=lessons)
    public.progress(person_id=alma.pk, course_key="tiny")  # The outline is kept from here on.
    with statements() as counted:
        progress = public.progress(person_id=alma.pk, course_key="tiny")
    assert (len(counted), progress.left) == (2, lessons)
    assert public.progress(person_id=alma.pk, course_key="none") is None


def test_my_courses_are_those_i_started(load, alma, statements):
    load(lessons=2)
    assert courses_of(person_id=alma.pk) == []
    finish(alma, 1)
    with statements() as counted:
        [mine] = public.courses_of(person_id=alma.pk)
    assert len(counted) == 3
    assert public.progress_words(progress=mine) == "0.1 of 0.2\u00a0h, 1 item left"
    finish(alma, 2)
    [mine] = public.courses_of(person_id=alma.pk)
    assert public.progress_words(progress=mine) == "0.2 of 0.2\u00a0h, nothing left"


def test_titles_of_subjects_come_with_their_address(load):
    load(quiz=True, rubric=True)
    assert public.subject_titles(
        subjects=["course:tiny", "lesson:tiny-only/lesson-1", "quiz:tiny-quiz", "NM-40-01-L"]
    ) == {
        "course:tiny": ("A tiny course", "/learn/tiny/"),
        "lesson:tiny-only/lesson-1": ("Lesson 1", "/learn/tiny/only/lesson-1/"),
        "quiz:tiny-quiz": ("Tiny check", "/learn/tiny/only/quiz/"),
    }
    assert public.course_titles(keys=["tiny", "gone"]) == {"tiny": "A tiny course"}
