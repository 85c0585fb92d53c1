"""A decision reads as plain sentences."""

from datetime import date
from decimal import Decimal

import pytest

from certification.engine.decide import decide
from certification.engine.wording import day_text, headline, lines, number_text
from tests.certification.engine.making import fact, group, need, person

ON = date(2026, 3, 3)
TREE = (
    need("NM-101", hours="1.5", mark=80, due=("hire", 14)),
    need("NM-EXAM", "quiz", mark=80, due=("hire", 90)),
    need("NM-OBS", "observed_skill", count=3),
    group("NM-ANY", 1, need("A"), need("B")),
    need("NM-LIC", "credential"),
)
TITLES = {"NM-101": "MRSS 101 e-learning", "NM-ANY/B": "The second way", "NM-EXAM": "Examination"}


def test_each_finding_is_one_line_with_what_is_had_needed_due_and_why():
    facts = person(
        fact("a", "NM-101", hours="0.50"),
        fact("q", "NM-EXAM", score=70, passed=False),
        fact("o", "NM-OBS"),
        fact("b", "B"),
    )
    assert lines(decide(TREE, facts, ON), TITLES) == [
        "MRSS 101 e-learning: not met, 0.5 of 1.5 hours. It was due by 19 Jan 2026. "
        "[NM-101: assumption]",
        "Examination: not met, best score 70 %, 80 % needed. Due by 5 Apr 2026. "
        "[NM-EXAM: assumption]",
        "NM-OBS: not met, 1 of 3. [NM-OBS: assumption]",
        "NM-ANY: met, on record. [NM-ANY: assumption]",
        "  A: not met, nothing on record. [A: assumption]",
        "  The second way: met, on record. [B: assumption]",
        "NM-LIC: not met, nothing on record. [NM-LIC: assumption]",
    ]


@pytest.mark.parametrize(
    ("tree", "facts", "expected"),
    [
        (TREE, (), "As of 3 Mar 2026: not met, 5 of 5 open."),
        ((need(),), (fact(),), "As of 3 Mar 2026: met, 0 of 1 open."),
        (
            (need(),),
            (fact(verified=False),),
            "As of 3 Mar 2026: evidence is waiting for review, 1 of 1 open.",
        ),
        ((), (), "As of 3 Mar 2026: no requirement applies."),
    ],
)
def test_the_headline_counts_what_is_open(tree, facts, expected):
    assert headline(decide(tree, person(*facts), ON)) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.50", "1.5"), ("40.0", "40"), ("40", "40"), ("0", "0"), ("0.25", "0.25"), ("1E+3", "1000")],
)
def test_numbers_carry_no_needless_zeros(value, text):
    assert number_text(Decimal(value)) == text


def test_dates_are_written_in_words_whatever_the_locale():
    assert day_text(date(2024, 2, 29)) == "29 Feb 2024"
