"""What hours rest on: the formula, agendas and plans, and what claims too much."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalog.packs import PackError, bases_of, read_pack
from courses.catalog.packs.basis import credit_hours, text_minutes
from tests.courses.packs import BODY, edit, write_pack

MODULE = "01-only/module.yaml"
SESSION = "01-only/session.md"
RUBRIC = "01-only/rubric.yaml"
COACHING = "01-only/rubric-coaching.yaml"
CURRICULUM = Path(__file__).resolve().parents[3] / "content" / "curriculum"
FILM = """
```video
title: A film
src: files/film.mp4
captions: files/film.vtt
transcript: Nobody speaks.
minutes: 12.5
```
"""


def problems_of(folder):
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


def bases(folder):
    return {(basis.unit, basis.hours_type): basis for basis in bases_of(read_pack(folder))}


def reading(folder):
    """Return the basis of what is read in the first module of a pack with credit."""
    return bases(folder)["module:tiny-only", "self_paced"]


def minutes(words=0, questions=0, difficulty="1"):
    return text_minutes(words=words, questions=questions, difficulty=Decimal(difficulty))


# --- the formula ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "questions", "difficulty", "expected"),
    [
        (3774, 16, "2.5", "61.94"),  # the example that the authorities publish
        (0, 0, "1", "0.00"),  # 0.9 x (-22.3 + 15.5) is below nothing
        (0, 0, "5", "49.68"),
        (10_000, 10, "3", "65.61"),
    ],
)
def test_the_formula_gives_the_published_minutes(words, questions, difficulty, expected):
    assert minutes(words, questions, difficulty) == Decimal(expected)


def test_the_formula_does_not_add_up_over_parts():
    whole = minutes(4000, 16, "3")
    assert 2 * minutes(2000, 8, "3") - whole == Decimal("21.78")


@given(st.integers(0, 50_000), st.integers(0, 300), st.decimals(1, 5, places=1))
def test_more_words_questions_or_difficulty_never_mean_less_time(words, questions, difficulty):
    before = minutes(words, questions, difficulty)
    assert before >= 0
    assert minutes(words + 100, questions, difficulty) >= before
    assert minutes(words, questions + 1, difficulty) >= before
    assert minutes(words, questions, difficulty + 1) >= before


@pytest.mark.parametrize(
    ("time", "hours"),
    [
        ("0", "0"),
        ("14.99", "0"),
        ("15", "0.25"),
        ("29.99", "0.25"),
        ("61.94", "1"),
        ("89.99", "1.25"),
    ],
)
def test_hours_are_rounded_down_to_the_quarter(time, hours):
    assert credit_hours(Decimal(time)) == Decimal(hours)


@given(st.decimals(0, 10_000, places=2))
def test_rounding_gives_nothing_away_and_takes_less_than_a_quarter(time):
    hours = credit_hours(time)
    assert hours % Decimal("0.25") == 0
    assert 0 <= time - hours * 60 < 15


# --- what is counted ------------------------------------------------------------------------
def test_a_module_counts_its_words_questions_and_decisions(tmp_path):
    basis = reading(write_pack(tmp_path, lessons=2, credit=True))
    assert dict(basis.inputs) == {
        "words": "100",
        "questions of the test": "1",
        "checks in lessons": "2",
        "decisions in stories, the shortest way": "2",
        "difficulty": "5",
    }
    assert (basis.method, basis.raw_minutes, basis.supported, basis.claimed) == (
        "text",
        minutes(100, 5, "5"),
        Decimal("1.00"),
        Decimal("0.3"),
    )


def test_a_test_counts_the_questions_it_asks_not_those_of_its_bank(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, "01-only/quiz.yaml", "draw: 1", "draw: 3")
    assert reading(folder).inputs["questions of the test"] == "3"


def test_a_story_counts_its_shortest_way(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    assert reading(folder).inputs["decisions in stories, the shortest way"] == "1"
    edit(folder, "01-only/01-lesson.md", "tone: harms, next: null", "tone: harms, next: talk")
    assert reading(folder).inputs["decisions in stories, the shortest way"] == "2"


def test_a_film_counts_by_its_run_time(tmp_path):
    before = reading(write_pack(tmp_path / "without", credit=True, body=BODY))
    folder = write_pack(tmp_path, credit=True, body=BODY + FILM)
    (folder / "files" / "film.mp4").write_bytes(b"film")
    (folder / "files" / "film.vtt").write_text("WEBVTT")
    basis = reading(folder)
    assert basis.inputs["film minutes"] == "12.5"
    words = int(basis.inputs["words"]) - int(before.inputs["words"])
    assert words == 2  # The transcript is there to be read.
    assert basis.raw_minutes == minutes(52, 3, "5") + Decimal("12.5")


def test_the_live_session_rests_on_its_agenda_and_practice_on_its_plans(tmp_path):
    found = bases(write_pack(tmp_path, credit=True))
    told = {kind: (each.method, dict(each.inputs)) for (_unit, kind), each in found.items()}
    del told["self_paced"]
    assert told == {
        "live": ("agenda", {"minutes of the agenda": "30"}),
        "practice": ("plan", {"minutes of tiny-rubric": "30"}),
        "coaching": ("plan", {"minutes of tiny-coaching": "15"}),
    }
    assert {each.file for each in found.values()} == {MODULE}


def test_practice_without_a_plan_may_rest_on_an_agenda(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    (folder / RUBRIC).unlink()
    (folder / COACHING).unlink()
    guide = folder / SESSION
    parts = [f"```agenda\nmode: {kind}\nitems:\n  - {{minutes: {time}, title: Do}}\n```\n"
             for kind, time in (("practice", 30), ("coaching", 15))]  # fmt: skip
    guide.write_text(guide.read_text() + "\n" + "\n".join(parts))
    found = bases(folder)["module:tiny-only", "practice"]
    assert (found.method, found.raw_minutes) == ("agenda", 30)


def test_every_module_is_a_unit_of_its_own(tmp_path):
    found = bases(write_pack(tmp_path, credit=True, modules=2))
    assert {unit for unit, _kind in found} == {"module:tiny-only", "module:more-only"}
    assert len(found) == 8


def test_a_course_without_module_hours_is_one_unit(tmp_path):
    folder = write_pack(tmp_path, lessons=3)
    [basis] = bases_of(read_pack(folder))
    assert (basis.unit, basis.file, basis.hours_type) == (
        "course:tiny",
        "course.yaml",
        "self_paced",
    )
    assert basis.raw_minutes == minutes(150, 6, "5")


def test_a_course_that_claims_nothing_needs_no_basis(tmp_path):
    folder = write_pack(tmp_path)
    edit(folder, "course.yaml", "self_paced: 0.1", "self_paced: 0")
    edit(folder, "01-only/module.yaml", "minutes: 6", "minutes: 0")
    assert not [text for text in problems_of(folder) if "basis" in text or "difficulty" in text]


def test_the_reviewer_of_the_course_stands_behind_the_difficulty(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    assert reading(folder).reviewer == ""
    edit(folder, "course.yaml", "reviewed_by: null", "reviewed_by: Lucía Tafoya-Begay")
    assert reading(folder).reviewer == "Lucía Tafoya-Begay"


# --- what is refused ------------------------------------------------------------------------
def longer(folder, hours, time):
    """Let the module and its lesson say that they take this long."""
    edit(folder, MODULE, "minutes: 12", f"minutes: {time + 6}")
    edit(folder, MODULE, "self_paced: 0.2", f"self_paced: {hours}")
    edit(folder, "01-only/01-lesson.md", "minutes: 6", f"minutes: {time}")
    edit(folder, "course.yaml", "self_paced: 0.2", f"self_paced: {hours}")


def test_a_unit_that_claims_too_much_is_refused_with_what_was_counted(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, MODULE, "difficulty: 5", "difficulty: 2.5")
    longer(folder, 0.5, 24)
    assert problems_of(folder) == [
        "01-only/module.yaml:1: hours.self_paced: claims 0.5 h, its basis supports 0.25 h"
        " (22.41 minutes: words 50, questions of the test 1, checks in lessons 1, decisions in"
        " stories, the shortest way 1, difficulty 2.5)"
    ]
    edit(folder, MODULE, "difficulty: 2.5", "difficulty: 3.1")
    assert reading(folder).supported == Decimal("0.50")  # 30.78 minutes.


def test_minutes_short_of_a_quarter_hour_support_no_claim(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, MODULE, "difficulty: 5", "difficulty: 3")
    longer(folder, 0.4, 18)  # 24 minutes of the 29.38 that the text is worth.
    [problem] = problems_of(folder)
    assert "claims 0.4 h, its basis supports 0.25 h (29.38 minutes:" in problem


def test_a_course_that_claims_too_much_as_a_whole_is_refused(tmp_path):
    folder = write_pack(tmp_path)
    edit(folder, "course.yaml", "difficulty: 5", "difficulty: 1")
    [problem] = problems_of(folder)
    assert problem.startswith("course.yaml:1: hours.self_paced: claims 0.1 h, its basis supports 0")


def test_practice_with_neither_plan_nor_agenda_supports_nothing(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    rubric = folder / RUBRIC
    rubric.write_text(rubric.read_text().partition("plan:")[0])
    assert problems_of(folder) == [
        "01-only/module.yaml:1: hours.practice: claims 0.5 h, its basis supports 0.00 h"
        " (0 minutes: minutes of the agenda 0)"
    ]


@pytest.mark.parametrize("file", [MODULE, "course.yaml"])
def test_without_a_difficulty_no_text_is_worth_hours(tmp_path, file):
    folder = write_pack(tmp_path, credit=file == MODULE)
    edit(folder, file, "difficulty: 5\n", "")
    said = f"{file}:1: difficulty: is missing: an expert sets it, 1 easy to 5 very hard"
    assert said in problems_of(folder)


@pytest.mark.parametrize("difficulty", ["0", "0.9", "5.1", "hard"])
def test_a_difficulty_is_from_one_to_five(tmp_path, difficulty):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, MODULE, "difficulty: 5", f"difficulty: {difficulty}")
    assert [text for text in problems_of(folder) if ": difficulty: must be " in text]


DISAGREE = [
    # file, words before, words after, what is said
    ("course.yaml", "live: 0.5", "live: 1", "course.yaml:1: hours.live: the modules add up to 0.5"),
    ("course.yaml", "coaching: 0.25", "coaching: 0", "hours.coaching: the modules add up to 0.25"),
    ("course.yaml", "self_paced: 0.2", "self_paced: 0.3", "promises 0.3 h, the modules add up to"),
    (MODULE, "self_paced: 0.2", "self_paced: 0.1", "hours.self_paced: is 0.1 h, but minutes says"),
    (SESSION, "minutes: 20", "minutes: 15", "session.md: the live agenda adds up to 25 minutes"),
    (SESSION, "mode: live", "mode: coaching", "the coaching agenda adds up to 30 minutes"),
    (RUBRIC, "minutes: 20", "minutes: 21", "plan: adds up to 31 minutes, the hours are 30"),
    (COACHING, "hours: 0.25", "hours: 0.5", "hours.coaching: is 0.25 h, its rubrics give 0.5 h"),
    (RUBRIC, "mode: practice", "mode: coaching", "hours.practice: is 0.5 h, its rubrics give 0 h"),
    (RUBRIC, "mode: practice", "mode: live", "hours.live: are earned by the session"),
    (COACHING, "key: tiny-coaching", "key: tiny-rubric", "two rubrics have the key 'tiny-rubric'"),
    ("course.yaml", "modules: [01-only]", "modules: [01-only, 01-only]", "names something twice"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), DISAGREE)
def test_hours_that_do_not_add_up_are_refused(tmp_path, file, old, new, said):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, file, old, new)
    assert [text for text in problems_of(folder) if said in text]


def test_every_module_says_its_hours_or_none_does(tmp_path):
    folder = write_pack(tmp_path, credit=True, modules=2)
    module = folder / "02-more" / "module.yaml"
    module.write_text(module.read_text().partition("hours:")[0])
    assert "02-more/module.yaml:1: hours: is missing" in problems_of(folder)


@pytest.mark.parametrize(
    ("file", "key"), [("quiz.yaml", "quiz"), ("rubric.yaml", "rubric")], ids=["quiz", "rubric"]
)
def test_a_key_that_two_modules_share_would_be_earned_twice(tmp_path, file, key):
    folder = write_pack(tmp_path, credit=True, modules=2)
    edit(folder, f"02-more/{file}", f"key: more-{key}", f"key: tiny-{key}")
    assert [text for text in problems_of(folder) if f"have the key 'tiny-{key}'" in text]


@pytest.mark.parametrize("folder", sorted(CURRICULUM.glob("*/course.yaml")), ids=str)
def test_the_hours_of_the_curriculum_are_supported(folder):
    assert all(basis.enough for basis in bases_of(read_pack(folder.parent)))
