"""Recording licences and peer credentials that others gave, and verifying them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from lms.audit.operations import record
from lms.kit import clock
from lms.people.access import Ability, Refused, require
from lms.people.models import Licence, Person
from lms.people.operations.news import tell

BATCH: Final = 500


class OwnLicence(Refused):
    """Nobody verifies a licence of their own."""


class LicenceReplaced(ValueError):
    """The licence was already verified or corrected."""


class LicenceRefused(ValueError):
    """The database did not take a licence; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLicence:
    """A licence to record, unverified. ``uuid`` is its act: told twice, it is one licence.

    ``valid_until`` is exclusive.
    """

    uuid: UUID
    person_id: int
    kind: str
    valid_from: date
    valid_until: date | None = None
    requirement: str = ""
    number: str = ""
    issuer: str = ""


def record_licences(*, new: Sequence[NewLicence]) -> None:
    """Record many unverified licences, each once for its uuid, inside the caller's transaction.

    The caller has checked the rights, writes the audit log, and has the people decided anew.

    Raises:
        LicenceRefused: a value is not possible.
    """
    rows = [
        Licence(
            uuid=each.uuid,
            person_id=each.person_id,
            kind=each.kind,
            requirement=each.requirement,
            number=each.number,
            issuer=each.issuer,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
        )
        for each in new
    ]
    # ON CONFLICT DO NOTHING: the same file imported twice at once meets here.
    Licence.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    for start in range(0, len(rows), BATCH):
        uuids = [row.uuid for row in rows[start : start + BATCH]]
        if Licence.objects.filter(uuid__in=uuids).count() != len(uuids):
            raise LicenceRefused  # SQLite also ignores broken checks; they must not pass unseen.


def record_licence(
    *,
    actor_id: int | None,
    person_id: int,
    kind: str,
    valid_from: date,
    valid_until: date | None = None,
    requirement: str = "",
    number: str = "",
    issuer: str = "",
    verified: bool = False,
    replaces_id: int | None = None,
) -> UUID:
    """Record what somebody else granted, and return the row's uuid.

    ``valid_until`` is exclusive. The person records their own, unverified; the agency and the
    state record and verify. ``replaces_id`` names the row that this one corrects.

    Raises:
        Refused, Unknown: the actor may not see this person's licences.
        OwnLicence: the actor would verify their own.
        LicenceReplaced: ``replaces_id`` was corrected before, or is another person's.
    """
    if actor_id is not None:
        require(user_id=actor_id, ability=Ability.SEE_PERSON_LICENCES, person_id=person_id)
        if verified:
            _not_the_subject(actor_id, person_id)
    with transaction.atomic(durable=True):
        if replaces_id is not None:
            old = Licence.objects.select_for_update().filter(pk=replaces_id, person_id=person_id)
            if not old.exists() or Licence.objects.filter(replaces_id=replaces_id).exists():
                raise LicenceReplaced(replaces_id)
        row = Licence.objects.create(
            person_id=person_id,
            kind=kind,
            requirement=requirement,
            number=number,
            issuer=issuer,
            valid_from=valid_from,
            valid_until=valid_until,
            replaces_id=replaces_id,
            verified_at=clock.now() if verified else None,
            verified_by_id=actor_id if verified else None,
        )
        tell([person_id])
        _audit(actor_id, "licence_recorded", row)
    return row.uuid


def verify_licence(*, actor_id: int | None, licence_id: int) -> None:
    """Confirm with the issuer's source that a recorded licence is real.

    Raises:
        Refused, Unknown: the actor may not see this person's licences.
        OwnLicence: the licence is the actor's own.
        LicenceReplaced: no such licence, or it was verified before.
    """
    with transaction.atomic(durable=True):
        row = Licence.objects.select_for_update().filter(pk=licence_id).first()
        if row is None:
            raise LicenceReplaced(licence_id)
        if actor_id is not None:
            require(user_id=actor_id, ability=Ability.SEE_PERSON_LICENCES, person_id=row.person_id)
            _not_the_subject(actor_id, row.person_id)
        changed = Licence.objects.filter(pk=licence_id, verified_at__isnull=True).update(
            verified_at=clock.now(), verified_by_id=actor_id
        )
        if not changed:
            raise LicenceReplaced(licence_id)
        tell([row.person_id])
        _audit(actor_id, "licence_verified", row)


def _not_the_subject(actor_id: int, person_id: int) -> None:
    if Person.objects.filter(pk=person_id, user_id=actor_id).exists():
        raise OwnLicence(person_id)


def _audit(actor_id: int | None, action: str, row: Licence) -> None:
    record(
        actor_id=actor_id,
        action=action,
        subject_kind="licence",
        subject=str(row.uuid),
        detail={
            "person_id": row.person_id,
            "kind": row.kind,
        },
    )
