"""Hold the 40-hour curriculum to its own promises: whole, honest about hours, original, safe."""

import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from courses.catalog.packs import count_pack, read_pack
from courses.catalog.packs.readability import text_of

CURRICULUM = Path(__file__).resolve().parents[2] / "content" / "curriculum"
FOLDER = CURRICULUM / "mrss-core-40"
PACK = read_pack(FOLDER)
COUNT = count_pack(folder=FOLDER)
LESSONS = [(module, lesson) for module in PACK.modules for lesson in module.lessons]
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
SECTIONS = [
    "Purpose",
    "Prepare",
    "Activities",
    "Discussion prompts",
    "Common mistakes",
    "Accessibility",
    "On video",
    "Look after people",
]
# module: self-paced, live, practice, coaching, questions asked, pass mark
TABLE = {
    "core40-m01": ("1.5", "1.0", "0.0", "0.0", 10, 80),
    "core40-m02": ("1.0", "1.0", "0.5", "0.0", 8, 80),
    "core40-m03": ("1.0", "2.0", "0.0", "0.0", 10, 80),
    "core40-m04": ("1.5", "1.5", "0.0", "0.0", 12, 80),
    "core40-m05": ("1.0", "1.5", "1.5", "0.0", 8, 80),
    "core40-m06": ("1.0", "1.0", "0.5", "0.0", 8, 80),
    "core40-m07": ("1.5", "1.5", "1.0", "0.0", 10, 80),
    "core40-m08": ("1.5", "2.0", "1.0", "0.0", 15, 85),
    "core40-m09": ("1.0", "1.5", "1.0", "0.0", 8, 80),
    "core40-m10": ("1.5", "0.5", "0.5", "0.0", 10, 80),
    "core40-m11": ("1.0", "0.5", "0.0", "0.0", 8, 80),
    "core40-m12": ("1.0", "1.5", "0.5", "0.0", 8, 80),
    "core40-m13": ("1.0", "0.5", "0.0", "0.0", 10, 80),
    "core40-m14": ("0.0", "0.0", "1.0", "1.0", None, None),
}
KINDS = ("self_paced", "live", "practice", "coaching")


def name(pair):
    return pair[0].key + "/" + pair[1].slug


def words_of(path):
    return path.read_text("utf-8")


def everywhere(pattern, *, but=()):
    """Return where a pattern stands in the words of the pack, as "file: words around it"."""
    found = []
    for path in FILES:
        if path.name in but:
            continue
        text = " ".join(words_of(path).split())
        for match in re.finditer(pattern, text, re.IGNORECASE):
            around = text[max(0, match.start() - 40) : match.end() + 30]
            found.append(f"{path.relative_to(FOLDER)}: {around}")
    return found


def test_the_check_finds_nothing_wrong():
    assert [str(problem) for problem in COUNT.problems] == []


def test_hours_are_forty_and_each_module_has_its_own():
    assert {kind: PACK.hours[kind] for kind in KINDS} == {
        "self_paced": Decimal("15.5"),
        "live": Decimal("16.0"),
        "practice": Decimal("7.5"),
        "coaching": Decimal("1.0"),
    }
    assert sum(PACK.hours.values()) == 40
    table = {each.key: tuple(str(each.hours[kind]) for kind in KINDS) for each in PACK.modules}
    assert table == {key: row[:4] for key, row in TABLE.items()}


def test_all_hours_rest_on_a_basis_that_supports_them():
    claimed = {(basis.unit, basis.hours_type): basis.claimed for basis in COUNT.bases}
    assert sum(claimed.values()) == 40
    assert all(basis.enough for basis in COUNT.bases)


def test_every_competency_is_taught():
    assert list(PACK.competencies) == [f"C{number}" for number in range(1, 12)]
    assert all(COUNT.competencies.values())


