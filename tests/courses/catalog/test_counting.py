"""Counting packs: what is counted, and each thing that should not be taught yet."""

import re

import pytest

from courses.catalog.packs import count_lines, count_pack
from tests.courses.packs import BODY, CREDIT_QUIZ, GUIDE, edit, write_pack

LESSON = "01-only/01-lesson.md"
MODULE = "01-only/module.yaml"
QUIZ = "01-only/quiz.yaml"
SESSION = "01-only/session.md"
HARD = (
    "Organizational administrators systematically operationalize multidisciplinary"
    " interventions notwithstanding institutional considerations. "
)


@pytest.fixture
def folder(tmp_path):
    return write_pack(tmp_path, lessons=2, credit=True)


def problems_of(folder):
    return [str(problem) for problem in count_pack(folder=folder).problems]


# --- what is counted ------------------------------------------------------------------------
def test_a_pack_without_fault_is_counted_whole(folder):
    count = count_pack(folder=folder)
    assert count.problems == ()
    [module] = count.modules
    assert (count.course_key, count.words, module.key) == ("tiny", 100, "tiny-only")
    assert (module.bank, module.drawn, dict(module.positions)) == (3, 1, {"1": 1, "2": 1, "3": 1})
    assert (module.role_plays, module.rubric_items) == (2, 2)
    assert dict(module.hours) == {
        "self_paced": "0.30",
        "live": "0.50",
        "practice": "0.50",
        "coaching": "0.25",
    }
    assert dict(count.competencies) == {"C1": ("tiny-only",)}
    assert [basis.hours_type for basis in count.bases] == [
        "self_paced",
        "live",
        "practice",
        "coaching",
    ]
    lesson = module.lessons[0]
    assert (lesson.words, lesson.minutes, lesson.sources) == (50, 6, 1)
    assert (lesson.checks, lesson.stories, lesson.reflections) == (1, 1, 1)
    assert (lesson.missing_alt, lesson.dead_links) == (0, 0)


def test_the_lines_say_counts_basis_and_totals(folder):
    lines = count_lines(count=count_pack(folder=folder))
    assert lines[0] == "tiny: 1 modules, 100 words in lessons"
    [basis] = [line for line in lines if re.match(r"  module:tiny-only +self_paced", line)]
    assert basis.split() == ["module:tiny-only", "self_paced", "text", "62.38", "1.00", "0.3"]
    assert lines[-2] == (
        "Hours in all: 1.55 (self_paced 0.30, live 0.50, practice 0.50, coaching 0.25)"
    )
    assert lines[-1] == (
        "Totals: 2 lessons, 100 words, hardest grade -1.3, 3 questions in banks for 1 asked,"
        " 2 checks, 2 stories, 2 role-plays, 0 pictures without alt text, 0 lessons without"
        " sources, 0 dead links, 0 problems"
    )


def test_what_claims_too_much_is_marked(folder):
    edit(folder, MODULE, "difficulty: 5", "difficulty: 1")
    lines = count_lines(count=count_pack(folder=folder))
    assert [line for line in lines if line.endswith("  TOO MUCH")]
    assert [text for text in problems_of(folder) if "claims 0.3 h" in text]


# --- what is refused ------------------------------------------------------------------------
VIOLATIONS = {
    "a hard lesson": (
        LESSON, "Words of lesson with *care*.", HARD * 8, "reads at grade ",
    ),
    "a lesson without sources": (
        LESSON, BODY, BODY, "sources: is missing",
    ),
    "a source that supports nothing": (
        LESSON, "    supports: What it supports.\n", "", "'A guide' needs url and supports",
    ),
    "a source without an address": (
        LESSON, "    url: https://example.org/guide\n", "", "'A guide' needs url and supports",
    ),
    "a lesson without a review date": (
        LESSON, "review_due: 2027-11-21", "review_due: null", f"{LESSON}: review_due: is missing",
    ),
    "a course without a review date": (
        "course.yaml", "review_due: 2027-11-21", "review_due: null",
        "course.yaml: review_due: is missing",
    ),
    "a dead link to a file": (
        LESSON, "*care*", "[care](files/gone.pdf)", "the link 'files/gone.pdf' leads nowhere",
    ),
    "a dead link to a page": (
        LESSON, "They sit too.", '"[They](../02-lesson.md) sit."',
        "the link '../02-lesson.md' leads nowhere",
    ),
    "a competency that nobody covers": (
        "course.yaml", "{C1: Calm}", "{C1: Calm, C2: Courage}", "no module covers C2 Courage",
    ),
    "an objective that no lesson teaches": (
        MODULE, "competencies: [C1]",
        "  - {id: O2, text: Breathe.}\ncompetencies: [C1]", f"{MODULE}: no lesson teaches O2",
    ),
    "an objective that no question asks about": (
        MODULE, "competencies: [C1]",
        "  - {id: O2, text: Breathe.}\ncompetencies: [C1]", f"{QUIZ}: no question asks about O2",
    ),
    "a bank smaller than three times the draw": (
        QUIZ, "draw: 1", "draw: 2", "has 3 questions for 2 asked; at least 6 are needed",
    ),
    "a question asked twice": (
        QUIZ, "stem: What next?", "stem: Which one?", "asks twice: 'Which one?'",
    ),
    "a right answer that is the longest": (
        QUIZ, "text: To stay", "text: To stay a little longer",
        "the right answer is the longest in 2 of 3",
    ),
    "a guide that is one role-play short": (
        SESSION, GUIDE[GUIDE.index("```role-play\nid: phone") : GUIDE.index("Say thank")], "",
        "has 1 role-plays with briefs; two at least are needed",
    ),
    "a file that the guide names and nobody wrote": (
        SESSION, "Hand out files/aid.html", "Hand out files/gone-2.docx",
        "there is no file 'files/gone-2.docx' in the pack",
    ),
    "a unit that claims too much": (
        MODULE, "difficulty: 5", "difficulty: 1", "hours.self_paced: claims 0.3 h",
    ),
}  # fmt: skip


