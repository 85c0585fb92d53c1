"""Read many people at once with all that they are employed as and licensed for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db.models import FilteredRelation, Q

from lms.people.models import Person
from lms.people.records import LicenceRecord, PersonFile, PersonRecord, Spell

_PERSON: Final = ("id", "uuid", "given_name", "family_name", "email", "user_id")
_SPELL: Final = tuple(
    f"spell__{field}"
    for field in (
        "pk",
        "person_id",
        "organisation_id",
        "organisation__path",
        "role",
        "fte",
        "starts_on",
        "ends_on",
        "supervisor_id",
        "first_service_on",
    )
)
_LICENCE: Final = tuple(
    f"licences__{field}"
    for field in (
        "pk",
        "uuid",
        "person_id",
        "kind",
        "requirement",
        "number",
        "issuer",
        "valid_from",
        "valid_until",
        "verified_at",
        "recorded_at",
        "replaces_id",
    )
)

Rows = dict[int, Any]


def person_files(
    *, person_ids: Collection[int], known_at: datetime | None = None
) -> dict[int, PersonFile]:
    """Return each person with spells and licences, oldest first, in one statement.

    It says what ``people``, ``spells`` and ``licences`` say one after the other; for deciding
    about many people. Everybody has few of either, so the rows of the join stay few. ``known_at``
    asks what the rows said at that instant: later versions, corrections and confirmations are
    left out, and what they replaced is back. Names are as now.
    """
    standing = Q(employments__replaced_at__isnull=True)
    if known_at is not None:
        standing |= Q(employments__replaced_at__gt=known_at)
        standing &= Q(employments__recorded_at__lte=known_at)
    current = FilteredRelation("employments", condition=standing)
    rows = (
        Person.objects.annotate(spell=current)
        .filter(pk__in=person_ids)
        .order_by("pk")
        .values_list(*_PERSON, *_SPELL, *_LICENCE)
    )
    first, second = len(_PERSON), len(_PERSON) + len(_SPELL)
    found: dict[int, tuple[tuple[Any, ...], Rows, Rows]] = {}
    for row in rows:
        _, spells, licences = found.setdefault(row[0], (row[:first], {}, {}))
        if row[first] is not None:
            spells[row[first]] = row[first + 1 : second]
        if row[second] is not None:
            licences[row[second]] = row[second:]
    return {
        pk: PersonFile(_person(person), _spells(spells), _licences(licences, known_at))
        for pk, (person, spells, licences) in found.items()
    }


def _person(row: tuple[Any, ...]) -> PersonRecord:
    pk, uuid, given, family, email, user_id = row
    return PersonRecord(pk, uuid, f"{given} {family}".strip(), given, family, email, user_id)


def _spells(rows: Rows) -> tuple[Spell, ...]:
    ordered = sorted(rows.items(), key=lambda item: (item[1][5], item[0]))
    return tuple(
        Spell(
            person_id=person_id,
            organisation_id=organisation_id,
            organisation_path=path,
            role=role,
            fte=str(fte),
            starts_on=starts_on,
            ends_on=ends_on,
            supervisor_id=supervisor_id,
            first_service_on=first_service_on,
        )
        for _, (
            person_id,
            organisation_id,
            path,
            role,
            fte,
            starts_on,
            ends_on,
            supervisor_id,
            first_service_on,
        ) in ordered
    )


def _licences(rows: Rows, known_at: datetime | None) -> tuple[LicenceRecord, ...]:
    """Return the licences that no later row corrects, oldest first."""
    known = {pk: row for pk, row in rows.items() if known_at is None or row[10] <= known_at}
    corrected = {row[-1] for row in known.values()}
    standing = [row for pk, row in known.items() if pk not in corrected]
    return tuple(
        LicenceRecord(
            id=row[0],
            uuid=row[1],
            person_id=row[2],
            kind=row[3],
            requirement=row[4],
            number=row[5],
            issuer=row[6],
            valid_from=row[7],
            valid_until=row[8],
            verified=row[9] is not None and (known_at is None or row[9] <= known_at),
            recorded_at=row[10],
        )
        for row in sorted(standing, key=lambda row: (row[7], row[0]))
    )


def person_ids_after(*, person_id: int = 0, most: int = 500) -> list[int]:
    """Return the next ids of people after one, for walking through everybody in portions."""
    return list(
        Person.objects.filter(pk__gt=person_id).order_by("pk").values_list("pk", flat=True)[:most]
    )
