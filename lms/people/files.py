"""Read many people at once with all that they are employed as and licensed for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db.models import FilteredRelation, Q

from lms.people.kin import records_known, rows_of
from lms.people.models import Person
from lms.people.records import LicenceRecord, PersonFile, PersonRecord, Spell

_PERSON: Final = ("id", "uuid", "given_name", "family_name", "email", "user_id", "merged_into_id")
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
        "supervisor__merged_into_id",
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
    *, person_ids: Collection[int], known_at: datetime | None = None, alone: bool = False
) -> dict[int, PersonFile]:
    """Return each person with spells and licences, oldest first, in one statement.

    It says what ``people``, ``spells`` and ``licences`` say one after the other; for deciding
    about many people. Everybody has few of either, so the rows of the join stay few. ``known_at``
    asks what the rows said at that instant: later versions, corrections and confirmations are
    left out, and what they replaced is back. Names are as now. Records that were merged are one
    person, by the id of the record that was kept; as known at an instant costs one more statement.
    With ``alone`` whoever else asks so about one of them waits for the caller's transaction to end.
    """
    standing = Q(employments__replaced_at__isnull=True)
    if known_at is not None:
        standing |= Q(employments__replaced_at__gt=known_at)
        standing &= Q(employments__recorded_at__lte=known_at)
    current = FilteredRelation("employments", condition=standing)
    known = None if known_at is None else records_known(person_ids=person_ids, known_at=known_at)
    theirs = rows_of(person_ids=person_ids, field="pk") if known is None else Q(pk__in=known)
    rows = (
        Person.objects.annotate(spell=current)
        .filter(theirs)
        .order_by("pk")
        .values_list(*_PERSON, *_SPELL, *_LICENCE)
    )
    if alone:
        # Without FOR KEY: rows that point at a person may still be written meanwhile.
        rows = rows.select_for_update(of=("self",), no_key=True)
    first, second = len(_PERSON), len(_PERSON) + len(_SPELL)
    people: dict[int, tuple[Any, ...]] = {}
    found: dict[int, tuple[Rows, Rows]] = {}
    for row in rows:
        kept = (row[first - 1] or row[0]) if known is None else known[row[0]]
        if kept == row[0]:
            people[kept] = row[:first]
        spells, licences = found.setdefault(kept, ({}, {}))
        if row[first] is not None:
            spells[row[first]] = row[first + 1 : second]
        if row[second] is not None:
            licences[row[second]] = row[second:]
    return {
        pk: PersonFile(_person(people[pk]), _spells(spells, pk), _licences(licences, pk, known_at))
        for pk, (spells, licences) in found.items()
    }


def _person(row: tuple[Any, ...]) -> PersonRecord:
    pk, uuid, given, family, email, user_id, _ = row
    return PersonRecord(pk, uuid, f"{given} {family}".strip(), given, family, email, user_id)


def _spells(rows: Rows, kept: int) -> tuple[Spell, ...]:
    ordered = sorted(rows.items(), key=lambda item: (item[1][5], item[0]))
    return tuple(
        Spell(
            person_id=kept,
            organisation_id=organisation_id,
            organisation_path=path,
            role=role,
            fte=str(fte),
            starts_on=starts_on,
            ends_on=ends_on,
            supervisor_id=boss_kept or supervisor_id,
            first_service_on=first_service_on,
        )
        for _pk, (
            _,
            organisation_id,
            path,
            role,
            fte,
            starts_on,
            ends_on,
            supervisor_id,
            first_service_on,
            boss_kept,
        ) in ordered
    )


def _licences(rows: Rows, kept: int, known_at: datetime | None) -> tuple[LicenceRecord, ...]:
    """Return the licences that no later row corrects, oldest first."""
    known = {pk: row for pk, row in rows.items() if known_at is None or row[10] <= known_at}
    corrected = {row[-1] for row in known.values()}
    standing = [row for pk, row in known.items() if pk not in corrected]
    return tuple(
        LicenceRecord(
            id=row[0],
            uuid=row[1],
            person_id=kept,
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
    """Return the next ids of people after one, for walking through everybody in portions.

    Records that are read as another one are passed over: that other one is walked by.
    """
    rows = Person.objects.filter(pk__gt=person_id, merged_into__isnull=True).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:most])
