"""Recording licences and peer credentials that others gave, and verifying them."""

from datetime import date
from uuid import UUID

from django.db import transaction

from lms.audit.operations import record
from lms.kit import clock
from lms.people.access import Ability, Refused, require
from lms.people.models import Licence, Person
from lms.people.operations.news import tell


class OwnLicence(Refused):
    """Nobody verifies a licence of their own."""


class LicenceReplaced(ValueError):
    """The licence was already verified or corrected."""


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
