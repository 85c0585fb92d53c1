"""Assemble the coach's desk: who is whose to observe, and what waits for whom."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from courses.coaching.models import Observation
from courses.coaching.queries import live_rubrics
from lms.kit import clock
from lms.kit.matching import name_key
from lms.public import (
    Ability,
    Scope,
    kept_id,
    organisations_by_id,
    people,
    people_filter,
    role_title,
    spells,
    staff_rows,
    visible_people,
)

RECENT: Final = timedelta(days=30)
"""How long a signed observation counts as recent on the desk."""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One person on the desk. ``last_on`` None: never observed."""

    person_uuid: UUID
    name: str
    role: str
    place: str
    passed: int
    total: int
    waiting: tuple[UUID, ...]
    to_observe: int
    last_on: date | None
    signed_lately: bool

    @property
    def state(self) -> str:
        """Return what comes next: waiting, observe or done."""
        if self.waiting:
            return "waiting"
        return "observe" if self.to_observe else "done"


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of one account. ``may_observe`` False: a supervisor, who reads only."""

    rows: tuple[DeskRow, ...]
    may_observe: bool

    def count(self, state: str) -> int:
        """Return how many people a filter shows."""
        return len(self.filtered(state, ""))

    def filtered(self, state: str, words: str) -> list[DeskRow]:
        """Return the rows of a filter ("" for everybody) whose name holds all the words."""
        wanted = name_key(words).split()
        return [
            row
            for row in self.rows
            if (not state or row.state == state or (state == "signed" and row.signed_lately))
            and all(word in name_key(row.name) for word in wanted)
        ]

    @property
    def observe_count(self) -> int:
        """Return how many people have something left to observe."""
        return sum(row.to_observe > 0 for row in self.rows)

    @property
    def next(self) -> DeskRow | None:
        """Return who was not observed for longest, of those with something left to observe."""
        left = [row for row in self.rows if row.to_observe]
        return min(left, key=lambda row: (row.last_on or date.min, row.name), default=None)


@dataclass(slots=True)
class _Seen:
    """What the observations of one person add up to."""

    passed: set[str]
    waiting: list[UUID]
    waiting_keys: set[str]
    last_on: date | None = None
    signed_at: datetime | None = None


def desk(*, user_id: int, on: date) -> Desk | None:
    """Return the desk of an account on a date, or None when it coaches and supervises nobody.

    The number of statements does not grow with the people.
    """
    scope = visible_people(user_id=user_id, ability=Ability.OBSERVE, on=on)
    may_observe = bool(scope.paths)
    if not may_observe:
        scope = visible_people(user_id=user_id, ability=Ability.SIGN_OFF, on=on)
    if not (scope.paths or scope.person_ids):
        return None
    keys = {rubric.key for rubric in live_rubrics()}
    seen = _seen(scope)
    since = clock.now() - RECENT
    rows = [_row(person, seen[person.id], keys, since) for person in _staff(scope, on)]
    return Desk(
        rows=tuple(sorted(rows, key=lambda row: name_key(row.name))), may_observe=may_observe
    )


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    uuid: UUID
    name: str
    role: str
    place: str


def _staff(scope: Scope, on: date) -> list[_Person]:
    """Return the people of a scope, each once, with the first of their roles."""
    places: dict[int, tuple[UUID, str, str, int]] = {}
    if scope.paths:
        for row in staff_rows(paths=scope.paths, on=on):
            name = f"{row.given_name} {row.family_name}".strip()
            places.setdefault(row.person_id, (row.person_uuid, name, row.role, row.organisation_id))
    missing = [person_id for person_id in scope.person_ids if person_id not in places]
    if missing:
        records = people(person_ids=missing)
        for spell in spells(person_ids=missing):
            if spell.starts_on <= on and (spell.ends_on is None or spell.ends_on > on):
                record = records[spell.person_id]
                places.setdefault(
                    record.id, (record.uuid, record.name, spell.role, spell.organisation_id)
                )
    if scope.except_id is not None:
        places.pop(scope.except_id, None)
    names = organisations_by_id(ids={place[3] for place in places.values()})
    return [
        _Person(person_id, uuid, name, role_title(role=role), names[organisation_id].name)
        for person_id, (uuid, name, role, organisation_id) in places.items()
    ]


def _seen(scope: Scope) -> dict[int, _Seen]:
    seen: dict[int, _Seen] = defaultdict(lambda: _Seen(set(), [], set()))
    rows = (
        Observation.objects.filter(
            people_filter(scope=scope, field="person_id"), withdrawal__isnull=True
        )
        .order_by("observed_on", "pk")
        .values_list(kept_id(), "uuid", "rubric__key", "passed", "acknowledged_at", "observed_on")
    )
    for person_id, uuid, key, passed, acknowledged_at, observed_on in rows:
        one = seen[person_id]
        one.last_on = observed_on
        if acknowledged_at is None:
            one.waiting.append(uuid)
            one.waiting_keys.add(key)
            continue
        one.signed_at = max(one.signed_at or acknowledged_at, acknowledged_at)
        if passed:
            one.passed.add(key)
    return seen


def _row(person: _Person, seen: _Seen, keys: set[str], since: datetime) -> DeskRow:
    return DeskRow(
        person_uuid=person.uuid,
        name=person.name,
        role=person.role,
        place=person.place,
        passed=len(keys & seen.passed),
        total=len(keys),
        waiting=tuple(seen.waiting),
        to_observe=len(keys - seen.passed - seen.waiting_keys),
        last_on=seen.last_on,
        signed_lately=seen.signed_at is not None and seen.signed_at >= since,
    )


SORTS: Final = {
    "name": lambda row: (name_key(row.name),),
    "practice": lambda row: (row.passed, name_key(row.name)),
    "last": lambda row: (row.last_on or date.min, name_key(row.name)),
}


def sorted_rows(rows: Iterable[DeskRow], sort: str) -> Sequence[DeskRow]:
    """Return rows by one of SORTS, "-" before the key for descending; by name otherwise."""
    key = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    return sorted(rows, key=key, reverse=sort.startswith("-") and sort[1:] in SORTS)
