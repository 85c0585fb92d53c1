"""What a version lacks before it may be published, each thing with its place."""

import pytest

from courses.assessment.models import Question
from courses.catalog.candidates import candidate
from courses.catalog.models import CourseVersion, ModulePage
from courses.publishing import operations
from courses.publishing.basis import bases_after
from courses.publishing.differences import compare, word_runs
from courses.publishing.integrity import integrity
from courses.publishing.queries import bases_before, known
from courses.publishing.readiness import lacks

pytestmark = pytest.mark.django_db


def told():
    found = candidate(slug="tiny")
    before = bases_before(found)
    bases = bases_after(found, before) if found.edited else before
    return [f"{each.where}: {each.what}" for each in lacks(found, bases, known(found))]


@pytest.fixture
def with_block(edit):
    def added(kind, value):
        page = edit()
        block = {"type": kind, "value": value, "id": "b1"}
        return edit(body=[*page.body.raw_data, block])

    return added


FILM = {
    "title": "A film", "src": "files/aid.html", "captions": "files/aid.html",
    "transcript": "Words.", "minutes": "",
}  # fmt: skip
PICTURE = {"src": "files/aid.html", "alt": "A door", "caption": ""}


@pytest.mark.parametrize(
    ("kind", "value", "lack"),
    [
        ("video", FILM, None),
        ("video", FILM | {"captions": ""}, "a film has no captions"),
        ("video", FILM | {"captions": "files/none.vtt"}, "a film has no captions"),
        ("video", FILM | {"transcript": "  "}, "a film has no transcript"),
        ("pack_picture", PICTURE, None),
        (
            "pack_picture",
            PICTURE | {"alt": " "},
            "a picture has no words for people who cannot see it",
        ),
        ("recording", {"recording": "none", "minutes": ""}, "a recording has no captions"),
    ],
)
def test_films_sound_and_pictures_need_words(load, with_block, kind, value, lack):
    load()
    if kind == "recording":
        value = value | {"recording": "00000000-0000-4000-8000-000000000000"}
    with_block(kind, value)
    assert (f"Lesson 1: {lack}" in told()) == (lack is not None)
    assert bool(told()) == (lack is not None)


@pytest.mark.parametrize("sources", [[], [{"title": " ", "url": "https://example.org"}]])
def test_a_lesson_names_its_sources(load, edit, sources):
    load()
    edit(sources=sources)
    assert told() == ["Lesson 1: names no source"]


def test_minutes_of_a_module_are_those_of_its_lessons(load, edit):
    load(lessons=2)
    edit(1, minutes=30)
    assert told() == ["The only unit: says 12 minutes; its lessons and quiz add up to 36"]


def test_hours_are_not_claimed_beyond_what_is_there(load, edit):
    load()
    edit(minutes=240)
    module = ModulePage.objects.get().get_latest_revision_as_object()
    module.minutes = 240
    module.save_revision()
    (only,) = told()
    assert only.startswith("A tiny course: claims 4.00 h; what is there supports")


def test_a_lesson_cut_short_supports_fewer_hours(load, edit):
    load(credit=True)
    version = CourseVersion.objects.get()
    assert told() == []
    claimed = version.hours_bases.get(hours_type="self_paced")
    assert claimed.claimed_hours <= claimed.supported_hours
    page = edit()
    edit(body=[block for block in page.body.raw_data if block["type"] == "text"])
    found = candidate(slug="tiny")
    (basis,) = [
        each for each in bases_after(found, bases_before(found)) if each.hours_type == "self_paced"
    ]
    assert int(basis.inputs["checks in lessons"]) == 0
    assert int(basis.inputs["words"]) < int(claimed.inputs["words"])
    assert basis.raw_minutes < claimed.raw_minutes


def test_a_pool_that_cannot_be_filled_keeps_the_version_back(load, edit):
    load(quiz=True)
    edit(title="Other")
    assert told() == []
    from lms.kit import clock

    Question.objects.update(retired_at=clock.now())
    assert told() == ["Tiny check: asks 1 questions of a pool that has 0"]


def test_a_course_without_a_lesson_is_none(load, edit, release):
    load()
    with pytest.raises(operations.NotReady, match="has no lesson"):
        release(without=["tiny-only/lesson-1"])


def test_what_was_published_holds_together(load, edit, release, finish):
    load()
    finish("alma", 1)
    edit(title="Other")
    release("top_up", "lesson:tiny-only/lesson-1")
    assert [each.name for each in integrity() if not each.ok] == []
    broken = CourseVersion.objects.get(label="1-r2").outline | {"changes": []}
    CourseVersion.objects.filter(label="1-r2").update(outline=broken)
    assert [each.name for each in integrity() if not each.ok] == ["versions-decided"]


# --- comparing ------------------------------------------------------------------------------
def test_words_that_came_and_went_stand_where_they_are():
    runs = list(word_runs("Sit down first, then speak.", "Sit down, then speak slowly."))
    assert "".join(words for state, words in runs if state != "added") == (
        "Sit down first, then speak."
    )
    assert "".join(words for state, words in runs if state != "gone") == (
        "Sit down, then speak slowly."
    )
    assert ("same", "Sit ") in runs


def test_paragraphs_that_have_little_in_common_are_not_woven_together():
    (gone, came) = sorted(compare(["One two three four."], ["Five six seven."]), key=str)[::-1]
    assert {gone.runs[0][0], came.runs[0][0]} == {"gone", "added"}
    assert len(gone.runs) == len(came.runs) == 1


def test_far_paragraphs_are_counted_and_not_shown():
    old = [f"Paragraph number {number} stands here." for number in range(20)]
    new = [*old[:10], "Something else altogether!", *old[10:]]
    shown = compare(old, new)
    assert [each.skipped for each in shown] == [9, 0, 0, 9]
