"""Read a rubric file and rate an observation by it, without a database."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

HIGHEST: Final = 3
RATINGS: Final = range(HIGHEST + 1)
KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
MODES: Final = ("practice", "live", "coaching")


class FaultyRubric(ValueError):
    """The rubric file cannot be used; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class FaultyRatings(ValueError):
    """The ratings do not fit the rubric: an item is missing, unknown or not rated 0 to 3."""

    def __init__(self, *, missing: Sequence[str], unknown: Sequence[str], wrong: Sequence[str]):
        super().__init__(f"missing {missing}, unknown {unknown}, not 0 to {HIGHEST} {wrong}")
        self.missing, self.unknown, self.wrong = tuple(missing), tuple(unknown), tuple(wrong)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look for, with what each rating from 0 to 3 looks like."""

    id: str
    text: str
    competency: str
    critical: bool
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RubricDraft:
    """One rubric as written. ``hours`` are earned, of the type ``mode``, when it is passed.

    ``plan`` is how the time is used: [{"minutes", "title", "text"}].
    """

    key: str
    title: str
    version: str
    mode: str
    hours: Decimal
    benchmark_percent: int
    instructions: str
    items: tuple[Item, ...]
    plan: tuple[dict[str, Any], ...] = ()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything an observer or a rater would notice."""
        said = asdict(self)
        # Left out where there is none: rubrics written before there were plans stay as they are.
        if not said["plan"]:
            del said["plan"]
        words = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(words.encode()).hexdigest()

    def item_rows(self) -> list[dict[str, Any]]:
        """Return the items as they are stored."""
        return [
            asdict(item) | {"anchors": {str(n): text for n, text in enumerate(item.anchors)}}
            for item in self.items
        ]


@dataclass(frozen=True, slots=True)
class Rating:
    """What the ratings add up to. ``percent`` is rounded half up to two decimals, for showing."""

    percent: Decimal
    critical_failed: tuple[str, ...]
    passed: bool


def items_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Return the items of a stored rubric."""
    return tuple(
        Item(
            id=row["id"],
            text=row["text"],
            competency=row["competency"],
            critical=row["critical"],
            anchors=tuple(row["anchors"][str(n)] for n in RATINGS),
        )
        for row in rows
    )


def rate(*, items: Sequence[Item], ratings: Mapping[str, int], benchmark_percent: int) -> Rating:
    """Add up the ratings: the share of the highest sum, and whether that passes.

    An observation passes when the exact share reaches the benchmark and no critical item is
    rated 0.

    Raises:
        FaultyRatings: an item is not rated, is not in the rubric, or is not rated 0 to 3.
    """
    known = {item.id for item in items}
    missing = [item.id for item in items if item.id not in ratings]
    unknown = sorted(ratings.keys() - known)
    wrong = sorted(key for key in ratings.keys() & known if not _is_rating(ratings[key]))
    if missing or unknown or wrong:
        raise FaultyRatings(missing=missing, unknown=unknown, wrong=wrong)
    share = Fraction(100 * sum(ratings[item.id] for item in items), HIGHEST * len(items))
    failed = tuple(item.id for item in items if item.critical and ratings[item.id] == 0)
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return Rating(
        percent=exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
        critical_failed=failed,
        passed=share >= benchmark_percent and not failed,
    )


def read_rubric(data: Mapping[str, Any]) -> RubricDraft:
    """Return the rubric in ``data``, which is a parsed rubric file.

    Raises:
        FaultyRubric: with every fault that was found, not only the first.
    """
    faults: list[str] = []
    rows = data.get("items")
    items = tuple(_item(row, faults) for row in rows) if isinstance(rows, list) else ()
    keys = [item.id for item in items if item.id]
    faults += [
        f"item {key}: is there twice" for key in sorted({k for k in keys if keys.count(k) > 1})
    ]
    if not items:
        faults.append("rubric: needs at least one item")
    mode = data.get("mode", "practice")
    if mode not in MODES:
        faults.append(f"rubric: mode must be one of {', '.join(MODES)}")
    draft = RubricDraft(
        key=_key(data, "key", "rubric", faults),
        title=_text(data, "title", "rubric", faults),
        version=_text(data, "version", "rubric", faults),
        mode=str(mode),
        hours=_hours(data, faults),
        benchmark_percent=_percent(data, faults),
        instructions=str(data.get("instructions") or "").strip(),
        items=items,
        plan=tuple(data.get("plan") or ()),
    )
    if faults:
        raise FaultyRubric(faults)
    return draft


def _is_rating(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in RATINGS


def _item(row: object, faults: list[str]) -> Item:
    row = row if isinstance(row, dict) else {}
    key = _key(row, "id", "item", faults)
    name = f"item {key or '?'}"
    given = row.get("anchors")
    anchors = {
        str(rating): text for rating, text in (given if isinstance(given, dict) else {}).items()
    }
    if set(anchors) != {str(rating) for rating in RATINGS}:
        faults.append(f"{name}: needs an anchor for each of 0, 1, 2 and 3")
    critical = row.get("critical", False)
    if not isinstance(critical, bool):
        faults.append(f"{name}: critical is true or false")
    return Item(
        id=key,
        text=_text(row, "text", name, faults),
        competency=str(row.get("competency") or ""),
        critical=critical is True,
        anchors=tuple(_text(anchors, str(n), f"{name}, anchor", faults) for n in RATINGS),
    )


def _text(row: Mapping[str, Any], field: str, name: str, faults: list[str]) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        faults.append(f"{name}: {field} is missing or not text")
        return ""
    return value.strip()


def _key(row: Mapping[str, Any], field: str, name: str, faults: list[str]) -> str:
    key = _text(row, field, name, faults)
    if key and not KEY.fullmatch(key):
        faults.append(f"{name}: {key!r} is not a key")
    return key


def _hours(data: Mapping[str, Any], faults: list[str]) -> Decimal:
    try:
        hours = Decimal(str(data.get("hours", 0))).quantize(Decimal("0.01"))
    except InvalidOperation:
        hours = Decimal(-1)
    if not 0 <= hours <= 100:
        faults.append("rubric: hours must be a number from 0 to 100")
        return Decimal(0)
    return hours


def _percent(data: Mapping[str, Any], faults: list[str]) -> int:
    value = data.get("benchmark_percent")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:
        faults.append("rubric: benchmark_percent must be a whole number from 1 to 100")
        return 100
    return value
