"""Read licences with every look at their sources and every correction, for those who check them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from lms.people.kin import kept_id, rows_of
from lms.people.models import Licence, LicenceVerification
from lms.people.models.licences import LookUp
from lms.people.records import LicenceRecord


@dataclass(frozen=True, slots=True)
class LicenceLook:
    """One look at the source of a licence; `who` is empty where the Academy itself looked."""

    outcome: str
    source: str
    looked_up_on: date
    who: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LicenceLife:
    """A licence as it stands, with what it was before it was corrected and what sources said.

    `earlier` are the rows that it replaces, newest first; `looks` those of all rows, newest first.
    """

    licence: LicenceRecord
    earlier: tuple[LicenceRecord, ...]
    looks: tuple[LicenceLook, ...]


def licence_lives(*, person_ids: Collection[int]) -> list[LicenceLife]:
    """Return the standing licences of these people, oldest first for each; two statements.

    They include peer credentials: ask ``can(see_person_licences)`` before showing any.
    """
    rows = Licence.objects.filter(rows_of(person_ids=person_ids)).annotate(human=kept_id())
    found = {row.pk: row for row in rows.order_by("human", "valid_from", "pk")}
    looks = _looks(person_ids)
    replaced = {row.replaces_id for row in found.values()}
    return [_life(row, found, looks) for row in found.values() if row.pk not in replaced]


def licence_life(*, uuid: UUID) -> LicenceLife | None:
    """Return one standing licence; None: there is none such, or a later row replaces it."""
    row = Licence.objects.filter(uuid=uuid).first()
    if row is None:
        return None
    lives = licence_lives(person_ids=[row.person_id])
    return next((each for each in lives if each.licence.uuid == uuid), None)


def _life(row: Any, known: dict[int, Any], looks: dict[int, list[LicenceLook]]) -> LicenceLife:
    chain = [row]
    while chain[-1].replaces_id in known:
        chain.append(known[chain[-1].replaces_id])
    told = [look for each in chain for look in looks.get(each.pk, ())]
    told.sort(key=lambda each: (each.recorded_at, each.looked_up_on), reverse=True)
    return LicenceLife(_record(row), tuple(_record(each) for each in chain[1:]), _once(told))


def _once(looks: Sequence[LicenceLook]) -> tuple[LicenceLook, ...]:
    """Leave out the confirmation that an early end wrote on the row that goes on."""
    ended = {(each.recorded_at, each.source) for each in looks if each.outcome == LookUp.ENDED}
    return tuple(
        each
        for each in looks
        if each.outcome == LookUp.ENDED or (each.recorded_at, each.source) not in ended
    )


def _looks(person_ids: Collection[int]) -> dict[int, list[LicenceLook]]:
    given = Coalesce("actor__person__merged_into__given_name", "actor__person__given_name")
    family = Coalesce("actor__person__merged_into__family_name", "actor__person__family_name")
    rows = (
        LicenceVerification.objects.filter(
            rows_of(person_ids=person_ids, field="licence__person_id")
        )
        .annotate(given=given, family=family)
        .order_by("pk")
        .values_list(
            "licence_id", "outcome", "source", "looked_up_on", "given", "family", "recorded_at"
        )
    )
    found: dict[int, list[LicenceLook]] = {}
    for pk, outcome, source, day, first, last, at in rows:
        who = f"{first or ''} {last or ''}".strip()
        found.setdefault(pk, []).append(LicenceLook(outcome, source, day, who, at))
    return found


def _record(row: Any) -> LicenceRecord:
    return LicenceRecord(
        id=row.pk,
        uuid=row.uuid,
        person_id=row.human,
        kind=row.kind,
        requirement=row.requirement,
        number=row.number,
        issuer=row.issuer,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        verified=row.verified_at is not None,
        recorded_at=row.recorded_at,
    )
