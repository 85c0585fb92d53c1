"""What comes first in a course, as a pack says it: what is read, and what is wrong with it."""

import pytest

from courses.catalog.packs import PackError, read_pack
from tests.courses.packs import edit, write_pack


@pytest.fixture
def folder(tmp_path):
    return write_pack(tmp_path, modules=2, lessons=2, credit=True)


def say(folder, words, module="02-more"):
    path = folder / module / "module.yaml"
    path.write_text(path.read_text() + f"after: {words}\n")
    return folder


def after(folder, place=1):
    return list(read_pack(folder).modules[place].after)


def problems_of(folder):
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("{all: [tiny-only]}", [{"of": 1, "from": ["module:tiny-only"]}]),
        (
            "{all: ['quiz:tiny-quiz', 'session:tiny-only']}",
            [{"of": 2, "from": ["quiz:tiny-quiz", "session:tiny-only"]}],
        ),
        (
            "{any: ['lesson:tiny-only/lesson-1', 'rubric:tiny-rubric']}",
            [{"of": 1, "from": ["lesson:tiny-only/lesson-1", "rubric:tiny-rubric"]}],
        ),
        (
            "{of: 2, from: [tiny-only, 'quiz:tiny-quiz', 'lesson:tiny-only/lesson-2']}",
            [
                {
                    "of": 2,
                    "from": ["module:tiny-only", "quiz:tiny-quiz", "lesson:tiny-only/lesson-2"],
                }
            ],
        ),
        (
            "{all: [tiny-only], any: ['quiz:tiny-quiz']}",
            [{"of": 1, "from": ["module:tiny-only"]}, {"of": 1, "from": ["quiz:tiny-quiz"]}],
        ),
    ],
)
def test_all_any_and_some_of_are_read(folder, words, expected):
    assert after(say(folder, words)) == expected


def test_a_pack_that_says_nothing_has_no_order(folder):
    assert [module.after for module in read_pack(folder).modules] == [(), ()]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("{all: [tiny-gone]}", "after: 'tiny-gone' is nothing of this course"),
        ("{all: ['quiz:gone']}", "after: 'quiz:gone' is nothing of this course"),
        ("{all: [more-only]}", "after: is a circle: more-only after more-only"),
        ("{all: ['quiz:more-quiz']}", "after: is a circle: more-only after more-only"),
        ("{of: 3, from: [tiny-only, 'quiz:tiny-quiz']}", "after.of: must be from 1 to 2, not 3"),
        ("{of: 0, from: [tiny-only]}", "after.of: must be from 1 to 1, not 0"),
        ("{from: [tiny-only]}", "after.of: is missing"),
        ("{of: 1}", "after.from: is missing"),
        ("{}", "after: names nothing"),
        ("{every: [tiny-only]}", "after.every: is not a field of this"),
        ("[tiny-only]", "after: must hold named fields"),
        ("{all: tiny-only}", "after.all: must be a list of words"),
    ],
)
def test_what_is_wrong_is_said(folder, words, fault):
    found = problems_of(say(folder, words))
    assert [each for each in found if fault in each], found
    assert all("02-more/module.yaml" in each for each in found)


def test_a_circle_of_two_is_found_from_both_sides(folder):
    say(folder, "{all: ['quiz:more-quiz']}", module="01-only")
    found = problems_of(say(folder, "{any: [tiny-only]}"))
    assert found == [
        "01-only/module.yaml:1: after: is a circle: tiny-only after more-only after tiny-only",
        "02-more/module.yaml:1: after: is a circle: more-only after tiny-only after more-only",
    ]


def test_a_shared_core_stands_in_every_pathway_that_does_not_take_all(folder):
    (folder / "pathways.yaml").write_text(
        "core: [tiny-only]\n"
        "pathways:\n"
        "  - {role: responder, title: R, modules: all, modes: all, basis: A}\n"
        "  - {role: peer, title: P, modules: [more-only, tiny-only], modes: all, basis: A}\n"
        "  - {role: admin, title: A, modules: [], modes: all, basis: A}\n"
    )
    rows = read_pack(folder).pathways
    assert [row["modules"] for row in rows] == ["all", ["tiny-only", "more-only"], ["tiny-only"]]
    edit(folder, "pathways.yaml", "core: [tiny-only]", "core: [tiny-gone]")
    assert "core: 'tiny-gone' is not defined" in problems_of(folder)[0]