def violate(folder, name):
    """Break a sound pack in one way; return what is said of it."""
    file, old, new, said = VIOLATIONS[name]
    if name == "a lesson without sources":
        path = folder / file
        path.write_text(re.sub(r"sources:\n(?: .*\n)+", "sources: []\n", path.read_text()))
    elif name == "a right answer that is the longest":
        edit(folder, file, "text: This one", "text: This one of all")
        edit(folder, file, old, new)
    else:
        edit(folder, file, old, new)
    return said


@pytest.mark.parametrize("name", VIOLATIONS)
def test_each_violation_is_named_with_its_file(folder, name):
    said = violate(folder, name)
    [found] = [text for text in problems_of(folder) if said in text]
    assert found.startswith(VIOLATIONS[name][0].split("/")[0])


def test_a_lesson_with_nothing_to_do_is_named(folder):
    path = folder / LESSON
    path.write_text(path.read_text().replace(BODY, "Only words.\n"))
    assert f"{LESSON}: has nothing to do: add a story, a check or a reflection" in problems_of(
        folder
    )


@pytest.mark.parametrize("kind", ["scenario", "knowledge-check", "reflection"])
def test_one_thing_to_do_is_enough(folder, kind):
    block = BODY[BODY.index(f"```{kind}") :]
    block = block[: block.index("\n```\n", 3) + 5]
    path = folder / LESSON
    path.write_text(path.read_text().replace(BODY, f"Words.\n\n{block}"))
    assert problems_of(folder) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/x",
        "mailto:alma@example.org",
        "tel:988",
        "#top",
        "/learn/tiny/",
        "/me/",
        "files/aid.html",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(folder, link):
    edit(folder, LESSON, "*care*", f"[care]({link})")
    assert problems_of(folder) == []


def test_a_dead_link_counts_once_however_often_it_is_there(folder):
    edit(folder, LESSON, "*care*", "[care](x.md) and [care](x.md) and [more](y.md)")
    assert count_pack(folder=folder).modules[0].lessons[0].dead_links == 2


def question(number, right):
    options = [
        f"      - {{id: {letter}, text: Answer {letter}, correct: {str(letter == right).lower()},"
        " feedback: F.}\n"
        for letter in "abc"
    ]
    return (
        f"  - id: q{number}\n    stem: Story {number}?\n    options:\n{''.join(options)}"
        "    objective: O1\n    competency: C1\n"
    )


@pytest.mark.parametrize(
    ("places", "balanced"),
    [("abcabc", True), ("aaabbc", True), ("aaabbb", False), ("aaaabc", False), ("bbbccc", False)],
)
def test_right_answers_stand_in_every_place(folder, places, balanced):
    head = CREDIT_QUIZ.partition("  - id: q1")[0]
    bank = [question(number, right) for number, right in enumerate(places, start=1)]
    (folder / QUIZ).write_text(head + "".join(bank))
    found = [text for text in problems_of(folder) if "right answers stand in places" in text]
    assert (found == []) is balanced


@pytest.mark.parametrize("field", ["objective", "competency"])
def test_a_question_without_objective_or_competency_is_named(folder, field):
    value = {"objective": "O1", "competency": "C1"}[field]
    path = folder / QUIZ
    path.write_text(path.read_text().replace(f"    {field}: {value}\n", "", 1))
    assert problems_of(folder) == [f"{QUIZ}: q1: needs an objective and a competency"]


def test_a_module_with_live_hours_needs_a_guide(folder):
    (folder / SESSION).unlink()
    found = problems_of(folder)
    assert f"{SESSION}: is missing: the module has live hours" in found


def test_a_module_without_live_hours_needs_none(tmp_path):
    folder = write_pack(tmp_path)
    assert problems_of(folder) == [f"{LESSON}: review_due: is missing"]


def test_a_picture_without_words_is_counted(folder):
    edit(folder, LESSON, "Words of lesson", "```image\nsrc: files/a.png\n```\n\nWords of lesson")
    (folder / "files" / "a.png").write_bytes(b"png")
    count = count_pack(folder=folder)
    assert count.modules[0].lessons[0].missing_alt == 1
    assert [text for text in map(str, count.problems) if "alt: is missing" in text]


def test_a_pack_that_cannot_be_read_is_counted_as_far_as_it_can(folder):
    (folder / QUIZ).write_text("key: [")
    count = count_pack(folder=folder)
    assert count.words == 100 and count.modules[0].bank == 0
    assert [text for text in map(str, count.problems) if text.startswith(QUIZ) and "YAML" in text]
    (folder / "course.yaml").write_text("key: [")
    assert count_pack(folder=folder).modules == ()
    assert problems_of(folder)