@pytest.mark.parametrize("module", PACK.modules, ids=lambda module: module.key)
def test_a_module_has_lessons_objectives_and_a_quiz_as_its_hours_ask(module):
    *_hours, asked, mark = TABLE[module.key]
    assert 3 <= len(module.objectives) <= 5
    assert module.summary and "TO WRITE" not in module.summary
    if asked is None:
        assert (module.lessons, module.quiz) == ((), None)
        return
    assert 4 <= len(module.lessons) <= 6
    assert (module.quiz["draw"], module.quiz["pass_percent"]) == (asked, mark)
    assert len(module.quiz["questions"]) >= 3 * asked
    kinds = [block.kind for lesson in module.lessons for block in lesson.blocks]
    assert "scenario" in kinds
    assert "download" in kinds or module.downloads


@pytest.mark.parametrize("pair", LESSONS, ids=name)
def test_a_lesson_has_sources_something_to_do_and_waits_for_review(pair):
    _module, lesson = pair
    assert lesson.sources and all(each["url"].startswith("https://") for each in lesson.sources)
    assert {block.kind for block in lesson.blocks} & {"scenario", "knowledge-check", "reflection"}
    assert lesson.reviewed_by == "" and str(lesson.review_due) == "2027-11-21"


@pytest.mark.parametrize("pair", LESSONS, ids=name)
def test_988_is_named_where_suicide_or_sharp_distress_is_spoken_of(pair):
    _module, lesson = pair
    text = text_of(lesson)
    if re.search(r"suicid|self-injur|overdos|died\b", text, re.IGNORECASE):
        assert "988" in text or "988" in lesson.content_warning


@pytest.mark.parametrize("pair", LESSONS, ids=name)
def test_a_check_has_one_right_answer_and_every_answer_says_why(pair):
    _module, lesson = pair
    for block in lesson.blocks:
        if block.kind == "knowledge-check":
            options = block.value["options"]
            assert sum(option["correct"] for option in options) == 1, block.value["id"]
            assert len({option["feedback"] for option in options}) == len(options)
        if block.kind == "scenario":
            for step in block.value["steps"]:
                assert "helps" in {choice["tone"] for choice in step["choices"]}
            ends = {choice["next"] for step in block.value["steps"] for choice in step["choices"]}
            assert block.value["debrief"] and len(ends) > 2, block.value["id"]


@pytest.mark.parametrize(
    "module", [each for each in PACK.modules if each.hours["live"]], ids=lambda module: module.key
)
def test_a_guide_can_be_run_by_a_trainer_who_has_never_seen_it(module):
    text = module.guide_text
    assert re.findall(r"^## (.+?)\s*$", text, re.MULTILINE) == SECTIONS
    assert [block.value["mode"] for block in module.guide if block.kind == "agenda"] == ["live"]
    plays = [block.value for block in module.guide if block.kind == "role-play"]
    assert len(plays) >= 2
    assert all(len(part["brief"]) > 80 for play in plays for part in play["parts"][:2])
    assert "988" in text


@pytest.mark.parametrize(
    "rubric",
    [rubric for module in PACK.modules for rubric in module.rubrics],
    ids=lambda rubric: rubric["key"],
)
def test_a_rubric_can_be_scored(rubric):
    assert rubric["benchmark_percent"] >= 80
    assert 4 <= len(rubric["items"]) <= 14
    for item in rubric["items"]:
        assert len(set(item["anchors"].values())) == 4
    if Decimal(rubric["hours"]):
        assert rubric["plan"] and any(item["critical"] for item in rubric["items"])


def test_the_simulation_has_a_dispatch_sheet_two_cases_and_a_readiness_review():
    module = PACK.modules[-1]
    plays = [block.value for block in module.guide if block.kind == "role-play"]
    assert len(plays) >= 2
    agendas = {block.value["mode"] for block in module.guide if block.kind == "agenda"}
    assert agendas == {"practice", "coaching"}
    assert [rubric["mode"] for rubric in module.rubrics] == ["practice", "coaching"] or {
        rubric["mode"] for rubric in module.rubrics
    } == {"practice", "coaching"}
    names = " ".join(each["file"] for each in module.downloads)
    assert "dispatch" in names and "coaching-plan" in names


