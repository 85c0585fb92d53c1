"""Put things in order: the value maps the ids of the things to their places, 1 being the first."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from courses.assessment.items.item import (
    RIGHT,
    WRONG,
    BadAnswer,
    Item,
    Shape,
    Value,
    each_under,
    given_pairs,
    in_order,
    option_ids,
    shuffled,
)


def arranged(item: Item, rng: Random) -> list[str]:
    """Return the ids, shuffled; they may come up in the right order, or that would tell."""
    return shuffled(option_ids(item), rng)


def accepted(item: Item, shown: Sequence[str], raw: Any) -> Value:
    """Return the place of each thing that has one; two may stand at one place until mended.

    A list of all ids in their order is the same answer.

    Raises:
        BadAnswer: it is neither, or names a thing or place that was not shown.
    """
    if isinstance(raw, list):
        if sorted(map(str, raw)) != sorted(shown):
            raise BadAnswer("not all things, each once")
        raw = {key: place for place, key in enumerate(raw, start=1)} if raw else None
    places = given_pairs("" if raw == [] else raw) if raw != "" else None
    if places is None:
        return None
    if not set(places) <= set(shown):
        raise BadAnswer("no such thing")
    found = {key: _place(places[key], len(shown)) for key in shown if key in places}
    return found


def _place(raw: Any, most: int) -> int:
    if isinstance(raw, str) and len(raw) <= 3 and raw.isascii() and raw.isdigit():
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= most:
        raise BadAnswer("no such place")
    return raw


def from_form(item: Item, fields: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what the selects sent, one for each thing."""
    return each_under(fields, name, option_ids(item))


def credit(item: Item, value: Value) -> Fraction | None:
    """Return the share by the rule of the question.

    ``exact``: everything at its place. ``positions``: the share of things at their place.
    ``adjacent``: the share of neighbours in the right order that follow each other here, too.
    """
    try:
        places = accepted(item, option_ids(item), value) or {}
    except BadAnswer:
        return WRONG
    order = item.marking["order"]
    there = [places.get(key) == place for place, key in enumerate(order, start=1)]
    match item.marking.get("rule"):
        case "positions":
            return Fraction(sum(there), len(order))
        case "adjacent":
            # A missing place is far from every other.
            kept = [places.get(b, -9) - places.get(a, -99) == 1 for a, b in pairwise(order)]
            return Fraction(sum(kept), len(kept))
        case _:
            return RIGHT if all(there) else WRONG


def complete(item: Item, value: Value) -> bool:
    """Tell whether everything has a place of its own."""
    places = value.values() if isinstance(value, Mapping) else ()
    return {place for place in places if isinstance(place, int)} == set(
        range(1, len(item.options) + 1)
    )


def face(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the things as shown, with the places that were chosen."""
    places = value if isinstance(value, Mapping) else {}
    rows = [
        {"id": row["id"], "text": row["text"], "place": places.get(row["id"])}
        for row in in_order(item, shown)
    ]
    taken = [row["place"] for row in rows if row["place"]]
    return {
        "rows": rows,
        "places": list(range(1, len(rows) + 1)),
        "twice": len(set(taken)) < len(taken),
    }


def told(item: Item, shown: Sequence[str], value: Value) -> Shape:
    """Return the things in the right order, with the places that were chosen."""
    places = value if isinstance(value, Mapping) else {}
    words = {row["id"]: row["text"] for row in item.options}
    return {
        "rows": [
            {
                "text": words[key],
                "place": place,
                "given": places.get(key),
                "correct": places.get(key) == place,
            }
            for place, key in enumerate(item.marking["order"], start=1)
        ],
        "rule": item.marking.get("rule", "exact"),
        "feedback": item.marking.get("feedback", ""),
    }
