"""What each kind of question takes as an answer, and what the answer is worth, reckoned by hand."""

from decimal import Decimal
from fractions import Fraction as F
from random import Random

import pytest

from courses.assessment import items
from courses.assessment.bank import read_question
from courses.assessment.items.numeric import readings
from courses.assessment.items.short_text import plain

from .kinds import every_kind


def item(kind, **changes):
    return read_question(every_kind()[kind] | changes).item


def worth(one, raw, shown=None):
    """Return the credit of an answer after the way it takes through storage."""
    shown = items.arranged(one, Random(1)) if shown is None else shown
    return items.credit(one, items.accepted(one, shown, raw))


def ids(one, side=None):
    """Return the ids by text."""
    return {row["text"]: row["id"] for row in one.options if side in (None, row.get("side"))}


# --- choices --------------------------------------------------------------------------------
@pytest.mark.parametrize(("raw", "credit"), [("b", 1), ("a", 0), ("c", 0), ("", 0), (None, 0)])
def test_one_right_answer_is_all_or_nothing(raw, credit):
    assert worth(item("single"), raw) == credit


@pytest.mark.parametrize(
    ("chosen", "all_or_nothing", "right_minus_wrong", "per_option"),
    [
        # Right are a and c, of a, b, c and d.
        ("ac", 1, 1, 1),
        ("a", 0, F(1, 2), F(3, 4)),
        ("ab", 0, 0, F(1, 2)),
        ("abc", 0, F(1, 2), F(3, 4)),
        ("abcd", 0, 0, F(1, 2)),
        ("b", 0, 0, F(1, 4)),
        ("bd", 0, 0, 0),
        ("", 0, 0, 0),  # Nothing chosen is no answer, though two options are rightly left alone.
    ],
)
def test_several_answers_are_worth_what_their_rule_says(
    chosen, all_or_nothing, right_minus_wrong, per_option
):
    rules = {
        "all_or_nothing": all_or_nothing,
        "right_minus_wrong": right_minus_wrong,
        "per_option": per_option,
    }
    for rule, credit in rules.items():
        assert worth(item("multiple", marking=rule), list(chosen)) == credit, rule


def test_without_a_rule_several_answers_are_all_or_nothing():
    row = every_kind()["multiple"]
    del row["marking"]
    assert worth(read_question(row).item, ["a"]) == 0


def test_several_answers_are_stored_once_each_in_the_order_shown():
    assert items.accepted(item("multiple"), ["d", "c", "b", "a"], ["a", "d", "a"]) == ["d", "a"]


@pytest.mark.parametrize(("raw", "credit"), [("false", 1), ("true", 0), (None, 0)])
def test_true_or_false(raw, credit):
    assert worth(item("true_false"), raw) == credit


def test_true_comes_before_false_for_everybody():
    assert {tuple(items.arranged(item("true_false"), Random(n))) for n in range(9)} == {
        ("true", "false")
    }


# --- pairs and order ------------------------------------------------------------------------
PAIRS = {
    "Police": "Makes the place safe",
    "Responder": "Stays with the family",
    "Supervisor": "Decides with both",
}


@pytest.mark.parametrize(
    ("made", "per_pair", "all_or_nothing"),
    [
        (PAIRS, 1, 1),
        (PAIRS | {"Police": "Writes the bill"}, F(2, 3), 0),
        (PAIRS | {"Police": "Decides with both"}, F(2, 3), 0),
        ({"Police": "Makes the place safe"}, F(1, 3), 0),
        (dict.fromkeys(PAIRS, "Decides with both"), F(1, 3), 0),
        ({}, 0, 0),
    ],
)
def test_each_right_pair_earns_its_part(made, per_pair, all_or_nothing):
    for rule, credit in {"per_pair": per_pair, "all_or_nothing": all_or_nothing}.items():
        one = item("matching", marking=rule)
        left, right = ids(one, "left"), ids(one, "right")
        raw = {left[name]: right[text] for name, text in made.items()}
        assert worth(one, raw) == credit, rule


@pytest.mark.parametrize(
    ("order", "exact", "positions", "adjacent"),
    [
        ("GLPF", 1, 1, 1),
        ("LGPF", 0, F(1, 2), F(1, 3)),  # P at 3 and F at 4; P is followed by F.
        ("FGLP", 0, 0, F(2, 3)),  # All moved by one: no place right, G L and L P still together.
        ("FPLG", 0, 0, 0),
        ("GPLF", 0, F(1, 2), 0),
        ("PFGL", 0, 0, F(2, 3)),
    ],
)
def test_order_is_worth_what_its_rule_says(order, exact, positions, adjacent):
    names = {text[0]: key for text, key in ids(item("ordering")).items()}
    for rule, credit in {"exact": exact, "positions": positions, "adjacent": adjacent}.items():
        one = item("ordering", marking=rule)
        places = {names[letter]: str(place) for place, letter in enumerate(order, start=1)}
        assert worth(one, places) == credit, rule
        assert worth(one, [names[letter] for letter in order]) == credit, rule