# What must not be said. The job aid on words and the lessons that teach it name some of these to
# be left out; the last part of each row says in which files.
UNSAID = [
    (r"commit\w*\s+suicide", ("m08-words-that-help.html",)),
    (r"(?<!un)success\w*\s+(?:suicide|attempt)", ("m08-words-that-help.html",)),
    (r"failed\s+(?:suicide|attempt)", ("m08-words-that-help.html",)),
    (r"complet\w*\s+suicides?\b", ("m08-words-that-help.html",)),
    (r"suicide\s+(?:epidemic|gesture|victim)", ("m08-words-that-help.html",)),
    (r"suffer\w*\s+from\b", ()),
    (r"\bjunkie|\bpsycho\b|\bretard", ()),
    (r"wheelchair[- ]bound|confined to a wheelchair", ()),
    (r"illegal\s+(?:alien|immigrant)", ()),
    (r"press(?:es|ing)? (?:3|three)\b", ()),
    (r"\bhanged\b|\bnoose\b|\bligature\b|asphyxi", ()),
    (r"\bslit\b|cut(?:ting)?\s+(?:his|her|their|my|your)\s*(?:wrist|arm)", ()),
    (r"\bjump(?:ed|ing)?\s+(?:off|from)\s+(?:a |the )?(?:roof|bridge|building|balcony|window)", ()),
    (r"\bshot\s+(?:him|her|them)sel", ()),
    (r"\b\d+\s+(?:pills|tablets|mg)\b", ()),
]


@pytest.mark.parametrize(("pattern", "but"), UNSAID, ids=[pattern for pattern, _ in UNSAID])
def test_some_words_are_left_out(pattern, but):
    assert everywhere(pattern, but=but) == []


# Openings of items of published or licensed instruments, enough to know them again.
LICENSED = [
    "wished you were dead or wished you could go to sleep",
    "actually had any thoughts of killing yourself",
    "in the past few weeks, have you wished",
    "felt that you or your family would be better off",
    "little interest or pleasure in doing",
    "ridden in a car driven by someone",
    "in the past year, how many times have you used",
    "making the environment safe",
    "people and social settings that provide distraction",
]


@pytest.mark.parametrize("words", LICENSED)
def test_no_instrument_is_reproduced(words):
    assert everywhere(re.escape(words)) == []


def test_the_law_of_a_state_is_left_to_the_state():
    rules = {
        block.value["id"]
        for _module, lesson in LESSONS
        for block in lesson.blocks
        if block.kind == "local-rule"
    }
    assert {"mandated-report", "minor-consent"} <= rules


def test_no_two_lessons_say_the_same_twelve_words():
    """Only the offer of help, with 988, may be the same twice; 101 is another course's text."""
    other = read_pack(CURRICULUM / "mrss-101")
    every = [(name(pair), pair[1]) for pair in LESSONS]
    every += [(f"101/{each.slug}", each) for module in other.modules for each in module.lessons]
    seen = defaultdict(set)
    for label, lesson in every:
        words = re.findall(r"\w+", text_of(lesson).lower())
        for start in range(len(words) - 11):
            run = tuple(words[start : start + 12])
            if "988" not in run and "988lifeline" not in run:
                seen[run].add(label)
    shared = sorted(
        f"{sorted(labels)}: {' '.join(run)}" for run, labels in seen.items() if len(labels) > 1
    )
    assert shared == []


def test_no_two_questions_of_the_course_are_the_same():
    stems = defaultdict(list)
    for module in PACK.modules:
        for question in (module.quiz or {"questions": []})["questions"]:
            stems[" ".join(question["stem"].lower().split())].append(question["id"])
    assert [ids for ids in stems.values() if len(ids) > 1] == []
