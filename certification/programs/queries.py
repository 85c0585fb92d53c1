"""Which rules are in force when, and for whom: the published programs, parsed once."""

import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from django.core.cache import cache

from certification.programs.document import Program as Rules
from certification.programs.document import parse
from certification.programs.fitting import is_open
from certification.programs.models import Adoption, ProgramVersion
from lms.kit import clock
from lms.kit.periods import contains

# Another process learns of a new version or adoption through the shared cache at once, or
# without one (every process its own memory) after this many seconds.
STALE_SECONDS = 60
_GENERATION = "certification:programs:generation"


class UnknownProgram(LookupError):
    """No program with this key has been loaded."""


@dataclass(frozen=True, slots=True)
class Version:
    """One published version, in force from `effective_on` until `until_on` (None: still)."""

    id: int
    program_id: int
    program_key: str
    label: str
    digest: str
    effective_on: date
    until_on: date | None
    first: bool
    recorded_at: datetime

    @property
    def rules(self) -> Rules:
        """Return the parsed rules; the text of a digest is read once per process."""
        return rules_of(self.digest)


@dataclass(frozen=True, slots=True)
class AdoptionRecord:
    """An organisation, named by its path, works under a program until before `until_on`."""

    program_key: str
    path: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every program with its versions, oldest first, and who has adopted what."""

    versions: Mapping[str, tuple[Version, ...]]
    open_keys: frozenset[str]
    adoptions: tuple[AdoptionRecord, ...]

    def version(self, key: str, on: date, known_at: datetime | None = None) -> Version:
        """Return the version in force on a date; before the first one, the first one.

        `known_at` leaves out versions that were published after that instant. Where none was
        published yet, the first one stands in: the rules are older than this academy.

        Raises:
            UnknownProgram: no such program.
        """
        known = self.versions.get(key)
        if not known:
            raise UnknownProgram(key)
        if known_at is not None:
            known = tuple(each for each in known if each.recorded_at <= known_at) or known[:1]
            # Nor is it known then that a later one would follow.
            ends = [each.effective_on for each in known[1:]] + [None]
            known = tuple(
                replace(each, until_on=until) for each, until in zip(known, ends, strict=True)
            )
        return next((each for each in reversed(known) if each.effective_on <= on), known[0])

    def keys_for(self, places: Iterable[tuple[str, date, date | None]]) -> list[str]:
        """Return, in order, the programs somebody employed at these places is subject to.

        A place is the path of an organisation, the first day there and the first day not there;
        an adoption above it that overlaps those days makes its program count, now and later:
        what was begun stays visible after leaving.
        """
        keys = set(self.open_keys)
        for path, since, until in places:
            for each in self.adoptions:
                starts_in_time = until is None or each.from_on < until
                ends_later = each.until_on is None or since < each.until_on
                if path.startswith(each.path) and starts_in_time and ends_later:
                    keys.add(each.program_key)
        return sorted(keys)

    def keys_on(self, paths: Collection[str], on: date) -> list[str]:
        """Return, in order, the programs in force at any of these places on a date."""
        adopted = {
            each.program_key
            for each in self.adoptions
            if contains(each.from_on, each.until_on, on)
            and any(path.startswith(each.path) for path in paths)
        }
        return sorted(adopted | self.open_keys)


_held: list[tuple[str, float, Catalogue]] = []


@dataclass(frozen=True, slots=True)
class _Supposition:
    """Programs as they would be, and the one text that is not published."""

    catalogue: Catalogue
    rules: Rules


_supposed: ContextVar[_Supposition | None] = ContextVar("supposed programs", default=None)


@contextmanager
def supposing(rules: Rules, *, effective_on: date) -> Iterator[Catalogue]:
    """Let everybody in this block, and nobody else, see a text as if it were published.

    `catalogue` and `rules_of` answer as they will once it is, so that whatever reads and decides
    by them tells what would be. Nothing is written. Its version has the id 0.
    """
    supposed = _Supposition(_with(catalogue(), rules, effective_on), rules)
    token = _supposed.set(supposed)
    try:
        yield supposed.catalogue
    finally:
        _supposed.reset(token)


def _with(programs: Catalogue, rules: Rules, effective_on: date) -> Catalogue:
    known = programs.versions.get(rules.key, ())
    rows = [
        (each.id, each.program_id, each.label, each.digest, each.effective_on, each.recorded_at)
        for each in known
    ]
    program_id = known[0].program_id if known else 0
    rows.append((0, program_id, rules.version, rules.digest, effective_on, clock.now()))
    opened = frozenset({rules.key} if is_open(rules) else ())
    return Catalogue(
        {**programs.versions, rules.key: _chained(rules.key, rows)},
        (programs.open_keys - {rules.key}) | opened,
        programs.adoptions,
    )


def catalogue() -> Catalogue:
    """Return all published programs: two statements, or none when this process read them lately."""
    supposed = _supposed.get()
    if supposed is not None:
        return supposed.catalogue
    generation = cache.get(_GENERATION)
    if generation is None:
        generation = secrets.token_hex(8)
        cache.add(_GENERATION, generation, timeout=None)
    now = time.monotonic()
    if _held:
        known, read_at, held = _held[0]
        if known == generation and now - read_at < STALE_SECONDS:
            return held
    fresh = read_catalogue()
    _held[:] = [(generation, now, fresh)]
    return fresh


def forget() -> None:
    """Make every process read the programs again."""
    _held.clear()
    cache.set(_GENERATION, secrets.token_hex(8), timeout=None)


def read_catalogue() -> Catalogue:
    """Read all published programs and adoptions from the database."""
    rows = ProgramVersion.objects.order_by("program__key", "effective_on", "pk").values_list(
        "program__key",
        "pk",
        "program_id",
        "label",
        "digest",
        "effective_on",
        "recorded_at",
        "program__open_to_all",
    )
    grouped: dict[str, list[tuple[int, int, str, str, date, datetime]]] = {}
    open_keys: set[str] = set()
    for key, pk, program_id, label, digest, effective_on, recorded_at, to_all in rows:
        row = (pk, program_id, label, digest, effective_on, recorded_at)
        grouped.setdefault(key, []).append(row)
        if to_all:
            open_keys.add(key)
    versions = {key: _chained(key, each) for key, each in grouped.items()}
    adoptions = Adoption.objects.order_by("pk").values_list(
        "program__key", "organisation__path", "starts_on", "ends_on"
    )
    return Catalogue(
        versions, frozenset(open_keys), tuple(AdoptionRecord(*each) for each in adoptions)
    )


def _chained(
    key: str, rows: list[tuple[int, int, str, str, date, datetime]]
) -> tuple[Version, ...]:
    """Return the versions in the order in which they are in force.

    The first one that was published speaks for all days before the others, whatever its date.
    """
    known = [each for each in rows if each[0]]
    first = min(known or rows, key=lambda row: row[0])
    others = sorted((row for row in rows if row is not first), key=lambda row: row[4])
    rows = [first, *others]
    ends = [each[4] for each in others] + [None]
    return tuple(
        Version(pk, program_id, key, label, digest, effective_on, until, place == 0, recorded_at)
        for place, (row, until) in enumerate(zip(rows, ends, strict=True))
        for pk, program_id, label, digest, effective_on, recorded_at in [row]
    )


def rules_of(digest: str) -> Rules:
    """Return the rules whose text has this digest; a digest never changes its meaning.

    Raises:
        ProgramVersion.DoesNotExist: no version has this digest.
    """
    supposed = _supposed.get()
    if supposed is not None and supposed.rules.digest == digest:
        return supposed.rules
    return _published(digest)


@lru_cache(maxsize=128)
def _published(digest: str) -> Rules:
    """Read and parse a published text, once per process."""
    source = (
        ProgramVersion.objects.filter(digest=digest)
        .order_by("pk")
        .values_list("source", flat=True)
        .first()
    )
    if source is None:
        raise ProgramVersion.DoesNotExist(digest)
    return parse(source)
