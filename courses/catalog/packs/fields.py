"""Read fields out of parsed YAML one by one, noting each that is missing, unknown or wrong."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Self

from courses.catalog.packs.problems import Problems

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HOURS_TYPES: Final = ("self_paced", "live", "practice", "coaching")
MOST_MINUTES: Final = 10_000
MOST_LETTERS: Final = 20_000


@dataclass(slots=True)
class Fields:
    """The fields of one thing in a file; ``path`` leads to it, as in "steps.door"."""

    data: dict[str, Any]
    file: str
    line: int
    problems: Problems
    path: str = ""
    asked: set[str] = field(default_factory=set)

    def wrong(self, name: str, text: str) -> None:
        """Note what is wrong with a field."""
        self.problems.add(self.file, self.line, f"{self.path}{name}: {text}")

    def get(self, name: str) -> Any:
        """Return a field as it stands, or None."""
        self.asked.add(name)
        return self.data.get(name)

    def done(self) -> None:
        """Note the fields that nobody asked for: a mistyped name is not silently lost."""
        for name in sorted(set(self.data) - self.asked):
            self.wrong(str(name), "is not a field of this; look for a spelling mistake")

    def text(self, name: str, *, required: bool = True, most: int = MOST_LETTERS) -> str:
        """Return words; numbers are taken as their words, so that ``version: 1.0`` works."""
        value = self.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.wrong(name, "is missing")
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
            self.wrong(name, "must be text (put it in quotes)")
            return ""
        words = str(value).strip()
        if len(words) > most:
            self.wrong(name, f"is longer than {most} characters")
        return words[:most]

    def slug(self, name: str, *, most: int = 80) -> str:
        """Return a short name for URLs and keys: small letters, digits, hyphens."""
        value = self.text(name, most=most)
        if value and not SLUG.fullmatch(value):
            self.wrong(name, f"{value!r} must be small letters, digits and single hyphens")
        return value

    def whole(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        value = self.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, "is missing" if value is None else "must be a whole number")
            return least
        if not least <= value <= most:
            self.wrong(name, f"must be from {least} to {most}, not {value}")
            return least
        return value

    def choice(self, name: str, known: tuple[str, ...], default: str = "") -> str:
        """Return one of the known words."""
        value = self.get(name)
        if value is None and default:
            return default
        if value not in known:
            self.wrong(name, f"must be one of {', '.join(known)}")
            return known[0]
        return str(value)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            self.wrong(name, "must be true or false")
            return False
        return value

    def day(self, name: str) -> date | None:
        """Return a date, or None where it is left empty."""
        value = self.get(name)
        if value is None or (isinstance(value, date) and type(value) is date):
            return value
        self.wrong(name, "must be a date like 2027-11-21")
        return None

    def words(self, name: str, *, known: set[str] | None = None) -> tuple[str, ...]:
        """Return a list of words, each one of ``known`` when that is given."""
        value = self.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(name, "must be a list of words")
            return ()
        for item in value:
            if known is not None and item not in known:
                self.wrong(name, f"{item!r} is not defined")
        if len(set(value)) < len(value):
            self.wrong(name, "names something twice")
        return tuple(value)

    def hours(self, name: str) -> dict[str, Decimal]:
        """Return hours by type, the types that are not named as zero."""
        inner = self.group(name)
        if inner is None:
            return {}
        found = {kind: inner.amount(kind) for kind in HOURS_TYPES}
        inner.done()
        return found

    def amount(self, name: str) -> Decimal:
        """Return a number of hours of 0 or more, 0 when it is left out."""
        value = self.get(name)
        if value is None:
            return Decimal(0)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.wrong(name, "must be a number of hours")
            return Decimal(0)
        number = Decimal(str(value))
        if not number.is_finite() or not 0 <= number <= MOST_MINUTES:
            self.wrong(name, f"must be from 0 to {MOST_MINUTES}")
            return Decimal(0)
        return number

    def group(self, name: str) -> Self | None:
        """Return the fields within a field, or None where it is left out."""
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(name, "must hold named fields")
            return None
        return self._within(value, f"{self.path}{name}.")

    def groups(self, name: str, *, least: int = 1) -> list[Self]:
        """Return a list of things with fields."""
        value = self.get(name)
        if value is None and least == 0:
            return []
        if not isinstance(value, list) or len(value) < least:
            self.wrong(name, f"must be a list of {least} or more")
            return []
        found = []
        for number, item in enumerate(value, start=1):
            path = f"{self.path}{name}[{number}]."
            if isinstance(item, dict):
                found.append(self._within(item, path))
            else:
                self.problems.add(self.file, self.line, f"{path[:-1]}: must hold named fields")
        return found

    def _within(self, data: dict[Any, Any], path: str) -> Self:
        named = {str(key): value for key, value in data.items()}
        return type(self)(named, self.file, self.line, self.problems, path)


def all_different(things: list[tuple[Fields, str]], what: str) -> None:
    """Note each id that stands for two things."""
    seen: set[str] = set()
    for fields, name in things:
        if name and name in seen:
            fields.wrong(what, f"{name!r} is used twice")
        seen.add(name)
