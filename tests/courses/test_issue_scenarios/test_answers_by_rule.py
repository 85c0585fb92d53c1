"""What answers earn, reckoned by hand: every rule at its edges."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from courses.assessment import items, scoring
from courses.assessment.bank import read_question
from courses.assessment.items.short_text import plain
from courses.catalog.packs.pools import fill, shortages
from tests.courses.assessment.making import question


def item(n=1, **changes):
    return read_question(question(n, **changes)).item


def several(rule):
    options = [{"id": key, "text": key, "correct": key in "abc", "feedback": ""} for key in "abcde"]
    return items.Item("multiple", options, {"rule": rule})


@pytest.mark.parametrize(
    ("chosen", "nothing_else", "less_wrong", "each"),
    [
        ("abc", 1, 1, 1),
        ("ab", 0, Fraction(2, 3), Fraction(4, 5)),
        ("abcd", 0, Fraction(2, 3), Fraction(4, 5)),
        ("abcde", 0, Fraction(1, 3), Fraction(3, 5)),
        ("ad", 0, 0, Fraction(2, 5)),
        ("de", 0, 0, 0),
        ("d", 0, 0, Fraction(1, 5)),
        ("", 0, 0, 0),
    ],
)
def test_several_of_five_of_which_three_are_right(chosen, nothing_else, less_wrong, each):
    rules = ("all_or_nothing", "right_minus_wrong", "per_option")
    found = [items.credit(several(rule), list(chosen) or None) for rule in rules]
    assert found == [nothing_else, less_wrong, each]


def ordering(rule):
    options = [{"id": key, "text": key} for key in "abcd"]
    return items.Item("ordering", options, {"order": list("abcd"), "rule": rule})


@pytest.mark.parametrize(
    ("order", "exact", "positions", "adjacent"),
    [
        ("abcd", 1, 1, 1),
        ("bcda", 0, 0, Fraction(2, 3)),
        ("abdc", 0, Fraction(1, 2), Fraction(1, 3)),
        ("dcba", 0, 0, 0),
        ("cdab", 0, 0, Fraction(2, 3)),
    ],
)
def test_the_order_of_four(order, exact, positions, adjacent):
    value = {key: place for place, key in enumerate(order, start=1)}
    found = [items.credit(ordering(r), value) for r in ("exact", "positions", "adjacent")]
    assert found == [exact, positions, adjacent]


def test_two_at_one_place_are_never_a_right_order():
    value = {"a": 1, "b": 2, "c": 3, "d": 3}
    assert items.credit(ordering("exact"), value) == 0
    assert items.credit(ordering("positions"), value) == Fraction(3, 4)
    assert not items.complete(ordering("exact"), value)


def numeric(least, most, unit=""):
    row = {"least": least, "most": most, "credit": "1"}
    return items.Item("numeric", [], {"accept": [row], "unit": unit})


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("0.1", True),
        (".1", True),
        ("0,1", True),
        ("1e-1", True),
        ("0.3", True),
        ("0.30000000000000001", False),
        ("0.0999999999999999999", False),
        ("+0.2", True),
        ("\N{MINUS SIGN}0.2", False),
        ("0.2 mg", True),
        ("0.2mg", True),
        ("0.2 g", False),
        ("\N{FULLWIDTH DIGIT ZERO}.2", True),
        ("٠.٢", False),
        ("", False),
        ("1/5", False),
    ],
)
def test_a_number_from_a_tenth_to_three_tenths(words, right):
    asked = numeric("0.1", "0.3", "mg")
    value = items.accepted(asked, [], words)
    assert items.credit(asked, value) == (1 if right else 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Crisis line", "  CRISIS\u00a0LINE. "),
        ("café", "cafe\u0301"),
        ("Río Vista", "rio vista"),
        ("Straße", "STRASSE"),
        ("don’t", "dont"),
        ("de-escalate", "de\u00adescalate".replace("\u00ad", "-\u00ad")),
        ("lifeline", "life\u00adline"),
        ("lifeline", "\u200blifeline\ufeff"),
        ("ﬁrst", "first"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
    ],
)
def test_words_that_look_the_same_are_the_same(one, other):
    assert plain(one) == plain(other) != ""


def test_a_case_left_half_way_earns_what_was_decided_of_the_longest_way_on():
    choices = [
        {"id": "good", "text": "x", "credit": "1", "next": "b"},
        {"id": "bad", "text": "x", "credit": "0", "next": None},
    ]
    last = [
        {"id": "end", "text": "x", "credit": "0.5", "next": None},
        {"id": "on", "text": "x", "credit": "1", "next": "c"},
    ]
    end = [{"id": "end", "text": "x", "credit": "1", "next": None}]
    steps = [
        {"id": "a", "text": "", "question": "", "choices": choices},
        {"id": "b", "text": "", "question": "", "choices": last},
        {"id": "c", "text": "", "question": "", "choices": end},
    ]
    case = items.Item("branching", steps, {"start": "a"})
    assert items.credit(case, {"a": "good"}) == Fraction(1, 3)
    assert items.credit(case, {"a": "good", "b": "end"}) == Fraction(3, 4)
    assert items.credit(case, {"a": "good", "b": "on"}) == Fraction(2, 3)
    assert items.credit(case, {"a": "bad"}) == 0
    # What lies beside the way counts for nothing.
    assert items.credit(case, {"a": "bad", "b": "on", "c": "end"}) == 0
    assert not items.complete(case, {"a": "good"}) and items.complete(case, {"a": "bad"})


def test_a_critical_question_half_right_fails_whatever_the_share():
    marks = [
        scoring.Mark(1, Fraction(1), points=9),
        scoring.Mark(2, Fraction(99, 100), points=1, critical=True),
    ]
    done = scoring.grade(marks=marks, pass_percent=80)
    assert (done.percent, done.passed, done.critical_missed) == (Decimal("99.90"), False, (2,))
    assert scoring.grade(marks=[*marks, scoring.Mark(3, None)], pass_percent=80) is None


def test_two_of_three_is_no_sixty_seven():
    thirds = [scoring.Mark(n, Fraction(n < 2)) for n in range(3)]
    assert not scoring.grade(marks=thirds, pass_percent=67).passed
    assert scoring.grade(marks=thirds, pass_percent=66).passed


# --- pools ----------------------------------------------------------------------------------
class Card:
    """A question as pools see it."""

    def __init__(self, name, bank, *tags, critical=False, difficulty=1):
        self.id, self.bank, self.tags = name, bank, tags
        self.critical, self.difficulty = critical, difficulty
        self.objective = self.competency = ""


def test_pools_over_two_banks_that_share_questions_are_filled_whenever_they_can_be():
    cards = [
        Card(1, "a", "calm", critical=True),
        Card(2, "a", "calm"),
        Card(3, "a"),
        Card(4, "b", "calm"),
    ]
    pools = [
        {"bank": "a", "draw": 1},
        {"bank": "a", "draw": 1, "tag": "calm"},
        {"bank": "a", "draw": 1, "critical": True},
        {"bank": "b", "draw": 1},
    ]
    for seed in range(50):
        drawn = fill(pools, cards, Random(seed))
        assert [[card.id for card in each] for each in drawn] == [[3], [2], [1], [4]]
    assert shortages(pools, cards) == []
    # The bank shrinks by the one question that everybody could do without: nobody can.
    short = shortages(pools, [card for card in cards if card.id != 3])
    assert sum(pools[n]["draw"] - found for n, found in short) == 1
