"""Read an equivalence map: what of another academy counts for what here, line by line; pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from certification.engine.basis import Basis, parse_basis, source_text
from certification.engine.requirements import ANY, matches
from certification.programs.reading import ProgramError, Row, load

MOST_LINES: Final = 2_000
MOST_HOURS: Final = Decimal(1_000)
ONE: Final = Decimal(1)
SUBJECT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._/-]{0,159}")
PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._/-]{0,158}\*?|\*")
_HEADER: Final = "map title version issuer author note accept refuse"
_ACCEPT: Final = "from issuer to factor cap score basis note"
_REFUSE: Final = "from issuer why basis"
_TARGET: Final = "key factor cap score"
_FIGURES: Final = ("factor", "cap")


@dataclass(frozen=True, slots=True)
class Target:
    """One key here that a fact counts for.

    `factor` is the share of its hours, `cap` the most hours; without `keeps_score` the score
    stays behind.
    """

    key: str
    factor: Decimal = ONE
    cap: Decimal | None = None
    keeps_score: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One line: facts of an issuer whose key is, or begins like, `source`.

    No targets: it is not accepted, and `note` says why. `basis` says whose rule the line is, in
    words.
    """

    issuer: str
    source: str
    targets: tuple[Target, ...]
    note: str
    basis: str

    @property
    def weight(self) -> tuple[bool, int]:
        """Return how exactly it names facts: a whole key before the longest beginning."""
        return not self.source.endswith(ANY), len(self.source)


@dataclass(frozen=True, slots=True)
class Equivalence:
    """One version of a map."""

    key: str
    title: str
    version: str
    author: str
    note: str
    digest: str
    lines: tuple[Line, ...] = field(repr=False)

    def line_for(self, issuer: str, subject: str) -> Line | None:
        """Return the line that names a fact most exactly, or None."""
        found = [
            each for each in self.lines if each.issuer == issuer and matches(each.source, subject)
        ]
        return max(found, key=lambda each: each.weight, default=None)


class BrokenMap(ValueError):
    """Raised with everything that is wrong with the text of a map."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def digest_of(text: str) -> str:
    """Return the SHA-256 of a map's text in hexadecimal, blind to line-ending style."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def equivalence_of(text: str) -> Equivalence:
    """Return the map that a YAML text describes.

    Raises:
        BrokenMap: with every problem found, not only the first.
    """
    problems: list[str] = []
    try:
        row = Row(load(text), "map", problems, _HEADER)
    except ProgramError as error:
        raise BrokenMap(
            tuple(each.replace("program:", "map:") for each in error.problems)
        ) from error
    issuer = row.text("issuer")
    lines = [
        *(_accept(each, at, issuer, problems) for at, each in enumerate(row.items("accept"), 1)),
        *(_refuse(each, at, issuer, problems) for at, each in enumerate(row.items("refuse"), 1)),
    ]
    if not lines:
        row.complain("says nothing: neither accept nor refuse has a line")
    if len(lines) > MOST_LINES:
        row.complain(f"has more than {MOST_LINES} lines")
    seen: set[tuple[str, str]] = set()
    for each in lines:
        if (each.issuer, each.source) in seen:
            row.complain(f"{each.source!r} is spoken of twice")
        seen.add((each.issuer, each.source))
    found = Equivalence(
        key=row.identifier("map"),
        title=row.text("title"),
        version=row.text("version"),
        author=row.text("author"),
        note=row.text("note", ""),
        digest=digest_of(text),
        lines=tuple(lines),
    )
    for name, most in (("map", 60), ("title", 160), ("version", 40), ("author", 160)):
        if len(str(row.data.get(name, ""))) > most:
            row.complain(f"{name} is longer than {most} letters")
    if found.key and not re.fullmatch(r"[-a-zA-Z0-9_]+", found.key):
        row.complain("map may have letters, digits, hyphens and underscores alone")
    if problems:
        raise BrokenMap(tuple(dict.fromkeys(problems)))
    return found


def _accept(data: Any, at: int, issuer: str, problems: list[str]) -> Line:
    row = _row(data, f"accept {at}", problems, _ACCEPT)
    usual = _target(row, "-")
    entries = row.data.get("to")
    targets = []
    for each in entries if isinstance(entries, list) else [entries]:
        if isinstance(each, Mapping):
            inner = Row({**_own(row.data), **each}, f"{row.where} to", problems, _TARGET)
            targets.append(_target(inner, inner.text("key")))
        elif isinstance(each, str) and each.strip():
            targets.append(Target(each.strip(), usual.factor, usual.cap, usual.keeps_score))
        else:
            row.complain("to names no key")
    if not targets:
        row.complain("to names no key")
    for each in targets:
        if not SUBJECT.fullmatch(each.key):
            row.complain(f"{each.key!r} is no evidence key of this academy")
    if len({each.key for each in targets}) != len(targets):
        row.complain("to names a key twice")
    note = row.text("note", "")
    return Line(row.text("issuer", issuer), _source(row), tuple(targets), note, _basis(row))


def _refuse(data: Any, at: int, issuer: str, problems: list[str]) -> Line:
    row = _row(data, f"refuse {at}", problems, _REFUSE)
    return Line(row.text("issuer", issuer), _source(row), (), row.text("why"), _basis(row))


def _row(data: Any, where: str, problems: list[str], fields: str) -> Row:
    source = data.get("from") if isinstance(data, Mapping) else None
    return Row(data, f"{where} ({source})" if source else where, problems, fields)


def _own(data: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what a line says of all its targets."""
    return {name: data[name] for name in ("factor", "cap", "score") if name in data}


def _target(row: Row, key: str) -> Target:
    factor, cap = row.number("factor", ONE), row.number("cap", MOST_HOURS)
    score = row.text("score", "keep")
    if score not in ("keep", "drop"):
        row.complain("score is neither keep nor drop")
    return Target(key, ONE if factor is None else factor, cap, score == "keep")


def _source(row: Row) -> str:
    source = row.text("from")
    if source and not PATTERN.fullmatch(source):
        row.complain("from is no key, nor the beginning of keys with a * at its end")
    return source


def _basis(row: Row) -> str:
    """Return the basis of a line in words; a figure it passes over is an assumption."""
    basis = parse_basis(row.text("basis"))
    for problem in basis.problems:
        row.complain(problem)
    if "exist" not in basis.codes:
        row.complain("basis does not say where the line comes from (exist=...)")
    codes = dict(basis.codes)
    for name in _FIGURES:
        if row.data.get(name) is not None:
            codes.setdefault(name, "A")
    return source_text(row.where, Basis(codes, basis.remarks)).partition(": ")[2]
