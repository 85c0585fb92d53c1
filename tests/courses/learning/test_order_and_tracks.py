"""What comes first, and which part of a course a role takes: enforced, shown, counted."""

from datetime import date
from decimal import Decimal

import pytest

from courses import public
from courses.learning import queries
from courses.learning.models import Enrolment, LearningEvent
from courses.learning.operations import LessonLocked, NoSuchTrack, choose_track, finish_lesson
from courses.learning.ordering import waits
from courses.learning.progress import progress_of
from courses.learning.tracks import taken, tracks_of
from lms.people.models import Employment
from tests.courses.packs import write_pack

pytestmark = pytest.mark.django_db
SECOND = "/learn/tiny/more/lesson-1/"
PATHWAYS = """\
core: [tiny-only]
pathways:
  - {role: responder, title: Responder, modules: all, modes: all, basis: A}
  - {role: peer, title: Peer, modules: [], modes: all, basis: A}
  - {role: supervisor, title: Supervisor, modules: [more-only], modes: all, basis: A}
"""


@pytest.fixture
def course(tmp_path):
    """Load two modules; ``after`` is what the second says of the first."""

    def made(after="{all: [tiny-only]}", pathways="", lessons=1):
        folder = write_pack(tmp_path, modules=2, credit=True, lessons=lessons)
        if after:
            path = folder / "02-more" / "module.yaml"
            path.write_text(path.read_text() + f"after: {after}\n")
        if pathways:
            (folder / "pathways.yaml").write_text(pathways)
        public.load_curriculum(path=folder)
        return public.outline(course_key="tiny")

    return made


@pytest.fixture
def alma(cast, client):
    client.force_login(cast.user("alma"))
    return cast.person("alma")


def employ(person, role):
    """Make the person this and nothing else today."""
    spell = Employment.objects.filter(person=person, replaced_at__isnull=True).order_by("pk")[0]
    Employment.objects.filter(person=person).exclude(pk=spell.pk).delete()
    Employment.objects.filter(pk=spell.pk).update(
        role=role, starts_on=date(2020, 1, 1), ends_on=None
    )
    return spell


def again(person, role, organisation_id):
    Employment.objects.create(
        person=person, organisation_id=organisation_id, role=role, starts_on=date(2021, 1, 1)
    )


def done(person, *subjects):
    for subject in subjects:
        kind = subject.partition(":")[0].replace("rubric", "observation")
        public.record_training(
            person_id=person.pk, kind=kind, subject=subject, hours=0,
            hours_type="none", score=90 if kind == "quiz" else None, passed=True,
            occurred_at=person.recorded_at, actor_id=None, act=f"{subject}:{person.pk}",
        )  # fmt: skip


def finish(person, outline, key="more-only/lesson-1"):
    return finish_lesson(
        person_id=person.pk, actor_id=None, outline=outline, lesson_key=key, page_revision=None
    )


# --- what comes first -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("after", "enough"),
    [
        ("{all: [tiny-only]}", ["lesson:tiny-only/lesson-1", "quiz:tiny-quiz"]),
        ("{any: ['session:tiny-only', 'quiz:tiny-quiz']}", ["quiz:tiny-quiz"]),
        ("{any: ['session:tiny-only', 'quiz:tiny-quiz']}", ["session:tiny-only"]),
        (
            "{of: 2, from: ['lesson:tiny-only/lesson-1', 'quiz:tiny-quiz', 'session:tiny-only']}",
            ["session:tiny-only", "quiz:tiny-quiz"],
        ),
    ],
)
def test_a_module_opens_when_enough_is_done_and_not_before(course, alma, after, enough):
    outline = course(after)
    for subject in enough:
        with pytest.raises(LessonLocked):
            finish(alma, outline)
        done(alma, subject)
    assert finish(alma, outline).new


def test_a_locked_lesson_is_read_and_says_what_comes_first(course, alma, client):
    course()
    page = client.get(SECOND).content.decode()
    assert "First finish: The only unit." in page and "Words of lesson" in page
    assert "Finish and go on" not in page and "Go to what comes first" in page
    assert client.post(SECOND).headers["Location"] == SECOND
    assert not LearningEvent.objects.exists()
    assert (
        "is not finished yet. First finish: The only unit." in client.get(SECOND).content.decode()
    )
    whole = client.get("/learn/tiny/").content.decode()
    assert "First finish: The only unit." in whole and ", locked" in whole


def test_a_quiz_does_not_start_before_its_time(course, alma, client):
    course()
    quiz = "/learn/tiny/more/quiz/"
    assert "First finish: The only unit." in client.get(quiz).content.decode()
    assert client.post(quiz).headers["Location"] == quiz
    done(alma, "lesson:tiny-only/lesson-1", "quiz:tiny-quiz")
    assert client.post(quiz).headers["Location"].startswith(f"{quiz}")
    assert client.post(quiz).headers["Location"] != quiz


