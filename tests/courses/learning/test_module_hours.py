"""Modules that claim hours: each gives its own once, and the course comes when all is done."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from courses import public
from courses.catalog.queries import outline_at
from courses.learning import ledger
from courses.learning.completion import append_in_course
from courses.learning.models import LearningEvent
from courses.learning.operations import enrol, finish_lesson
from lms.kit import clock
from lms.kit.formats import academy_zone
from tests.courses.packs import edit, write_pack

pytestmark = pytest.mark.django_db
CLAIMED = {
    "self_paced": Decimal("0.30"),
    "live": Decimal("0.50"),
    "practice": Decimal("0.50"),
    "coaching": Decimal("0.25"),
}


@pytest.fixture
def learner(cast):
    return Learner(cast)


class Learner:
    """Alma at work: what she does, and what the ledger then holds of her."""

    def __init__(self, cast):
        self.cast = cast
        self.person = cast.person("alma")

    def finish(self, number, module="tiny"):
        return finish_lesson(
            person_id=self.person.pk,
            actor_id=None,
            outline=outline_at(slug="tiny"),
            lesson_key=f"{module}-only/lesson-{number}",
            page_revision=None,
        )

    def take_quiz(self, score=90, module="tiny", passed=True):
        fact = ledger.fact(
            person_id=self.person.pk,
            kind="quiz",
            subject=f"quiz:{module}-quiz",
            act=f"attempt:{uuid4()}",
            actor_id=None,
            score=score,
            passed=passed,
        )
        return append_in_course(outline=outline_at(slug="tiny"), fact=fact)

    def study(self, module="tiny"):
        """Do the self-paced part of a module of two lessons."""
        self.finish(1, module)
        self.finish(2, module)
        self.take_quiz(module=module)

    def attend(self, *, days_ago=0, module="tiny", passed=True):
        return public.record_training(
            person_id=self.person.pk,
            kind="session",
            subject=f"session:{module}-only",
            hours="0.5" if passed else 0,
            hours_type="live",
            passed=passed,
            occurred_at=clock.now() - timedelta(days=days_ago),
            actor_id=None,
            act=f"sheet:{uuid4()}",
        )

    def practise(self, key="tiny-rubric", *, rating=3):
        """Be observed by the coach and sign it."""
        observation = public.record_observation(
            actor_id=self.cast.user("renata").pk,
            observed=public.Observed(
                person_id=self.person.pk,
                rubric_key=key,
                observed_on=clock.now().astimezone(academy_zone()).date(),
                setting="simulation",
                ratings={"one": rating},
                form_key=uuid4(),
            ),
        )
        public.acknowledge(actor_id=self.person.user_id, observation_uuid=observation, comment="")

    def coach(self):
        self.practise("tiny-coaching")

    def take_back(self, *subjects):
        for row in LearningEvent.objects.filter(subject__in=subjects, reversed_by=None):
            public.reverse(evidence_id=str(row.uuid), actor_id=None, reason="Another person's")

    def told(self, kind):
        rows = LearningEvent.objects.filter(person=self.person, kind=kind).order_by("pk")
        return [(row.subject, row.hours_type, row.hours, row.score) for row in rows]

    def hours(self):
        return public.hours_by_type(evidence=public.evidence_for(person_ids=[self.person.pk]))


MODULE = ("module:tiny-only", "self_paced", Decimal("0.30"), Decimal(90))
COURSE = ("course:tiny", "none", Decimal(0), Decimal(90))


@pytest.fixture
def credit(load):
    """Load a course of modules with two lessons that claim their own hours."""

    def loaded(**options):
        return load(**({"lessons": 2, "credit": True} | options))

    return loaded


# --- a module -------------------------------------------------------------------------------
def test_the_last_lesson_brings_the_hours_of_the_module_and_the_score_of_its_quiz(credit, learner):
    credit()
    learner.take_quiz(90)
    learner.finish(2)
    assert learner.told("module") == []
    assert not learner.finish(1).course_finished
    assert learner.told("module") == [MODULE]
    event = LearningEvent.objects.get(kind="module")
    assert (event.content_revision, event.detail) == ("1", {"title": "The only unit"})
    assert learner.hours() == {"self_paced": Decimal("0.30")}


def test_the_quiz_may_be_the_last_and_must_be_passed(credit, learner):
    credit()
    learner.finish(1)
    learner.finish(2)
    learner.take_quiz(50, passed=False)
    assert learner.told("module") == []
    learner.take_quiz(90)
    assert learner.told("module") == [MODULE]
    learner.take_quiz(100)
    assert learner.told("module") == [MODULE]


def test_lessons_and_the_quiz_carry_no_hours(credit, learner):
    credit()
    learner.study()
    assert {row[2] for row in [*learner.told("lesson"), *learner.told("quiz")]} == {Decimal(0)}


def test_each_module_gives_its_own_hours_when_it_is_done(credit, learner):
    credit(modules=2)
    learner.study("more")
    assert learner.told("module") == [("module:more-only", *MODULE[1:])]
    learner.study("tiny")
    assert learner.told("module") == [("module:more-only", *MODULE[1:]), MODULE]
    assert learner.hours() == {"self_paced": Decimal("0.60")}


def test_sessions_and_practice_are_no_part_of_what_is_self_paced(credit, learner):
    credit()
    learner.attend()
    learner.practise()
    learner.coach()
    assert learner.told("module") == []
    learner.study()
    assert learner.told("module") == [MODULE]


def test_a_course_that_claims_its_own_hours_has_no_module_facts(load, learner):
    load(lessons=2, quiz=True, rubric=True)
    learner.study()
    assert learner.told("module") == []
    assert learner.told("course") == [("course:tiny", "self_paced", Decimal("0.30"), Decimal(90))]


# --- the course -----------------------------------------------------------------------------
DOING = {
    "study": Learner.study,
    "session": Learner.attend,
    "practice": Learner.practise,
    "coaching": Learner.coach,
}


@pytest.mark.parametrize("last", DOING)
def test_the_course_comes_with_the_last_part_and_carries_no_hours(credit, learner, last):
    credit()
    for name, do in DOING.items():
        if name != last:
            do(learner)
    assert learner.told("course") == []
    DOING[last](learner)
    assert learner.told("course") == [COURSE]
    assert learner.hours() == CLAIMED


def test_nothing_done_twice_counts_twice(credit, learner):
    credit()
    for do in DOING.values():
        do(learner)
    learner.finish(1)
    learner.finish(2)
    learner.take_quiz(100)
    assert (learner.told("module"), learner.told("course")) == ([MODULE], [COURSE])
    assert learner.hours() == CLAIMED


def test_a_session_that_was_missed_and_practice_below_the_mark_finish_nothing(credit, learner):
    credit()
    learner.study()
    learner.attend(passed=False)
    learner.practise(rating=1)
    learner.coach()
    assert learner.told("course") == []
    learner.attend()
    assert learner.told("course") == []
    learner.practise()
    assert learner.told("course") == [COURSE]


def test_every_module_counts_for_the_course(credit, learner):
    credit(modules=2)
    for module in ("tiny", "more"):
        learner.study(module)
        learner.attend(module=module)
        learner.practise(f"{module}-rubric")
        assert learner.told("course") == []
    learner.practise("tiny-coaching")
    learner.practise("more-coaching")
    assert learner.told("course") == [COURSE]
    assert learner.hours() == {kind: 2 * hours for kind, hours in CLAIMED.items()}


def test_a_session_told_late_finishes_the_course_on_the_day_of_its_last_part(credit, learner):
    credit()
    with time_machine.travel("2026-03-10T12:00Z", tick=False):
        learner.study()
        learner.practise()
        learner.coach()
        learner.attend(days_ago=7)
    course = LearningEvent.objects.get(kind="course")
    assert course.occurred_at == LearningEvent.objects.get(kind="module").occurred_at
    with time_machine.travel("2026-03-11T12:00Z", tick=False):
        learner.attend(days_ago=6)
    assert learner.told("course") == [COURSE]


def test_a_session_of_no_course_is_written_all_the_same(credit, learner):
    credit()
    learner.attend(module="other")
    assert learner.told("session") == [("session:other-only", "live", Decimal("0.50"), None)]


def test_a_session_of_the_same_sheet_told_twice_is_one_fact(credit, learner):
    credit()
    now = clock.now()
    facts = {
        public.record_training(
            person_id=learner.person.pk,
            kind="session",
            subject="session:tiny-only",
            hours="0.5",
            hours_type="live",
            occurred_at=now,
            actor_id=None,
            act="sheet:1",
        )
        for _ in range(2)
    }
    assert len(facts) == 1
    assert learner.hours() == {"live": Decimal("0.50")}


# --- taken back -----------------------------------------------------------------------------
def test_a_lesson_taken_back_holds_the_module_up_until_it_is_done_anew(credit, learner):
    credit()
    learner.finish(1)
    learner.take_quiz()
    learner.take_back("lesson:tiny-only/lesson-1")
    learner.finish(2)
    assert learner.told("module") == []
    learner.finish(1)
    assert learner.told("module") == [MODULE]


def test_a_lesson_done_anew_after_the_module_gives_no_hours_again(credit, learner):
    credit()
    learner.study()
    learner.take_back("lesson:tiny-only/lesson-1")
    assert learner.finish(1).new
    assert learner.hours() == {"self_paced": Decimal("0.30")}


def test_a_module_taken_back_with_its_lesson_comes_back_with_it_once(credit, learner):
    credit()
    learner.study()
    learner.take_back("lesson:tiny-only/lesson-1", "module:tiny-only")
    assert learner.hours() == {}
    learner.finish(1)
    assert learner.told("module") == [MODULE, MODULE]
    assert learner.hours() == {"self_paced": Decimal("0.30")}


def test_hours_taken_back_do_not_return_with_the_next_thing_elsewhere(credit, learner):
    credit(modules=2)
    learner.study()
    learner.take_back("module:tiny-only")
    learner.finish(1, "more")
    learner.attend()
    assert learner.hours() == {"live": Decimal("0.50")}


# --- versions -------------------------------------------------------------------------------
def publish(folder):
    label = public.load_curriculum(path=folder).label
    public.publish_course(course_key="tiny", label=label, actor_id=None)
    return label


def test_a_new_version_gives_no_hours_again_for_one_lesson(credit, learner):
    folder = credit()
    learner.study()
    edit(folder, "01-only/01-lesson.md", "It is late.", "It is VERY late.")
    assert publish(folder) == "1-r2"
    assert learner.finish(1).new
    assert learner.told("module") == [MODULE]


def test_a_module_begun_in_one_version_is_finished_in_the_next(credit, learner):
    folder = credit()
    learner.finish(1)
    learner.take_quiz()
    edit(folder, "01-only/01-lesson.md", "It is late.", "It is VERY late.")
    publish(folder)
    learner.finish(2)
    assert LearningEvent.objects.get(kind="module").content_revision == "1-r2"
    assert learner.hours() == {"self_paced": Decimal("0.30")}


def test_hours_that_the_course_gave_are_not_given_again_by_its_modules(load, learner, tmp_path):
    load(lessons=2, quiz=True, rubric=True)
    learner.study()
    assert publish(write_pack(tmp_path, lessons=2, credit=True)) == "1-r2"
    learner.finish(1)
    learner.attend()
    assert learner.told("module") == []
    assert learner.hours() == {"self_paced": Decimal("0.30"), "live": Decimal("0.50")}


# --- what is left to do ---------------------------------------------------------------------
def test_sessions_and_practice_are_shown_as_parts_that_must_be_done(credit, learner):
    credit()
    progress = public.progress(person_id=learner.person.pk, course_key="tiny")
    assert [
        (item.kind, item.minutes, item.optional, bool(item.url)) for item in progress.items
    ] == [
        ("lesson", 6, False, True),
        ("lesson", 6, False, True),
        ("quiz", 6, False, True),
        ("session", 30, False, False),
        ("practice", 30, False, False),
        ("practice", 15, False, False),
    ]
    assert (progress.left, progress.minutes_total) == (6, 93)
    learner.study()
    progress = public.progress(person_id=learner.person.pk, course_key="tiny")
    assert (progress.left, progress.next_item, progress.finished_at) == (3, None, None)


@pytest.mark.parametrize("modules", [1, 2])
def test_finishing_a_module_costs_the_same_however_many_there_are(
    credit, learner, statements, modules
):
    credit(modules=modules)
    learner.take_quiz()
    learner.finish(1)
    enrol(person_id=learner.person.pk, course_key="tiny")
    outline = outline_at(slug="tiny")
    with statements() as counted:
        finish_lesson(
            person_id=learner.person.pk,
            actor_id=None,
            outline=outline,
            lesson_key="tiny-only/lesson-2",
            page_revision=None,
        )
    assert learner.told("module") == [MODULE]
    # Lock, read, insert both facts, read them back, promise the news.
    assert len(counted) == 5