def test_an_unfinished_order_earns_only_what_stands():
    one = item("ordering", marking="adjacent")
    names = ids(one)
    assert worth(one, {names["Greet"]: 1, names["Listen"]: 2, names["Plan"]: ""}) == F(1, 3)
    value = items.accepted(one, list(names.values()), dict.fromkeys(names.values(), 1))
    assert items.credit(one, value) == 0
    assert not items.complete(one, value)
    assert items.face(one, list(names.values()), value)["twice"]


def test_ids_of_things_tell_neither_order_nor_pairs():
    one, other = item("ordering"), item("ordering", items=["Plan", "Greet", "Follow up", "Listen"])
    assert ids(one) == ids(other)
    crossed = [
        {"left": "Police", "right": "Stays with the family"},
        {"left": "Responder", "right": "Decides with both"},
        {"left": "Supervisor", "right": "Makes the place safe"},
    ]
    assert ids(item("matching")) == ids(item("matching", pairs=crossed))


# --- own words ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Don’t  panic!", "dont panic"),
        ("“Río Vista”", "rio vista"),
        ("ＭＲＳＳ", "mrss"),
        ("Straße", "strasse"),
        ("follow-up", "follow up"),
        ("e\u0301t\u00e9", "ete"),
        ("ﬁrst", "first"),
        ("  9 8 8 ", "9 8 8"),
        ("a\u00a0b\u2003c", "a b c"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
    ],
)
def test_what_does_not_count_in_short_text(written, same):
    assert plain(written) == plain(same) == plain(plain(written))


def test_words_that_differ_stay_different():
    assert plain("not safe") != plain("safe")
    assert plain("988") != plain("911")
    assert plain("C++") != plain("C")
    assert plain("किताब") != plain("कतब")  # These signs are letters, not accents.


@pytest.mark.parametrize(
    ("raw", "credit"),
    [("secretword LIFELINE!", 1), ("Secretword—line", F(1, 2)), ("line", 0), ("", 0), ("  ", 0)],
)
def test_accepted_words_have_their_own_credit(raw, credit):
    assert worth(item("short_text"), raw) == credit


def test_text_is_kept_as_written_without_what_no_database_holds():
    one = item("short_text")
    assert items.accepted(one, [], " A\x00b\ud800 c\u0007 ") == "Ab c"
    with pytest.raises(items.BadAnswer):
        items.accepted(one, [], "x" * 201)


# --- numbers --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", [12]),
        ("12.5", ["12.5"]),
        ("12,5", ["12.5"]),
        (" 1 000,5 ", ["1000.5"]),
        ("1,500", ["1.5", "1500"]),
        ("1.500", ["1.5"]),
        ("1,500.25", ["1500.25"]),
        ("1.500,25", ["1500.25"]),
        ("1,500,000", ["1500000"]),
        ("1’000", ["1000"]),
        ("−3", ["-3"]),
        ("+3", ["3"]),
        (".5", ["0.5"]),
        ("5.", ["5"]),
        ("2e3", ["2000"]),
        ("１２", ["12"]),
        ("12 min", ["12"]),
        ("12MIN", ["12"]),
        *((text, []) for text in ("", "twelve", "NaN", "inf", "-Infinity", "1.2.3", "1,2,3")),
        *((text, []) for text in ("0x1F", "1/2", "12 hours", "--3", ".", ",", "e5", "1e999")),
        ("0,500", ["0.5"]),  # Nobody groups thousands after a nought.
    ],
)
def test_how_a_number_may_be_written(text, numbers):
    assert readings(text, "min") == tuple(F(number) for number in numbers)


@pytest.mark.parametrize(
    ("given", "right", "wrong"),
    [
        ({"value": 12, "tolerance": 0.5}, ["11.5", "12,5", "12"], ["11.49", "12.51"]),
        ({"value": -200, "tolerance": "5%"}, ["-190", "-210"], ["-189.99", "-211", "200"]),
        ({"value": 0.1}, ["0.1", "1e-1"], ["0.1000001", "0.11"]),
        (
            {"value": "123456789012345678901", "tolerance": "0.00000000001"},
            ["123456789012345678901.00000000001"],
            ["123456789012345678901.000000000011", "123456789012345678902"],
        ),
        ({"value": "0.30"}, ["0.3"], ["0.31"]),
        ({"from": 10, "to": 15}, ["10", "15", "12.25"], ["9.99", "15.01"]),
        ({"value": 1500}, ["1,500", "1500"], ["1.501"]),
        ({"value": 1.5}, ["1,500", "1.5"], ["1.501"]),
    ],
)
def test_a_number_within_its_tolerance_is_right(given, right, wrong):
    row = every_kind()["numeric"]
    del row["answers"]
    one = read_question(row | given).item
    assert {text: worth(one, text) for text in right} == dict.fromkeys(right, 1)
    assert {text: worth(one, text) for text in wrong} == dict.fromkeys(wrong, 0)


