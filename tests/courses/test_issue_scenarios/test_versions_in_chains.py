"""Keep, top-up and redo one after the other: who is asked what, and how many hours it gives."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses import public
from courses.catalog.candidates import candidate
from courses.learning.models import LearningEvent
from courses.publishing.operations import ChangedMeanwhile, Decision, NothingNew, publish
from lms.kit import clock
from lms.public import today

COURSE = "course:tiny"


@pytest.fixture
def tiny(cast, load, time_machine):
    time_machine.move_to(clock.now(), tick=True)
    return load(lessons=2)


def lesson(number):
    return f"lesson:tiny-only/lesson-{number}"


def left(cast, who):
    found = public.progress(person_id=cast.person(who).pk, course_key="tiny")
    return [item.subject for item in found.items if not item.done and not item.optional]


def hours(cast, who):
    rows = public.evidence_for(person_ids=[cast.person(who).pk])
    return sum((row.hours for row in rows), Decimal(0))


def finishes(cast, who):
    rows = public.evidence_for(person_ids=[cast.person(who).pk])
    return [(row.content_revision, row.hours) for row in rows if row.subject == COURSE]


def test_keep_then_top_up_asks_only_what_the_top_up_names(tiny, cast, finish, edit, add, release):
    finish("alma", 1, 2)
    finish("kofi", 1)
    assert hours(cast, "alma") == Decimal("0.20")
    add("kept")
    second = release("keep")
    edit(1, title="Corrected")
    third = release("top_up", lesson(1))
    assert left(cast, "alma") == [lesson(1)]
    # Who was half-way goes on in what is there now; what they did stays done.
    assert left(cast, "kofi") == [lesson(2), "lesson:tiny-only/kept"]
    assert left(cast, "hannah") == [lesson(1), lesson(2), "lesson:tiny-only/kept"]
    assert finish("alma", 1).course_finished
    assert finishes(cast, "alma")[0] == ("1", Decimal("0.20"))
    assert [row[0] for row in finishes(cast, "alma")] == ["1", third]
    assert second != third
    assert hours(cast, "alma") == Decimal("0.20") + finishes(cast, "alma")[1][1]


def test_two_top_ups_that_were_missed_give_their_hours_once(tiny, cast, finish, add, release):
    finish("alma", 1, 2)
    finish("kofi", 1, 2)
    add("one", minutes=30)
    release("top_up", "lesson:tiny-only/one")
    from courses.learning.operations import finish_lesson

    def read(who, slug):
        return finish_lesson(
            person_id=cast.person(who).pk,
            actor_id=None,
            outline=public.outline(course_key="tiny"),
            lesson_key=f"tiny-only/{slug}",
            page_revision=None,
        )

    assert read("kofi", "one").course_finished
    add("two", minutes=18)
    release("top_up", "lesson:tiny-only/two")
    assert left(cast, "alma") == ["lesson:tiny-only/one", "lesson:tiny-only/two"]
    assert left(cast, "kofi") == ["lesson:tiny-only/two"]
    assert read("kofi", "two").course_finished
    assert not read("alma", "two").course_finished
    assert read("alma", "one").course_finished
    assert not read("alma", "one").course_finished
    assert hours(cast, "alma") == hours(cast, "kofi")
    whole = public.outline(course_key="tiny").hours["self_paced"]
    assert hours(cast, "alma") <= whole


def test_a_redo_from_a_day_to_come_asks_nothing_before_and_everything_after(
    tiny, cast, finish, edit, release, time_machine
):
    finish("alma", 1, 2)
    finish("kofi", 1, 2)
    edit(1, title="All new")
    label = release("redo", redo_from=today() + timedelta(days=10))
    assert left(cast, "alma") == []
    finish("kofi", 1)  # One lesson of the new version, before it is asked.
    time_machine.move_to(clock.now() + timedelta(days=11), tick=True)
    assert left(cast, "alma") == [lesson(1), lesson(2)]
    assert left(cast, "kofi") == [lesson(2)]
    assert finish("kofi", 2).course_finished
    assert [row[0] for row in finishes(cast, "kofi")] == ["1", label]
    # Nobody's past record changed.
    assert finishes(cast, "alma") == [("1", Decimal("0.20"))]


def test_the_same_candidate_published_twice_is_one_version(tiny, samir, edit):
    edit(1, title="Once")
    found = candidate(slug="tiny")
    told = {
        "slug": "tiny", "digest": found.digest, "label": found.label, "actor_id": samir.pk,
        "decision": Decision(effect="keep", reason="Because."),
    }  # fmt: skip
    publish(**told)
    with pytest.raises((NothingNew, ChangedMeanwhile)):
        publish(**told)


def test_a_lesson_told_by_page_and_by_device_is_one_fact(tiny, cast, finish):
    for _again in range(3):
        finish("alma", 1)
    finish("alma", 2)
    assert not finish("alma", 2).course_finished
    kinds = LearningEvent.objects.filter(person=cast.person("alma")).values_list("kind", flat=True)
    assert sorted(kinds) == ["course", "lesson", "lesson"]


def test_who_lacks_only_a_lesson_that_was_taken_out_finishes_in_the_night(
    tiny, cast, finish, release
):
    from courses.catalog.models import LessonPage
    from courses.learning import tasks

    finish("alma", 1)
    finish("hannah", 2)
    page = LessonPage.objects.get(key="tiny-only/lesson-2")
    module = page.get_parent().specific.get_latest_revision_as_object()
    module.minutes -= 6
    module.save_revision()
    release("keep", without=["tiny-only/lesson-2"])
    assert (left(cast, "alma"), finishes(cast, "alma")) == ([], [])
    for _night in range(2):
        tasks.finish_what_is_done()
        assert [row[0] for row in finishes(cast, "alma")] == [
            public.outline(course_key="tiny").label
        ]
        assert finishes(cast, "hannah") == []
