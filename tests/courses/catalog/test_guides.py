"""Facilitator guides: their parts, their times, and what is said of a broken one."""

import pytest

from courses.catalog.guides import guide_parts
from courses.catalog.packs import PackError, read_pack
from tests.courses.packs import GUIDE, edit, write_pack

SESSION = "01-only/session.md"


def problems_of(folder):
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


def said(text):
    return [str(problem) for problem in guide_parts(text)[1]]


def line_of(text, words):
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


# --- drawn ----------------------------------------------------------------------------------
def test_a_guide_is_drawn_in_parts_without_its_title():
    parts, problems = guide_parts(GUIDE)
    assert problems == ()
    assert [part.kind for part in parts] == ["shared", "agenda", "role_play", "role_play", "shared"]
    assert "Hand out files/aid.html" in parts[0].values["html"]
    assert "The session" not in parts[0].values["html"]


def test_an_agenda_says_when_each_step_begins():
    [part] = guide_parts(
        "```agenda\nitems:\n"
        "  - {minutes: 25, title: One}\n"
        "  - {minutes: 30, title: Two, text: Say *this*.}\n"
        "  - {minutes: 5, title: Three}\n"
        "  - {minutes: 65, title: Four}\n```\n"
    )[0]
    rows = part.values["rows"]
    assert [row["begins"] for row in rows] == ["0:00", "0:25", "0:55", "1:00"]
    assert [row["title"] for row in rows] == ["One", "Two", "Three", "Four"]
    assert "<em>this</em>" in rows[1]["text"]
    assert (part.values["mode"], part.values["total"]) == ("live", 125)


def test_a_role_play_has_a_brief_for_each_part():
    play = guide_parts(GUIDE)[0][2].values
    assert play["title"] == "At the door"
    assert [part["who"] for part in play["parts"]] == ["A parent", "A responder"]
    assert "You are tired." in play["parts"][0]["brief"]
    assert "Two chairs." in play["setup"]
    assert "Who sits down first?" in play["watch_for"]
    assert "What helped?" in play["debrief"]


def test_unsafe_words_of_a_guide_are_not_drawn():
    [part], problems = guide_parts("<script>alert(1)</script> Fine [a](javascript:x)")
    assert problems == ()
    assert "Fine" in part.values["html"]
    assert "<script" not in part.values["html"] and "javascript:" not in part.values["html"]


# --- broken ---------------------------------------------------------------------------------
BROKEN = [
    # words before, words after, what is said
    ("title: Arrive, ", "", "items[1].title: is missing"),
    ("minutes: 20", "minutes: long", "items[2].minutes: must be a whole number"),
    ("minutes: 20", "minutes: 0", "items[2].minutes: must be from 1 to 600"),
    ("mode: live", "mode: self_paced", "mode: must be one of live, practice, coaching"),
    ("- {who: A caller, brief: You are afraid.}", "", "parts: must be a list of 2 or more"),
    ("who: A caller, ", "", "parts[1].who: is missing"),
    ("id: phone", "id: door", "id: 'door' is used twice"),
    ("setup: Two chairs.\n", "", "setup: is missing"),
    ("debrief: What helped?", "debrief: What helped?\nhelp: x", "help: is not a field of this"),
    ("```role-play\nid: door", "```roleplay\nid: door", "unknown block 'roleplay': use agenda"),
    ("title: At the door", "title: [At", "YAML:"),
    ("What did you hear?\n```", "What did you hear?", "the block 'role-play' is not closed"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_a_broken_guide_is_told_as_a_problem_not_raised(old, new, words):
    assert old in GUIDE
    assert [text for text in said(GUIDE.replace(old, new)) if words in text]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_a_pack_with_a_broken_guide_is_refused(tmp_path, old, new, words):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, SESSION, old, new)
    assert [text for text in problems_of(folder) if words in text and text.startswith(SESSION)]


def test_what_is_sound_of_a_broken_guide_is_still_drawn():
    parts, problems = guide_parts(GUIDE.replace("```role-play\nid: door", "```dance\nid: door"))
    assert len(problems) == 1
    assert [part.kind for part in parts] == ["shared", "agenda", "role_play", "shared"]


@pytest.mark.parametrize("title", ["# The session\n", ""])
def test_a_problem_names_the_line_as_written(title):
    text = f"{title}\nWords.\n\n```dance\nid: x\n```\n\n```agenda\nitems: none\n```\n"
    assert said(text) == [
        f"session.md:{line_of(text, 'dance')}: unknown block 'dance': use agenda, role-play",
        f"session.md:{line_of(text, 'items: none')}: items: must be a list of 1 or more",
    ]


def test_a_pack_names_the_line_of_an_unknown_block(tmp_path):
    folder = write_pack(tmp_path, credit=True)
    edit(folder, SESSION, "Say thank you.", "```dance\nid: x\n```")
    line = line_of((folder / SESSION).read_text(), "dance")
    assert problems_of(folder) == [
        f"{SESSION}:{line}: unknown block 'dance': use agenda, role-play"
    ]


@pytest.mark.parametrize("text", ["", "\n", "# Only a title", "# Only a title\n"])
def test_an_empty_guide_has_no_parts(text):
    assert guide_parts(text) == ([], ())
