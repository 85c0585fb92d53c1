from random import Random
from secrets import SystemRandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit.codes import ALPHABET, CodeCheck, check, new_code, normalise

seeds = st.integers(min_value=0, max_value=2**32)


@pytest.mark.parametrize(
    "code", ["MRSS-7K3Q-9XPA-G", "MRSS-Q7RW-H3PX-A", "MRSS-CM8T-R3WN-K", "MRSS-LV9D-J7KE-H"]
)
def test_right_codes_pass(code):
    assert check(code) is CodeCheck.OK
    assert normalise(code) == code


def test_the_wrong_check_character_of_the_first_mock_is_caught():
    assert check("MRSS-7K3Q-9XPA-H") is CodeCheck.BAD_CHECK_DIGIT


@pytest.mark.parametrize(
    "typed",
    [
        "mrss-7k3q-9xpa-g",
        "MRSS7K3Q9XPAG",
        "  MRSS 7K3Q 9XPA G \n",
        "7K3Q-9XPA-G",
        "7k3q9xpag",
        "MRSS–7K3Q—9XPA−G",
        "MRSS\u20117K3Q\u00ad9XPA\u2010G",
        "MRSS\u200b-7K3Q-\ufeff9XPA\u00a0-G",
        "ＭＲＳＳ－７Ｋ３Ｑ－９ＸＰＡ－Ｇ",
        "MRSS_7K3Q_9XPA_G",
        "M-R-S-S-7-K-3-Q-9-X-P-A-G",
    ],
)
def test_people_may_type_a_code_in_many_ways(typed):
    assert normalise(typed) == "MRSS-7K3Q-9XPA-G"
    assert check(typed) is CodeCheck.OK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "MRSS",
        "MRSS-7K3Q-9XPA",
        "MRSS-7K3Q-9XPA-GG",
        "MRSX-7K3Q-9XPA-G",
        "MRSS-7K3O-9XPA-G",  # the letter O is not in the alphabet
        "MRSS-7K31-9XPA-G",
        "MRSS-7K3Q-9XPÄ-G",
        "MRSS-7K3Q-9XPA-G/..",
        "x" * 100_000,
        "\x00",
        "\ufdfa" * 100,  # one character that unfolds into eighteen
    ],
)
def test_what_cannot_be_a_code_is_malformed(text):
    assert check(text) is CodeCheck.MALFORMED


@given(st.text())
def test_no_text_makes_tidying_fail_and_tidying_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert check(once) is check(text)
    assert len(once) <= 100


@given(seeds)
def test_new_codes_are_right(seed):
    assert check(new_code(Random(seed))) is CodeCheck.OK


@given(seeds)
def test_every_single_wrong_character_is_caught(seed):
    code = new_code(Random(seed))
    for place in [*range(5, 9), *range(10, 14), 15]:
        for wrong in ALPHABET:
            if wrong != code[place]:
                typed = code[:place] + wrong + code[place + 1 :]
                assert check(typed) is CodeCheck.BAD_CHECK_DIGIT


def test_nearly_every_swap_of_neighbours_is_caught():
    caught = tried = 0
    rng = Random(7)
    for _ in range(500):
        letters = new_code(rng).replace("-", "")[4:]
        for place in range(8):
            if letters[place] != letters[place + 1]:
                swapped = (
                    letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
                )
                tried += 1
                caught += check(swapped) is CodeCheck.BAD_CHECK_DIGIT
    assert caught / tried > 0.99


def test_a_seed_repeats_and_the_system_does_not():
    assert new_code(Random(1)) == new_code(Random(1))
    system = SystemRandom()
    assert len({new_code(system) for _ in range(1000)}) == 1000
