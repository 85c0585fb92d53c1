"""Check the MRSS 101 pack as plain files: complete, readable, sourced and safe to read."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from courses.catalog.packs.readability import grade

PACK = Path(__file__).resolve().parents[2] / "content" / "curriculum" / "mrss-101"
COURSE = yaml.safe_load((PACK / "course.yaml").read_text("utf-8"))
MODULES = COURSE["modules"]
LESSONS = sorted(PACK.glob("*/[0-9]*.md"))
QUIZ = yaml.safe_load((PACK / "07-check" / "quiz.yaml").read_text("utf-8"))
RUBRIC = yaml.safe_load((PACK / "04-team-and-family" / "rubric.yaml").read_text("utf-8"))

FENCE = re.compile(r"^```([a-z-]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INTERACTIONS = {"scenario", "knowledge-check", "reflection"}
# Values of these keys are shown to the reader; everything else in a block is structure.
SHOWN = {
    "title",
    "intro",
    "text",
    "question",
    "result_title",
    "result",
    "debrief",
    "feedback",
    "prompt",
    "hint",
    "description",
}


def lesson(path):
    """Split one lesson file into front matter, prose and (kind, block) pairs."""
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    blocks = [(kind, yaml.safe_load(text)) for kind, text in FENCE.findall(body)]
    return yaml.safe_load(front), FENCE.sub("", body), blocks


def shown(value, key=None):
    """Yield every text a reader sees in a block, without its YAML keys and ids."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from shown(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from shown(inner, key)
    elif key in SHOWN and isinstance(value, str):
        yield value


def reading(path):
    """Return all that a reader reads in one lesson."""
    _, prose, blocks = lesson(path)
    return "\n\n".join([prose, *(text for _, block in blocks for text in shown(block))])


def name(path):
    return f"{path.parent.name}/{path.stem}"


def everything():
    """Return the whole pack as one text, with the quiz, the rubric, the guide and the card."""
    return "\n".join(p.read_text("utf-8") for p in sorted(PACK.rglob("*")) if p.is_file())


def module(folder):
    return yaml.safe_load((PACK / folder / "module.yaml").read_text("utf-8"))


def test_every_folder_is_a_module_in_the_order_of_the_course():
    folders = sorted(p.parent.name for p in PACK.glob("*/module.yaml"))
    assert folders == MODULES
    assert len(MODULES) == 7


def test_minutes_add_up_to_ninety():
    minutes = [module(folder)["minutes"] for folder in MODULES]
    assert minutes == [10, 15, 15, 15, 15, 10, 10]
    assert COURSE["hours"]["self_paced"] * 60 == sum(minutes) == 90


@pytest.mark.parametrize("folder", MODULES)
def test_lesson_minutes_fill_the_module(folder):
    lessons = sum(lesson(p)[0]["minutes"] for p in LESSONS if p.parent.name == folder)
    has_quiz = (PACK / folder / "quiz.yaml").exists()
    expected = 1 if has_quiz else module(folder)["minutes"]
    assert lessons == expected


def test_keys_slugs_and_titles_are_unique():
    for field in ("key", "slug", "title"):
        values = [module(folder)[field] for folder in MODULES]
        assert len(set(values)) == len(values), field
    slugs = [lesson(path)[0]["slug"] for path in LESSONS]
    assert len(set(slugs)) == len(slugs)


def test_objectives_and_competencies_exist():
    known = set(COURSE["competencies"])
    assert known == {f"C{n}" for n in range(1, 12)}
    for folder in MODULES:
        goals = [goal["id"] for goal in module(folder)["objectives"]]
        assert len(set(goals)) == len(goals)
        assert set(module(folder)["competencies"]) <= known
        used = set()
        for path in LESSONS:
            if path.parent.name == folder:
                front = lesson(path)[0]
                assert set(front["competencies"]) <= known
                used |= set(front["objectives"])
        assert used <= set(goals)
        if folder != "07-check":
            assert used == set(goals), folder
    goals = {goal["id"] for goal in module("07-check")["objectives"]}
    assert {question["objective"] for question in QUIZ["questions"]} == goals
    assert {question["competency"] for question in QUIZ["questions"]} <= known
    assert {item["competency"] for item in RUBRIC["items"]} <= known


