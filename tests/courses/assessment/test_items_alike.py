"""What every kind of question does alike: refuse or take, earn 0 to 1, come from form or script."""

from fractions import Fraction as F
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment import items
from courses.assessment.bank import read_question

from .kinds import every_kind

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=12,
)
EVERY = {kind: read_question(row).item for kind, row in every_kind().items()}
NAMES = st.sampled_from(
    sorted(
        {key for one in EVERY.values() for key in items.arranged(one, Random(0))}
        | {"door", "hall", "wait", "call", "sit", "true", "1", "2", "3", "4", "987654", ""}
    )
)
LIKELY = st.one_of(
    NAMES,
    st.lists(NAMES, max_size=6),
    st.dictionaries(NAMES, NAMES | st.integers(0, 5) | JSON, max_size=6),
)


@pytest.mark.parametrize("kind", EVERY)
@given(raw=JSON | LIKELY)
def test_anything_is_an_answer_or_refused_and_worth_0_to_1(kind, raw):
    one = EVERY[kind]
    shown = items.arranged(one, Random(5))
    try:
        value = items.accepted(one, shown, raw)
    except items.BadAnswer:
        value = raw  # As an older program, or a hand, may have stored it.
    else:
        assert items.accepted(one, shown, value) == value
    earned = items.credit(one, value)
    assert earned is None or (isinstance(earned, F) and 0 <= earned <= 1)
    items.complete(one, value)


@pytest.mark.parametrize("kind", EVERY)
@given(raw=LIKELY)
def test_what_is_accepted_can_be_shown_before_and_after(kind, raw):
    one = EVERY[kind]
    shown = items.arranged(one, Random(5))
    try:
        value = items.accepted(one, shown, raw)
    except items.BadAnswer:
        return
    assert items.face(one, shown, value).keys() == items.face(one, shown, None).keys()
    assert items.told(one, shown, value)


@pytest.mark.parametrize("kind", EVERY)
@given(
    fields=st.dictionaries(
        st.sampled_from(["q-7", "q-7-sure", "q-77", "q-7-door", "q-7-hall", "q-7-x"]),
        st.lists(st.text(max_size=8), max_size=3),
    )
)
def test_a_form_is_read_whatever_it_holds(kind, fields):
    raw = items.from_form(EVERY[kind], fields, "q-7")
    if "q-7" not in fields and not any(name.startswith("q-7-") for name in fields):
        assert raw is None


@pytest.mark.parametrize("kind", EVERY)
def test_a_form_with_empty_fields_takes_the_answer_back(kind):
    one = EVERY[kind]
    shown = items.arranged(one, Random(2))
    names = {
        "matching": [row["id"] for row in one.options if row.get("side") == "left"],
        "ordering": shown,
        "branching": ["door"],
    }.get(kind)
    fields = {f"q-7-{name}": [""] for name in names} if names else {"q-7": [""]}
    raw = items.from_form(one, fields, "q-7")
    assert raw is not None
    assert items.accepted(one, shown, raw) is None


@pytest.mark.parametrize(
    ("kind", "fields", "value"),
    [
        ("single", {"q-7": ["b"]}, "b"),
        ("multiple", {"q-7": ["", "a", "c"]}, ["a", "c"]),
        ("true_false", {"q-7": ["true"]}, "true"),
        ("short_text", {"q-7": [" a word "]}, "a word"),
        ("numeric", {"q-7": ["12,5"]}, "12,5"),
        ("essay", {"q-7": ["one\r\ntwo"]}, "one\ntwo"),
        ("branching", {"q-7-door": ["wait"], "q-7-hall": ["sit"]}, {"door": "wait", "hall": "sit"}),
    ],
)
def test_a_form_and_the_script_say_the_same(kind, fields, value):
    one = EVERY[kind]
    shown = sorted(items.arranged(one, Random(2)))
    raw = items.from_form(one, fields, "q-7")
    assert items.accepted(one, shown, raw) == items.accepted(one, shown, value) == value
