"""Starting, changing and ending employment: each change is a new version, nothing is lost."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lms.audit.operations import record
from lms.kit import clock
from lms.people.access import Ability, Unknown, require
from lms.people.kin import rows_of
from lms.people.models import Employment, Person
from lms.people.operations.news import tell
from lms.people.queries import home_of, known_to


class EmploymentOverlaps(ValueError):
    """The person already has this role at this organisation on some of these days."""


class NotEmployed(LookupError):
    """There is no current version of this spell."""


class WrongDates(ValueError):
    """The end lies before the start."""


def start_employment(
    *,
    actor_id: int | None,
    person_id: int,
    organisation_id: int,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    fte: Decimal = Decimal(1),
    supervisor_id: int | None = None,
    first_service_on: date | None = None,
) -> UUID:
    """Employ a person from a legal date on and return the spell's uuid.

    ``ends_on`` is exclusive. The actor must manage the organisation, and the agency must know
    the person: employed before, made by it, or signed up with its e-mail domain. Otherwise a
    manager could open any worker's record by employing them.

    Raises:
        Refused, Unknown: the actor may not.
        WrongDates: it would end before it starts.
        EmploymentOverlaps: the same role there already covers some of these days.
    """
    if actor_id is not None:
        require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, organisation_id=organisation_id)
        if not known_to(person_id=person_id, path=home_of(organisation_id=organisation_id).path):
            raise Unknown
    with transaction.atomic(durable=True):
        spell = start(
            person_id=person_id,
            organisation_id=organisation_id,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
            fte=fte,
            supervisor_id=supervisor_id,
            first_service_on=first_service_on,
        )
        _audit(actor_id, "employment_started", spell)
    return spell.spell


def start(
    *,
    person_id: int,
    organisation_id: int,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    **fields: Any,
) -> Employment:
    """Write a new spell inside the caller's transaction. Raises as ``start_employment``."""
    if ends_on is not None and ends_on < starts_on:
        raise WrongDates(starts_on, ends_on)
    # The person is the lock: two managers who press at once get one spell and one refusal.
    Person.objects.select_for_update().get(pk=person_id)
    until = Q(starts_on__lt=ends_on) if ends_on else Q()
    if (
        Employment.objects.filter(until, replaced_at__isnull=True)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on))
        .filter(rows_of(person_ids=[person_id]), organisation_id=organisation_id, role=role)
        .exists()
    ):
        raise EmploymentOverlaps(role)
    spell = Employment.objects.create(
        person_id=person_id,
        organisation_id=organisation_id,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        **fields,
    )
    tell([person_id])
    return spell


def end_employment(*, actor_id: int | None, spell: UUID, ends_on: date) -> bool:
    """End a spell; ``ends_on`` is the first legal date not employed.

    Return False when it already ends then. The old version stays, marked as replaced.

    Raises:
        NotEmployed: no such spell.
        Refused, Unknown: the actor does not manage the organisation.
        WrongDates: it would end before it started.
    """
    return change_employment(actor_id=actor_id, spell=spell, ends_on=ends_on)


def change_employment(*, actor_id: int | None, spell: UUID, **changes: Any) -> bool:
    """Write a new version of a spell with some fields changed. Return False when none differs.

    Fields: organisation_id, role, fte, starts_on, ends_on, supervisor_id, first_service_on.

    Raises: as ``end_employment``.
    """
    with transaction.atomic(durable=True):
        # select_for_update: the second of two simultaneous changes waits, and then finds
        # the version that the first one wrote.
        current = (
            Employment.objects.select_for_update()
            .filter(spell=spell, replaced_at__isnull=True)
            .first()
        )
        if current is None:
            raise NotEmployed(spell)
        places = {current.organisation_id, changes.get("organisation_id", current.organisation_id)}
        for place in sorted(places) if actor_id is not None else ():
            require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, organisation_id=place)
        version = replaced(current, **changes)
        if version is None:
            return False
        Employment.objects.filter(pk=current.pk).update(replaced_at=clock.now())
        version.save(force_insert=True)
        tell([version.person_id])
        _audit(actor_id, "employment_changed", version, changed=sorted(changes))
    return True


def replaced(current: Employment, **changes: Any) -> Employment | None:
    """Return the unsaved next version of a spell, or None when nothing differs.

    Raises: WrongDates.
    """
    if all(getattr(current, name) == value for name, value in changes.items()):
        return None
    kept = {
        field.attname: getattr(current, field.attname)
        for field in Employment._meta.concrete_fields
        if field.attname not in {"id", "recorded_at", "replaced_at"}
    }
    version = Employment(**(kept | changes))
    if version.ends_on is not None and version.ends_on < version.starts_on:
        raise WrongDates(version.starts_on, version.ends_on)
    return version


def _audit(actor_id: int | None, action: str, spell: Employment, **detail: Any) -> None:
    record(
        actor_id=actor_id,
        action=action,
        subject_kind="employment",
        subject=str(spell.spell),
        detail={
            "person_id": spell.person_id,
            "organisation_id": spell.organisation_id,
            "role": spell.role,
            "starts_on": spell.starts_on.isoformat(),
            "ends_on": spell.ends_on.isoformat() if spell.ends_on else None,
            **detail,
        },
    )