@pytest.mark.parametrize("path", LESSONS, ids=name)
def test_lesson_has_sources_and_an_interaction_and_awaits_review(path):
    front, _, blocks = lesson(path)
    assert front["sources"]
    for source in front["sources"]:
        assert set(source) == {"title", "publisher", "year", "url", "supports"}
        assert source["url"].startswith("https://")
    assert INTERACTIONS & {kind for kind, _ in blocks}
    assert front["reviewed_by"] is None
    assert str(front["review_due"]) == "2027-11-21"
    assert str(COURSE["review_due"]) == "2027-11-21" and COURSE["reviewed_by"] is None


@pytest.mark.parametrize("path", LESSONS, ids=name)
def test_block_ids_are_unique_and_every_option_has_feedback(path):
    _, _, blocks = lesson(path)
    ids = [block["id"] for kind, block in blocks if kind in INTERACTIONS]
    assert len(set(ids)) == len(ids)
    for kind, block in blocks:
        if kind == "knowledge-check":
            options = block["options"]
            assert [option["correct"] for option in options].count(True) == 1
            assert all(option["feedback"].strip() for option in options)
            assert len({option["id"] for option in options}) == len(options)
        if kind == "callout":
            assert block["kind"] in {"try", "note", "say", "warning", "help"}
        if kind == "download":
            assert (PACK / block["file"]).is_file()


@pytest.mark.parametrize("path", [p for p in LESSONS if p.parent.name.startswith("05")], ids=name)
def test_story_branches_and_always_ends(path):
    _, _, blocks = lesson(path)
    (story,) = [block for kind, block in blocks if kind == "scenario"]
    steps = story["steps"]
    assert len(steps) >= 3 and story["debrief"].strip()
    reached, queue = set(), [story["start"]]
    while queue:
        step = queue.pop()
        if step in reached:
            continue
        reached.add(step)
        queue += [c["next"] for c in steps[step]["choices"] if c["next"] is not None]
    assert reached == set(steps)
    order = list(steps)
    for key, step in steps.items():
        assert len({choice["id"] for choice in step["choices"]}) == len(step["choices"]) >= 2
        assert "helps" in {choice["tone"] for choice in step["choices"]}
        for choice in step["choices"]:
            assert choice["tone"] in {"helps", "mixed", "harms"}
            assert choice["result_title"].strip() and choice["result"].strip()
            # Going forward only: no reader is caught in a loop.
            assert choice["next"] is None or order.index(choice["next"]) > order.index(key)
    assert any(len({c["next"] for c in step["choices"]}) > 1 for step in steps.values())


@pytest.mark.parametrize("path", LESSONS, ids=name)
def test_lesson_reads_at_grade_ten_or_below(path):
    assert grade(reading(path)) <= 10


def test_known_text_has_the_published_grade():
    # 3 words, 3 syllables, 1 sentence: 0.39 * 3 + 11.8 - 15.59.
    assert grade("Sit with me.") == pytest.approx(-2.62)


def test_check_draws_ten_from_a_bank_of_sound_questions():
    questions = QUIZ["questions"]
    assert (QUIZ["key"], QUIZ["draw"], QUIZ["pass_percent"]) == ("mrss-101-check", 10, 80)
    assert QUIZ["attempts"] is None
    assert len(questions) >= 36
    assert len({question["id"] for question in questions}) == len(questions)
    assert len({question["stem"] for question in questions}) == len(questions)
    for question in questions:
        options = question["options"]
        assert question["type"] == "single" and question["difficulty"] in {1, 2, 3}
        assert [option["correct"] for option in options].count(True) == 1, question["id"]
        assert all(option["feedback"].strip() for option in options), question["id"]
        assert len({option["id"] for option in options}) == len(options) >= 3


