"""A number: the value is the text that was written, read with a point or a comma."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, Final

from courses.assessment.items.item import (
    WRONG,
    BadAnswer,
    Item,
    Shape,
    Value,
    given_words,
    last,
)

MOST_LETTERS: Final = 60
MOST_DIGITS: Final = 30
_SPACES: Final = re.compile(r"[\s_'’]")
_NUMBER: Final = re.compile(r"([+-]?)([0-9.,]{1,40})(?:[eE]([+-]?[0-9]{1,2}))?")
_DIGITS: Final = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")


def arranged(item: Item, rng: Random) -> list[str]:
    """Return nothing: there is nothing to choose."""
    return []


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the number as it was written; words that are none are kept and earn nothing.

    Raises:
        BadAnswer: it is neither text nor a number, not finite, or too long.
    """
    if isinstance(raw, bool):
        raise BadAnswer("not a number")
    if isinstance(raw, int):
        if abs(raw) >= 10**MOST_DIGITS:
            raise BadAnswer("too long")
        raw = str(raw)
    if isinstance(raw, float):
        if not abs(raw) < 10.0**MOST_DIGITS:  # Neither does NaN.
            raise BadAnswer("not finite")
        raw = repr(raw)
    return given_words(raw, most=MOST_LETTERS)


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the field sent."""
    return last(fields, name)


def readings(text: str, unit: str = "") -> tuple[Fraction, ...]:
    """Return the numbers that a text may mean: none, one, or two for "1,500".

    A comma before three digits groups thousands for some and begins the decimals for others; who
    wrote it knows which, so that each reading may be the right one. The unit may follow.
    """
    bare = _bare(text).replace("\N{MINUS SIGN}", "-")
    tail = _bare(unit).casefold()
    if tail and bare.casefold().endswith(tail):
        bare = bare[: -len(tail)]
    found = _NUMBER.fullmatch(bare)
    if not found:
        return ()
    sign, digits, power = found.groups()
    numbers = []
    for plain in _with_point(digits):
        if _DIGITS.fullmatch(plain):
            size = Fraction(plain.rstrip(".")) * Fraction(10) ** int(power or 0)
            numbers.append(-size if sign == "-" else size)
    return tuple(numbers)


def _bare(text: str) -> str:
    """Return text without spaces and marks between thousands; full-width digits become usual."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def _with_point(digits: str) -> tuple[str, ...]:
    """Return the ways to read digits with commas and points as digits with a point."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma < 0 and digits.count(".") < 2:
        return (digits,)
    if comma >= 0 and point >= 0:
        mark, group = (",", ".") if comma > point else (".", ",")
        whole, _, part = digits.rpartition(mark)
        return (f"{_joined(whole, group)}.{part}",)
    group = "," if comma >= 0 else "."
    together = _joined(digits, group)
    decimal = (digits.replace(",", "."),) if digits.count(",") == 1 else ()
    return (*decimal, together) if together.isdigit() else decimal


def _joined(digits: str, group: str) -> str:
    """Return digits without the marks between thousands; as they are, where these stand wrong."""
    grouped = re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+", digits)
    return digits.replace(group, "") if grouped else digits


def credit(item: Item, value: Value) -> Fraction | None:
    """Return the highest credit of the ranges that hold the number; the ends belong to them."""
    if not isinstance(value, str):
        return WRONG
    numbers = readings(value, item.marking.get("unit", ""))
    earned = [
        Fraction(row["credit"])
        for row in item.marking["accept"]
        for number in numbers
        if Fraction(row["least"]) <= number <= Fraction(row["most"])
    ]
    return max(earned, default=WRONG)


def complete(item: Item, value: Value) -> bool:
    """Tell whether a number can be read."""
    return isinstance(value, str) and bool(readings(value, item.marking.get("unit", "")))


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what was written, and the unit."""
    return {
        "given": value or "",
        "unit": item.marking.get("unit", ""),
        "unreadable": value is not None and not complete(item, value),
    }


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return what was written and the ranges that earn all of the points."""
    full = [row for row in item.marking["accept"] if Fraction(row["credit"]) == 1]
    return {
        "given": value or "",
        "unit": item.marking.get("unit", ""),
        "right": [_range(row) for row in full],
        "feedback": item.marking.get("feedback", ""),
    }


def _range(row: Mapping[str, Any]) -> Shape:
    return {
        "value": _shown(row["value"]) if row.get("value") is not None else "",
        "least": _shown(row["least"]),
        "most": _shown(row["most"]),
        "exact": Decimal(row["least"]) == Decimal(row["most"]),
    }


def _shown(number: str) -> str:
    return f"{Decimal(number).normalize():f}"
