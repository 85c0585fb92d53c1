"""Counting words and school years, on texts whose counts are known."""

import pytest

from courses.catalog.packs import read_pack
from courses.catalog.packs.readability import count_words, grade, text_of
from tests.courses.packs import edit, write_pack

LESSON = "01-only/01-lesson.md"


def formula(words, sentences, syllables):
    """Return the grade as Kincaid and others published it (1975)."""
    return pytest.approx(0.39 * words / sentences + 11.8 * syllables / words - 15.59)


def lesson_text(tmp_path, body):
    pack = read_pack(write_pack(tmp_path, body=body))
    return text_of(pack.modules[0].lessons[0])


# --- how hard a text is ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words", "sentences", "syllables"),
    [
        ("The cat sat on the mat.", 6, 1, 6),
        ("The cat sat on the mat", 6, 1, 6),
        ("Sit down. Wait. Breathe.", 4, 3, 4),
        ("Is it late? Yes! He said “Go.” Then he left.", 10, 4, 10),
        ("The water is under the table.", 6, 1, 9),
        ("Don’t go.", 2, 1, 2),
        ("Call 988 now.", 2, 1, 2),  # A number has no syllables to count.
    ],
)
def test_the_grade_is_that_of_the_published_formula(text, words, sentences, syllables):
    assert grade(text) == formula(words, sentences, syllables)


def test_a_text_without_words_has_no_grade():
    assert grade("") == grade("988 … 12:30\n\n- *") == 0.0


def test_longer_words_are_harder():
    assert grade("The administration established a municipal organization.") > 10
    assert grade("The town set up a club.") < 3


@pytest.mark.parametrize(
    "text",
    [
        "Bring these:\n\n- a coat\n- a cup\n- a pen",
        "Bring these:\n- a coat\n- a cup\n- a pen",
        "Bring these:\n\n* a coat\n* a cup\n* a pen",
        "Bring these:\n\n1. a coat\n2. a cup\n3. a pen",
        "Bring these:\n\n> a coat\n\n| a cup |\n| a pen |",
    ],
    ids=["list", "tight list", "stars", "numbers", "quotation and table"],
)
def test_an_item_of_a_list_ends_a_sentence(text):
    assert grade(text) == formula(words=8, sentences=4, syllables=8)


def test_a_line_that_is_only_wrapped_ends_nothing():
    assert grade("Bring a coat\nand a cup.") == grade("Bring a coat and a cup.")


def test_the_point_of_a_number_ends_nothing():
    assert grade("Wait 1.5 more.") == formula(words=2, sentences=1, syllables=2)


# --- what is counted ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One two, three.", 3),
        ("Call 988 at 12:30 on 1,000 days", 7),
        ("don’t well-being and/or", 3),
        ("— * … “”", 0),
        ("**Bold** and _soft_", 3),
    ],
)
def test_words_and_numbers_count_and_marks_do_not(text, count):
    assert count_words(text) == count


def test_titles_headings_and_front_matter_are_not_counted(tmp_path):
    text = lesson_text(
        tmp_path,
        "## A heading of five words\n\nThree words here.\n\n### Another\n\nTwo more.\n\n"
        "```reflection\nid: r\ntitle: NO TITLE\nprompt: Think.\nhint: Twice.\n```\n"
        "```callout\nkind: note\ntitle: NO TITLE\ntext: Note it.\n```\n",
    )
    assert count_words(text) == 9
    assert "heading" not in text and "TITLE" not in text and "Lesson 1" not in text


def test_every_part_that_a_learner_reads_is_counted(tmp_path):
    folder = write_pack(tmp_path)
    text = text_of(read_pack(folder).modules[0].lessons[0])
    for words in (
        "Words of lesson",
        "Somebody knocks.",
        "It is quiet.",
        "What do you do?",
        "Sit down",
        "They sit too.",
        "DEBRIEF here.",
        "This one",
        "FEEDBACK-RIGHT",
        "What would you keep?",
        "One sentence.",
        "To print.",
    ):
        assert words in text
    for words in ("RESULT-SIT", "At the door", "Quick", "helps", "aid.html", "A publisher"):
        assert words not in text


def test_sources_and_objectives_add_no_words(tmp_path):
    folder = write_pack(tmp_path)
    before = text_of(read_pack(folder).modules[0].lessons[0])
    edit(folder, LESSON, "supports: What it supports.", "supports: Very many other words.")
    edit(folder, LESSON, "title: Lesson 1", "title: A much longer title")
    edit(folder, "01-only/module.yaml", "Sit down first.", "Sit down first and wait for them.")
    assert text_of(read_pack(folder).modules[0].lessons[0]) == before


def test_where_a_link_leads_is_not_counted(tmp_path):
    body = "Read [this page](https://example.org/a/b-c) today."
    [module] = read_pack(write_pack(tmp_path, body=body)).modules
    assert count_words(text_of(module.lessons[0])) == 4
