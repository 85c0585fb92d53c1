"""Roles, tracks and versions that change under a learner who has nothing left to do."""

from datetime import date
from decimal import Decimal

import pytest

from courses import public
from courses.learning.models import LearningEvent
from courses.learning.operations import choose_track, finish_lesson
from lms.people.models import Employment
from tests.courses.packs import write_pack

pytestmark = pytest.mark.django_db
PATHWAYS = """\
core: [tiny-only]
pathways:
  - {role: responder, title: Responder, modules: all, modes: all, basis: A}
  - {role: peer, title: Peer, modules: [], modes: all, basis: A}
  - {role: supervisor, title: Supervisor, modules: [more-only], modes: all, basis: A}
"""


@pytest.fixture
def alma(cast):
    return cast.person("alma")


@pytest.fixture
def course(tmp_path):
    folder = write_pack(tmp_path, modules=2, credit=True)
    (folder / "pathways.yaml").write_text(PATHWAYS)
    public.load_curriculum(path=folder)
    return public.outline(course_key="tiny")


def employ(person, *roles):
    spell = Employment.objects.filter(person=person, replaced_at__isnull=True).order_by("pk")[0]
    Employment.objects.filter(person=person).delete()
    for role in roles:
        Employment.objects.create(
            person=person,
            organisation_id=spell.organisation_id,
            role=role,
            starts_on=date(2020, 1, 1),
        )


def do(person, outline, *modules):
    """Do everything of these modules, the lesson last."""
    for module in outline.modules:
        if module.key not in modules:
            continue
        rubrics = [f"rubric:{each.key}" for each in module.rubrics]
        for subject in (f"quiz:{module.quiz_key}", module.session_subject, *rubrics):
            kind = subject.partition(":")[0].replace("rubric", "observation")
            public.record_training(
                person_id=person.pk, kind=kind, subject=subject, hours=0, hours_type="none",
                score=90 if kind == "quiz" else None, passed=True,
                occurred_at=person.recorded_at, actor_id=None, act=f"{subject}:{person.pk}",
            )  # fmt: skip
        read(person, outline, module.lessons[0].key)


def read(person, outline, key):
    return finish_lesson(
        person_id=person.pk, actor_id=None, outline=outline, lesson_key=key, page_revision=None
    )


def courses(person):
    rows = LearningEvent.objects.filter(person=person, kind="course").order_by("pk")
    return [(row.hours, row.detail.get("modules")) for row in rows]


def test_who_chooses_a_track_of_which_everything_is_done_has_finished_it(course, alma):
    employ(alma, "peer", "supervisor")
    do(alma, course, "tiny-only")
    assert courses(alma) == []
    choose_track(person_id=alma.pk, outline=course, track="peer")
    assert courses(alma) == [(0, ["tiny-only"])]
    choose_track(person_id=alma.pk, outline=course, track="peer")
    assert len(courses(alma)) == 1


def test_a_role_that_asks_less_finishes_the_course_when_its_learner_says_so_again(course, alma):
    employ(alma, "responder")
    do(alma, course, "tiny-only")
    employ(alma, "peer")
    assert public.progress(person_id=alma.pk, course_key="tiny").left == 0
    assert courses(alma) == []
    assert read(alma, course, "tiny-only/lesson-1").course_finished
    assert courses(alma) == [(0, ["tiny-only"])]
    assert not read(alma, course, "tiny-only/lesson-1").course_finished
    assert len(courses(alma)) == 1


def test_a_later_role_adds_its_modules_and_takes_no_hour_back(course, alma):
    employ(alma, "peer")
    do(alma, course, "tiny-only")
    assert courses(alma) == [(0, ["tiny-only"])]
    given = sum(row.hours for row in public.evidence_for(person_ids=[alma.pk]))
    assert given == Decimal("0.20")
    employ(alma, "peer", "supervisor")
    mine = public.progress(person_id=alma.pk, course_key="tiny")
    assert {item.module for item in mine.items if not item.done} == {"more"}
    do(alma, course, "more-only")
    given = sum(row.hours for row in public.evidence_for(person_ids=[alma.pk]))
    assert given == Decimal("0.40")
    assert public.progress(person_id=alma.pk, course_key="tiny").left == 0
