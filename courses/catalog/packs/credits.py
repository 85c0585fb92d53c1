"""Read what earns how much of a question: accepted words, numbers with tolerance, and criteria."""

import hashlib
import unicodedata
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any, Final

from courses.catalog.packs.fences import MOST_WORDS
from courses.catalog.packs.fields import Fields, all_different

MOST_SIGNS: Final = 30
"""A number of a question file has no more digits and signs."""
SHORT: Final = 200
"""What a learner can write in the field of a short text."""


def id_of(side: str, text: str) -> str:
    """Return an id that follows from the words alone, so that it tells no order and no pair."""
    return side + hashlib.sha256(text.encode()).hexdigest()[:10]


def accepted_words(fields: Fields) -> list[dict[str, str]]:
    """Return the words that earn credit; one written as plain text earns all of it."""
    given = fields.get("accept")
    if isinstance(given, list):
        fields.data["accept"] = [
            {"text": each} if isinstance(each, str) else each for each in given
        ]
    found = []
    for each in fields.groups("accept"):
        text = each.text("text", most=SHORT)
        if text and not any(unicodedata.category(sign)[0] in "LNS" for sign in text):
            each.wrong("text", "has no letter or digit; nothing is left of it to compare")
        found.append({"text": text, "credit": credit(each)})
        each.done()
    _full(fields, "accept", found)
    return found


def accepted_numbers(fields: Fields) -> list[dict[str, str]]:
    """Return the ranges that earn credit, from ``answers`` or from the question itself."""
    if fields.get("answers") is None:
        return [_range(fields) | {"credit": "1"}]
    found = []
    for each in fields.groups("answers"):
        found.append(_range(each) | {"credit": credit(each)})
        each.done()
    _full(fields, "answers", found)
    return found


def _range(fields: Fields) -> dict[str, str]:
    """Return {"least", "most"} and, where one value is meant, {"value"}."""
    if fields.get("value") is None:
        least, most = number(fields, "from"), number(fields, "to")
        if least > most:
            fields.wrong("to", "is less than from")
        return {"least": str(least), "most": str(most)}
    value = number(fields, "value")
    with localcontext(prec=4 * MOST_SIGNS):  # So that nothing is rounded.
        around = _tolerance(fields, value)
        return {"value": str(value), "least": str(value - around), "most": str(value + around)}


def _tolerance(fields: Fields, value: Decimal) -> Decimal:
    """Return how far from a value is still right, given as a number or in per cent of it."""
    given = fields.get("tolerance")
    if isinstance(given, str) and given.strip().endswith("%"):
        fields.data["tolerance"] = given.strip().removesuffix("%").strip()
        around = abs(value) * number(fields, "tolerance") / 100
        fields.data["tolerance"] = given
    else:
        around = number(fields, "tolerance") if given is not None else Decimal(0)
    if around < 0:
        fields.wrong("tolerance", "must not be below zero")
        around = Decimal(0)
    return around


def number(fields: Fields, name: str) -> Decimal:
    """Return a finite number, as exact as it was written."""
    raw = fields.get(name)
    if raw is None or isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        fields.wrong(name, "is missing" if raw is None else "must be a number")
        return Decimal(0)
    words = str(raw).strip()
    try:
        found = Decimal(words if len(words) <= MOST_SIGNS else "NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    # What is larger or finer is a mistake, and would cost time for each answer.
    if not found.is_finite() or (found and not -MOST_SIGNS < found.adjusted() < MOST_SIGNS):
        fields.wrong(name, f"must be a number with a point, not {words[:40]!r}")
        return Decimal(0)
    return found


def credit(fields: Fields) -> str:
    """Return the share of the points that something earns: 0 to 1, all where it is left out."""
    if fields.get("credit") is None:
        return "1"
    found = number(fields, "credit")
    if not 0 <= found <= 1:
        fields.wrong("credit", "must be from 0 to 1")
        return "0"
    return str(found)


def _full(fields: Fields, name: str, rows: list[dict[str, str]]) -> None:
    if rows and all(Decimal(row["credit"]) < 1 for row in rows):
        fields.wrong(name, "nothing earns all of the points")


def criteria(fields: Fields) -> list[dict[str, Any]]:
    """Return by what a person marks an answer: each criterion with its points and anchors."""
    rows = fields.groups("criteria")
    found = []
    for each in rows:
        anchors = each.group("anchors")
        value: dict[str, Any] = {
            "id": each.slug("id", most=40),
            "text": each.text("text", most=MOST_WORDS),
            "points": each.whole("points", least=1, most=20),
            "anchors": {},
        }
        if anchors is not None:
            known = {str(points) for points in range(value["points"] + 1)}
            for name in anchors.data:
                value["anchors"][name] = anchors.text(name)
                if name not in known:
                    anchors.wrong(name, f"must be points from 0 to {value['points']}")
        each.done()
        found.append(value)
    all_different([(each, str(each.data.get("id"))) for each in rows], "id")
    return found