def test_place_and_length_do_not_give_the_answer_away():
    places, longest = Counter(), 0
    for question in QUIZ["questions"]:
        options = question["options"]
        right = next(i for i, option in enumerate(options) if option["correct"])
        places[right] += 1
        longest += len(options[right]["text"]) == max(len(o["text"]) for o in options)
    assert max(places.values()) - min(places.values()) <= 2
    assert longest <= len(QUIZ["questions"]) * 0.5


def test_rubric_has_observable_items_with_four_anchors():
    items = RUBRIC["items"]
    assert (RUBRIC["key"], RUBRIC["benchmark_percent"]) == ("engagement-conversation", 80)
    assert RUBRIC["mode"] == "practice" and RUBRIC["hours"] == 0.5
    assert 6 <= len(items) <= 8 and len({item["id"] for item in items}) == len(items)
    assert sum(item["critical"] for item in items) == 2
    assert all(list(item["anchors"]) == [0, 1, 2, 3] for item in items)


@pytest.mark.parametrize("path", LESSONS, ids=name)
def test_988_is_named_where_suicide_or_sharp_distress_is_spoken_of(path):
    front, _, _ = lesson(path)
    text = reading(path)
    distress = re.search(r"suicid|self-harm|overdose|sobbed|screamed", text, re.IGNORECASE)
    if distress or front.get("content_warning"):
        assert "988" in text


def test_988_is_named_in_the_check_the_guide_and_the_card():
    for file in ("07-check/quiz.yaml", "04-team-and-family/session.md"):
        assert "988" in (PACK / file).read_text("utf-8"), file
    assert "988" in (PACK / "files" / "when-to-call-mrss.html").read_text("utf-8")


def test_suicide_is_spoken_of_safely():
    text = everything().lower()
    for words in (
        r"commit\w*\s+suicide",
        r"(?:un)?success\w*\s+(?:suicide|attempt)",
        r"failed\s+(?:suicide|attempt)",
        r"complet\w*\s+suicides?\b",
        r"suicide\s+(?:epidemic|gesture|victim)",
        r"suicidal\s+(?:child|teen|youth|kid|patient)",
        r"suffer\w*\s+from",
        r"attention[- ]seeking",
        r"\baddicts?\b",
        r"\bjunkie|\bcrazy\b|\binsane\b|\bpsycho\b",
        r"high[- ]functioning|low[- ]functioning|wheelchair[- ]bound|\bretard",
        r"illegal\s+(?:alien|immigrant)",
    ):
        assert not re.search(words, text), words


def test_no_method_is_described():
    text = everything().lower()
    for words in (
        r"\bhang(?:ing|ed)?\s+(?:him|her|them|my|your)self",
        r"\bhanged\b|\bnoose\b|\bligature\b|asphyxi|strangl",
        r"\bslit|\bcut(?:ting)?\s+(?:his|her|their|my|your)?\s*(?:wrist|arm)",
        r"\bjump(?:ed|ing)?\s+(?:off|from)\b",
        r"\bshot\s+(?:him|her|them)sel",
        r"\boverdosed?\s+on\b|\b\d+\s+(?:pills|tablets|mg)\b",
    ):
        assert not re.search(words, text), words


def test_no_tool_that_needs_a_licence_is_copied():
    text = everything()
    for words in ("C-SSRS", "Columbia", "QPR", "ASIST", "PHQ-9", "ASQ", "Stanley"):
        assert words not in text, words


def test_licence_names_the_terms_and_the_legal_code():
    text = (PACK.parent / "LICENSE").read_text("utf-8")
    assert COURSE["license"] == "CC-BY-4.0"
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text