def test_numbers_of_the_second_best_range_earn_their_part():
    one = item("numeric")
    assert [worth(one, text) for text in ("987654.25", "123456.5 minutes", "7")] == [1, F(1, 4), 0]


def test_what_is_no_number_is_kept_and_said_not_thrown_away():
    one = item("numeric")
    value = items.accepted(one, [], "about twelve")
    assert (value, items.credit(one, value), items.complete(one, value)) == (
        "about twelve",
        0,
        False,
    )
    assert items.face(one, [], value)["unreadable"]


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), 10**400, True, [1], {"a": 1}])
def test_what_no_field_can_send_as_a_number_is_refused(raw):
    with pytest.raises(items.BadAnswer):
        items.accepted(item("numeric"), [], raw)


# --- a case with decisions ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("way", "credit", "complete"),
    [
        ({"door": "wait", "hall": "sit"}, 1, True),
        ({"door": "wait", "hall": "stand"}, F(1, 2), True),
        ({"door": "leave"}, 0, True),
        # Half, all, all: two and a half of three.
        ({"door": "call", "phone": "ask", "hall": "sit"}, F(5, 6), True),
        ({"door": "call", "phone": "push"}, F(1, 4), True),
        # Left early: what was left on the longest way earned nothing.
        ({"door": "wait"}, F(1, 2), False),
        ({"door": "call"}, F(1, 6), False),
        ({}, 0, False),
        # A step beside the way counts for nothing.
        ({"door": "leave", "hall": "sit"}, 0, True),
    ],
)
def test_a_case_is_worth_the_mean_of_its_decisions(way, credit, complete):
    one = item("branching")
    shown = items.arranged(one, Random(3))
    value = items.accepted(one, shown, way)
    assert (items.credit(one, value), items.complete(one, value)) == (credit, complete)


def test_what_lies_beside_the_way_is_not_stored():
    one = item("branching")
    shown = items.arranged(one, Random(3))
    assert items.accepted(one, shown, {"door": "leave", "hall": "sit"}) == {"door": "leave"}


def test_an_open_case_shows_the_way_so_far_and_the_next_step_only():
    one = item("branching")
    shown = items.arranged(one, Random(3))
    assert [step["id"] for step in items.face(one, shown, None)["steps"]] == ["door"]
    after = items.face(one, shown, {"door": "call"})
    assert [step["id"] for step in after["steps"]] == ["door", "phone"]
    assert "REACHED-HALL" not in str(after)


# --- essays and being sure ------------------------------------------------------------------
def test_an_essay_waits_for_a_person_and_nothing_written_does_not():
    one = item("essay")
    assert worth(one, "My plan") is None
    assert (worth(one, "  \n"), worth(one, None)) == (0, 0)


@pytest.mark.parametrize(
    ("points", "credit"),
    [
        ({"plan": 3, "words": 1}, 1),
        ({"plan": 1, "words": 0}, F(1, 4)),
        ({"plan": 0, "words": 0}, 0),
    ],
)
def test_the_points_of_a_person_are_a_share_of_all(points, credit):
    assert items.credit_of(item("essay"), points) == credit


@pytest.mark.parametrize(
    "points",
    [
        {},
        {"plan": 3},
        {"plan": 4, "words": 0},
        {"plan": -1, "words": 0},
        {"plan": True, "words": 0},
        {"plan": 1.5, "words": 0},
        {"plan": 1, "words": 0, "more": 1},
    ],
)
def test_points_that_the_criteria_do_not_have_are_refused(points):
    with pytest.raises(items.BadAnswer):
        items.credit_of(item("essay"), points)


def test_more_words_than_asked_for_are_kept_and_said():
    one = item("essay")
    text = "word " * 41
    value = items.accepted(one, [], text)
    face = items.face(one, [], value)
    assert (value, face["words"], face["too_long"]) == (text.strip(), 41, True)


@pytest.mark.parametrize(
    ("sure", "credit", "says"),
    [
        (3, F(0), "sure_wrong"),
        (3, F(1), "sure_right"),
        (2, F(1, 2), "fairly_wrong"),
        (1, F(1), "unsure_right"),
        (None, F(1), ""),
        (3, None, ""),
    ],
)
def test_being_sure_is_set_beside_the_credit_and_never_changes_it(sure, credit, says):
    assert items.insight(sure, credit) == says


@pytest.mark.parametrize(("raw", "level"), [("1", 1), (3, 3), ("", None), (None, None)])
def test_how_sure(raw, level):
    assert items.accepted_confidence(raw) == level


@pytest.mark.parametrize("raw", ["4", 0, 4, True, 1.0, "²", [1], "01"])
def test_no_other_way_to_be_sure(raw):
    with pytest.raises(items.BadAnswer):
        items.accepted_confidence(raw)


def test_credits_are_exact_and_compare_with_marks_that_were_stored():
    assert worth(item("matching"), {}) == Decimal(0)
    assert items.RIGHT == Decimal(1)
