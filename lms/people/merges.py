"""Read the merges of records: what is about to be joined, what was, and what stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from lms.people.access import Scope, people_filter
from lms.people.kin import rows_of
from lms.people.models import Duty, Person, PersonKey, PersonMerge
from lms.people.records import PersonRecord


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """One merge. ``undone_at`` is None while it stands; the two are the records as written."""

    id: int
    uuid: UUID
    kept_id: int
    absorbed_id: int
    proposed_by_id: int
    actor_id: int
    reason: str
    recorded_at: datetime
    undone_at: datetime | None
    undone_by_id: int | None
    undone_reason: str


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One record as it was written, whatever it is read as; ``account`` is a sign-in address."""

    person: PersonRecord
    merged_into_id: int | None
    account: str
    record_ids: tuple[tuple[str, str], ...]
    duties: tuple[tuple[str, str], ...]


def merges_of(*, person_ids: Collection[int] | None = None) -> list[MergeRecord]:
    """Return the merges that name any of these records, the newest first; None: all of them."""
    where = Q()
    if person_ids is not None:
        where = Q(kept_id__in=person_ids) | Q(absorbed_id__in=person_ids)
    rows = PersonMerge.objects.filter(where).select_related("undone").order_by("-pk")
    return [_merge(row) for row in rows]


def merge_of(*, uuid: UUID) -> MergeRecord | None:
    """Return one merge, or None."""
    row = PersonMerge.objects.filter(uuid=uuid).select_related("undone").first()
    return None if row is None else _merge(row)


def _merge(row: PersonMerge) -> MergeRecord:
    undone = getattr(row, "undone", None)
    return MergeRecord(
        id=row.pk,
        uuid=row.uuid,
        kept_id=row.kept_id,
        absorbed_id=row.absorbed_id,
        proposed_by_id=row.proposed_by_id,
        actor_id=row.actor_id,
        reason=row.reason,
        recorded_at=row.recorded_at,
        undone_at=undone.recorded_at if undone else None,
        undone_by_id=undone.actor_id if undone else None,
        undone_reason=undone.reason if undone else "",
    )


def records_of(*, person_ids: list[int]) -> list[OwnRecord]:
    """Return all records of these people as they were written, the kept ones first.

    Three statements for any number of people.
    """
    rows = list(
        Person.objects.filter(rows_of(person_ids=person_ids, field="pk"))
        .select_related("user")
        .order_by("merged_into_id", "pk")
    )
    ids = [row.pk for row in rows]
    keys: dict[int, list[tuple[str, str]]] = {}
    found = PersonKey.objects.filter(person_id__in=ids).order_by("organisation__name", "key")
    for owner, place, key in found.values_list("person_id", "organisation__name", "key"):
        keys.setdefault(owner, []).append((place, key))
    duties: dict[int, list[tuple[str, str]]] = {}
    held = Duty.objects.filter(person_id__in=ids).order_by("kind", "pk")
    for each in held.select_related("organisation"):
        duties.setdefault(each.person_id, []).append(
            (str(each.get_kind_display()), each.organisation.name)
        )
    return [
        OwnRecord(
            person=PersonRecord(
                row.pk, row.uuid, row.name, row.given_name, row.family_name, row.email, row.user_id
            ),
            merged_into_id=row.merged_into_id,
            account=row.user.email if row.user else "",
            record_ids=tuple(keys.get(row.pk, ())),
            duties=tuple(duties.get(row.pk, ())),
        )
        for row in sorted(rows, key=lambda row: (row.merged_into_id is not None, row.pk))
    ]


def alike(*, scope: Scope) -> list[tuple[int, int, str]]:
    """Return pairs of records that may be of one human: (older, newer, why); nothing is decided.

    Why is "name" (the same name, accents and case aside) or "email" (the same address, on record
    or as account). Records that are read as another one, and people beyond the scope, are left
    out. One statement.
    """
    rows = list(
        Person.objects.filter(people_filter(scope=scope), merged_into__isnull=True)
        .order_by("pk")
        .values_list("pk", "folded_name", "email", "user__email")
    )
    pairs: dict[tuple[int, int], str] = {}
    for why, of in (("email", _addresses), ("name", _names)):
        together: dict[str, list[int]] = {}
        for row in rows:
            for word in of(row):
                together.setdefault(word, []).append(row[0])
        for ids in together.values():
            # The oldest record with each of the others: five alike are four questions.
            for other in ids[1:]:
                pairs.setdefault((ids[0], other), why)
    return [(first, other, why) for (first, other), why in sorted(pairs.items())]


def _addresses(row: tuple[int, str, str, str | None]) -> set[str]:
    return {each.casefold() for each in (row[2], row[3]) if each}


def _names(row: tuple[int, str, str, str | None]) -> set[str]:
    return {row[1]} if " " in row[1] else set()
