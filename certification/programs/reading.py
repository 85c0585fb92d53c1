"""Read YAML strictly: safe values only, and every complaint collected with its place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from certification.engine.basis import Basis, parse_basis
from certification.engine.requirements import ANCHORS, Due

_Choice = TypeVar("_Choice", bound=StrEnum)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_LONGEST = 1_000_000
_MOST_DAYS = 36_500
# A figure that the basis line does not speak of is an assumption, never as good as the clause.
_FIGURES = {
    "hours": "hours",
    "count": "count",
    "pass": "pass",
    "due": "due",
    "valid_months": "valid",
    "counts": "counts",
    "lookback_months": "lookback",
    "hours_types": "types",
    "caps": "caps",
    "since": "since",
    "after": "after",
    "reductions": "reductions",
    "renewal_window_days": "window",
    "grace_days": "grace",
    "expiry": "expiry",
    "until": "until",
    "supervised": "supervised",
}


class ProgramError(ValueError):
    """Raised with every problem of a program document, each naming its requirement."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _Loader(yaml.SafeLoader):
    """YAML without aliases (they can explode or loop) and without silently repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in names:
                raise yaml.YAMLError(f"{name!r} is written twice {key.start_mark}")
            names.add(name)
        return super().construct_mapping(node, deep)


def load(text: str) -> Mapping[Any, Any]:
    """Return the mapping a YAML text holds, plain values only.

    Raises:
        ProgramError: when it cannot be read or is no mapping.
    """
    if len(text) > _LONGEST:
        raise ProgramError([f"program: longer than {_LONGEST} characters"])
    try:
        loaded = _Loader(text).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ProgramError([f"program: not readable as YAML: {error}"]) from error
    if not isinstance(loaded, Mapping):
        raise ProgramError(["program: the document is not a mapping"])
    return loaded


class Row:
    """One mapping of the document, read field by field; every complaint is collected."""

    def __init__(self, data: object, where: str, problems: list[str], fields: str) -> None:
        self.data: Mapping[Any, Any] = data if isinstance(data, Mapping) else {}
        self.where = where
        self.problems = problems
        if not isinstance(data, Mapping):
            self.complain("is not a mapping")
        for name in self.data:
            if name not in fields.split():
                self.complain(f"unknown field {name!r}")

    def complain(self, problem: str) -> None:
        """Collect a problem under the place it was found in."""
        self.problems.append(f"{self.where}: {problem}")

    def text(self, name: str, default: str | None = None) -> str:
        """Return a line of text; without a default it must be there."""
        value = self.data.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value not in (None, "") or default is None:
            self.complain(f"{name} is missing or is not text")
        return default or ""

    def identifier(self, name: str) -> str:
        """Return a key made of letters, digits, dots, colons, hyphens and underscores."""
        value = self.text(name)
        if value and not _ID.fullmatch(value):
            self.complain(f"{name} {value!r} has characters that a key may not have")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return true or false, `default` when absent."""
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            self.complain(f"{name} must be true or false")
            return default
        return value

    def day(self, name: str) -> date:
        """Return a date written as YYYY-MM-DD."""
        value = self.data.get(name)
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.complain(f"{name} is not a date")
            return date.min

    def number(self, name: str, most: Decimal) -> Decimal | None:
        """Return a number from 0 to `most`, or None when the field is null or absent."""
        value = self.data.get(name)
        if value is None:
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.complain(f"{name} is not a number")
        elif number < 0:
            self.complain(f"{name} is negative")
        elif number > most:
            self.complain(f"{name} is above {most}")
        else:
            return number
        return None

    def whole(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds, or None when the field is null or absent."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.complain(f"{name} is not a whole number from {least} to {most}")
            return None
        return value

    def choice(self, name: str, kinds: type[_Choice], fallback: _Choice) -> _Choice:
        """Return one of the words of an enumeration."""
        value = self.data.get(name)
        try:
            return kinds(str(value))
        except ValueError:
            self.complain(f"unknown {name} {value!r}")
            return fallback

    def items(self, name: str) -> list[Any]:
        """Return a list of anything, empty when the field is null or absent."""
        value = self.data.get(name)
        if value is not None and not isinstance(value, list):
            self.complain(f"{name} is not a list")
            return []
        return value or []

    def words(self, name: str, known: Iterable[str] | None = None) -> tuple[str, ...]:
        """Return a list of words, each of which must be known when `known` is given."""
        value = self.data.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.complain(f"{name} is not a list of words")
            return ()
        if len(set(value)) != len(value):
            self.complain(f"{name} names something twice")
        for each in value:
            if not each.strip() or (known is not None and each not in known):
                self.complain(f"unknown {name} {each!r}")
        return tuple(value)

    def needed(self, name: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words, complaining when there are none."""
        if not words and not self.data.get(name):
            self.complain(f"{name} is empty")
        return words

    def anchor(self) -> str:
        """Return the anchor that a deadline or a window hangs on."""
        anchor = self.text("from")
        if anchor and anchor not in ANCHORS:
            self.complain(f"unknown anchor {anchor!r}")
        return anchor

    def due(self, name: str = "due") -> Due | None:
        """Return a deadline, or None."""
        value = self.data.get(name)
        if value is None:
            return None
        row = Row(value, f"{self.where} {name}", self.problems, "from days before")
        anchor = row.anchor()
        days = row.whole("days", 0, _MOST_DAYS)
        if days is None and row.data.get("days") is None:
            row.complain("days is missing")
        return Due(anchor, days or 0, row.flag("before"))

    def basis(self, own_rule: bool) -> Basis:
        """Return the basis line, every figure it passes over marked as an assumption."""
        basis = parse_basis(self.text("basis"))
        for problem in basis.problems:
            self.complain(problem)
        codes = dict(basis.codes)
        for name, code_name in _FIGURES.items():
            if self.data.get(name):
                codes.setdefault(code_name, "O" if own_rule else "A")
        if self.data.get("waivable") is False:
            codes.setdefault("waivable", "O" if own_rule else "A")
        return Basis(codes, basis.remarks)
