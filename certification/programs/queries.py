"""Which rules are in force when, and for whom: the published programs, parsed once."""

import secrets
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.core.cache import cache

from certification.programs.document import Program as Rules
from certification.programs.document import parse
from certification.programs.models import Adoption, ProgramVersion
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


def catalogue() -> Catalogue:
    """Return all published programs: two statements, or none when this process read them lately."""
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
    for key, pk, program_id, label, digest, effective_on, recorded_at, is_open in rows:
        row = (pk, program_id, label, digest, effective_on, recorded_at)
        grouped.setdefault(key, []).append(row)
        if is_open:
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
    ends = [each[4] for each in rows[1:]] + [None]
    return tuple(
        Version(pk, program_id, key, label, digest, effective_on, until, place == 0, recorded_at)
        for place, (row, until) in enumerate(zip(rows, ends, strict=True))
        for pk, program_id, label, digest, effective_on, recorded_at in [row]
    )


@lru_cache(maxsize=128)
def rules_of(digest: str) -> Rules:
    """Return the rules whose text has this digest; a digest never changes its meaning.

    Raises:
        ProgramVersion.DoesNotExist: no version has this digest.
    """
    source = (
        ProgramVersion.objects.filter(digest=digest)
        .order_by("pk")
        .values_list("source", flat=True)
        .first()
    )
    if source is None:
        raise ProgramVersion.DoesNotExist(digest)
    return parse(source)
