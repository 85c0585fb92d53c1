"""Names of headings and paragraphs, to come back to."""

import re

from hypothesis import given
from hypothesis import strategies as st

from courses.catalog.anchors import Names, heading_above


def test_a_heading_is_named_by_its_words_and_what_follows_by_the_heading():
    names = Names()
    html = "<p>A</p><h2>Sit <em>down</em> &amp; wait</h2><p>B</p><ul><li>C</li></ul><h3>É</h3>"
    assert names.named(html) == (
        '<p id="h.1">A</p><h2 id="h-sit-down-wait">Sit <em>down</em> &amp; wait</h2>'
        '<p id="h-sit-down-wait.1">B</p><ul><li id="h-sit-down-wait.2">C</li></ul>'
        '<h3 id="h-">É</h3>'
    )
    assert names.headings == {"h-sit-down-wait": "Sit down & wait", "h-": "É"}
    assert heading_above("h-sit-down-wait.2") == "h-sit-down-wait"


def test_a_change_above_moves_no_name_below():
    below = "<h2>Second</h2><p>words</p>"
    plain, changed = Names(), Names()
    plain.named("<h2>First</h2><p>a</p>"), changed.named("<h2>First</h2><p>a</p><p>b</p>")
    assert plain.named(below) == changed.named(below)


def test_keys_of_the_editor_stay():
    assert Names().named('<h2 data-block-key="a1">Calm</h2>') == (
        '<h2 id="h-calm" data-block-key="a1">Calm</h2>'
    )


@given(st.lists(st.tuples(st.sampled_from(["h2", "h3", "p", "li"]), st.text(max_size=40))))
def test_no_name_is_given_twice_and_every_name_is_an_anchor(parts):
    names = Names()
    html = "".join(
        names.named(f"<{tag}>{text.replace('<', '&lt;')}</{tag}>") for tag, text in parts
    )
    found = re.findall(r'<(?:h2|h3|p|li) id="([^"]*)"', html)
    assert len(found) == len(parts) == len(set(found))
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", name) for name in found)
