"""Pathways and crosswalk: who takes what, and which module covers which topic."""

import pytest

from courses.catalog.packs import PackError, read_pack
from tests.courses.packs import edit, write_pack

PATHWAYS = """\
pathways:
  - role: responder
    title: Responder
    modules: all
    modes: all
    before: [Background check]
    extra: [Thirty hours of visits]
    basis: V
    note: By rule.
  - role: dispatcher
    title: Dispatcher
    modules: [tiny-only]
    modes: [self_paced, live]
    basis: A
"""
CROSSWALK = """\
frameworks:
  - key: high-desert
    title: The rule of High Desert
    source: Part 40
    url: https://example.org/rule
    basis: V
    topics:
      - {topic: How to knock, modules: [tiny-only], coverage: full, basis: I}
      - {topic: State law, modules: [], coverage: local, basis: G, note: The state fills it in.}
"""


@pytest.fixture
def folder(tmp_path):
    folder = write_pack(tmp_path)
    (folder / "pathways.yaml").write_text(PATHWAYS)
    (folder / "crosswalk.yaml").write_text(CROSSWALK)
    return folder


def problems_of(folder):
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_pack_needs_neither(tmp_path):
    pack = read_pack(write_pack(tmp_path))
    assert (pack.pathways, pack.crosswalk) == ((), ())


def test_all_stays_the_word_all_and_what_is_left_out_is_empty(folder):
    responder, dispatcher = read_pack(folder).pathways
    assert responder == {
        "role": "responder",
        "title": "Responder",
        "modules": "all",
        "modes": "all",
        "before": ["Background check"],
        "extra": ["Thirty hours of visits"],
        "basis": "V",
        "note": "By rule.",
    }
    assert (dispatcher["modules"], dispatcher["modes"]) == (["tiny-only"], ["self_paced", "live"])
    assert (dispatcher["before"], dispatcher["extra"], dispatcher["note"]) == ([], [], "")


def test_a_crosswalk_says_for_each_topic_who_covers_it_and_how_sure_that_is(folder):
    [framework] = read_pack(folder).crosswalk
    assert (framework["key"], framework["url"]) == ("high-desert", "https://example.org/rule")
    assert [
        (topic["topic"], topic["modules"], topic["coverage"], topic["basis"], topic["note"])
        for topic in framework["topics"]
    ] == [
        ("How to knock", ["tiny-only"], "full", "I", ""),
        ("State law", [], "local", "G", "The state fills it in."),
    ]


def test_both_are_part_of_what_is_loaded(folder):
    before = read_pack(folder).digest
    edit(folder, "pathways.yaml", "By rule.", "By custom.")
    assert read_pack(folder).digest != before


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pathways.yaml", "[tiny-only]", "[tiny-gone]", "modules: 'tiny-gone' is not defined"),
        ("pathways.yaml", "modules: all", "modules: every", "modules: must be a list of words"),
        ("pathways.yaml", "[self_paced, live]", "[online]", "modes: 'online' is not defined"),
        ("pathways.yaml", "basis: A", "basis: X", "basis: must be one of V, I, G, A"),
        ("pathways.yaml", "    basis: A\n", "", "basis: must be one of V, I, G, A"),
        ("pathways.yaml", "role: dispatcher", "role: responder", "'responder' is used twice"),
        ("pathways.yaml", "note: By", "notes: By", "notes: is not a field of this"),
        ("pathways.yaml", "pathways:", "paths:", "pathways: must be a list of 1 or more"),
        ("crosswalk.yaml", "[tiny-only]", "[tiny-gone]", "modules: 'tiny-gone' is not defined"),
        ("crosswalk.yaml", "[tiny-only]", "all", "modules: must be a list of words"),
        ("crosswalk.yaml", "basis: I", "basis: sure", "basis: must be one of V, I, G, A"),
        ("crosswalk.yaml", "coverage: full", "coverage: most", "coverage: must be one of full"),
        ("crosswalk.yaml", "https://example", "http://example", "url: must begin with https://"),
        ("crosswalk.yaml", "topic: State law, ", "", "topics[2].topic: is missing"),
    ],
)
def test_what_leads_nowhere_is_refused_and_named(folder, file, old, new, said):
    edit(folder, file, old, new)
    found = problems_of(folder)
    assert len(found) >= 1
    assert [text for text in found if text.startswith(f"{file}:1: ") and said in text]


def test_a_framework_is_listed_once(folder):
    file = folder / "crosswalk.yaml"
    file.write_text(CROSSWALK + CROSSWALK.removeprefix("frameworks:\n"))
    assert problems_of(folder) == [
        "crosswalk.yaml:1: frameworks[2].key: 'high-desert' is used twice"
    ]
