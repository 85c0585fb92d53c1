"""A few own words: the value is the text, compared with accepted ones when both are plain."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Final

from courses.assessment.items.item import WRONG, Item, Shape, Value, given_words, last

MOST_LETTERS: Final = 200
_APOSTROPHES: Final = re.compile("['’‘ʼ`´′]")
_SPACES: Final = re.compile(r"\s+")


def plain(text: str) -> str:
    """Return text as it is compared: case, accents, punctuation and spaces do not count.

    Nor does what nobody sees: soft hyphens and marks without width, which phones and pages add.

    "Don’t  panic!" and "dont panic" are the same; so are full-width and usual letters.
    """
    split = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    bare = "".join(
        sign
        for sign in split
        if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
    ).casefold()
    bare = unicodedata.normalize("NFKC", bare)
    words = "".join(" " if unicodedata.category(sign)[0] == "P" else sign for sign in bare)
    return _SPACES.sub(" ", words).strip()


def arranged(item: Item, rng: Random) -> list[str]:
    """Return nothing: there is nothing to choose."""
    return []


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the words as they were written.

    Raises:
        BadAnswer: it is no text, or longer than the field takes.
    """
    return given_words(raw, most=MOST_LETTERS)


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the field sent."""
    return last(fields, name)


def credit(item: Item, value: Value) -> Fraction | None:
    """Return the highest credit of the accepted words that are the same."""
    if not isinstance(value, str):
        return WRONG
    written = plain(value)
    earned = [
        Fraction(row["credit"]) for row in item.marking["accept"] if plain(row["text"]) == written
    ]
    return max(earned, default=WRONG)


def complete(item: Item, value: Value) -> bool:
    """Tell whether anything is written."""
    return value is not None


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what was written."""
    return {"given": value or "", "most": MOST_LETTERS}


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what was written and what earns all of the points."""
    full = [row["text"] for row in item.marking["accept"] if Fraction(row["credit"]) == 1]
    return {"given": value or "", "right": full, "feedback": item.marking.get("feedback", "")}