def test_a_visitor_is_not_bothered_with_locks(course, client):
    course()
    page = client.get(SECOND).content.decode()
    assert (
        "First finish" not in page and ", locked" not in client.get("/learn/tiny/").content.decode()
    )


def test_what_is_next_is_never_locked(course, alma):
    course("{all: ['session:tiny-only']}")
    done(alma, "lesson:tiny-only/lesson-1", "quiz:tiny-quiz")
    progress = public.progress(person_id=alma.pk, course_key="tiny")
    assert progress.next_item is None and progress.left > 0
    assert [item.title for item in progress.items if item.locked]


def test_an_order_that_names_what_somebody_does_not_take_asks_nothing(course):
    outline = course("{all: [tiny-only]}", PATHWAYS)
    items = progress_of(outline, ()).items
    assert list(waits(outline.modules, items)) == ["more"]
    second = [module for module in outline.modules if module.key == "more-only"]
    assert waits(second, [item for item in items if item.module == "more"]) == {}


# --- tracks ---------------------------------------------------------------------------------
def test_the_role_decides_what_is_left(course, alma, client):
    course("", PATHWAYS)
    employ(alma, "responder")
    assert public.progress(person_id=alma.pk, course_key="tiny").hours_total == Decimal("2.90")
    employ(alma, "peer")
    mine = public.progress(person_id=alma.pk, course_key="tiny")
    assert {item.module for item in mine.items} == {"only"}
    page = client.get("/learn/tiny/").content.decode()
    assert "Your track: Peer" in page and "Not in your track" in page
    assert client.get(SECOND).status_code == 200
    done(alma, "quiz:tiny-quiz")
    [listed] = public.courses_of(person_id=alma.pk)
    assert listed.left == mine.left - 1


def test_without_a_role_that_fits_it_is_the_whole_course(course, alma):
    course("", PATHWAYS)
    employ(alma, "trainer")
    mine = public.progress(person_id=alma.pk, course_key="tiny")
    assert {item.module for item in mine.items} == {"only", "more"}


def test_who_has_several_roles_takes_all_of_theirs_or_chooses(course, alma, client):
    outline = course("", PATHWAYS)
    spell = employ(alma, "peer")
    again(alma, "supervisor", spell.organisation_id)
    assert len(queries.part_of(outline, person_id=alma.pk).modules) == 2
    client.post("/learn/tiny/", {"track": "peer"})
    assert Enrolment.objects.get().track == "peer"
    assert len(queries.part_of(outline, person_id=alma.pk).modules) == 1
    client.post("/learn/tiny/", {"track": ""})
    assert len(queries.part_of(outline, person_id=alma.pk).modules) == 2
    assert client.post("/learn/tiny/", {"track": "responder"}).status_code == 400
    with pytest.raises(NoSuchTrack):
        choose_track(person_id=alma.pk, outline=outline, track="responder")


def test_a_chosen_track_ends_with_its_role(course, alma):
    outline = course("", PATHWAYS)
    assert taken(outline, {"responder"}, {"tiny": "peer"}).chosen == ""
    assert len(taken(outline, {"responder"}, {"tiny": "peer"}).outline.modules) == 2


def test_the_course_is_finished_with_the_track_and_says_which_modules(course, alma):
    outline = course("", PATHWAYS)
    employ(alma, "peer")
    done(alma, "quiz:tiny-quiz", "session:tiny-only")
    done(alma, *(f"rubric:{rubric.key}" for rubric in outline.modules[0].rubrics))
    assert finish(alma, outline, "tiny-only/lesson-1").course_finished
    fact = LearningEvent.objects.get(kind="course")
    assert (fact.hours, fact.detail["modules"]) == (0, ["tiny-only"])
    # What is done outside of the track still counts for itself.
    done(alma, "quiz:more-quiz")
    finish(alma, outline)
    assert LearningEvent.objects.filter(subject="module:more-only").count() == 1
    assert LearningEvent.objects.filter(kind="course").count() == 1


def test_a_course_that_alone_claims_hours_has_no_tracks(tmp_path):
    folder = write_pack(tmp_path, modules=2)
    (folder / "pathways.yaml").write_text(PATHWAYS)
    public.load_curriculum(path=folder)
    assert tracks_of(public.outline(course_key="tiny")) == ()


@pytest.mark.parametrize("lessons", [1, 3])
def test_tracks_cost_two_statements_at_any_length(course, alma, client, statements, lessons):
    course("{all: [tiny-only]}", PATHWAYS, lessons=lessons)
    employ(alma, "peer")
    for url, most in (("/learn/tiny/", 8), (SECOND, 9), ("/learn/", 8)):
        client.get(url)
        with statements() as counted:
            client.get(url)
        assert len(counted) == most, url
