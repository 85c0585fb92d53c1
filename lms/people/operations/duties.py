"""Granting and ending duties: a higher authority grants, and nobody grants to themselves."""

from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from lms.audit.operations import record
from lms.people.access import Refused
from lms.people.authority import Authority, authority_of, today
from lms.people.models import Duty, Organisation
from lms.people.models.access import DutyKind

GRANTERS: Final[dict[str, frozenset[DutyKind]]] = {
    DutyKind.COACH: frozenset({DutyKind.AGENCY_MANAGER, DutyKind.CERTIFICATION_OFFICER}),
    DutyKind.TRAINER: frozenset({DutyKind.CERTIFICATION_OFFICER}),
    DutyKind.CURRICULUM_EDITOR: frozenset({DutyKind.CERTIFICATION_OFFICER}),
    DutyKind.AGENCY_MANAGER: frozenset({DutyKind.AGENCY_MANAGER, DutyKind.CERTIFICATION_OFFICER}),
    # The state's own duties come from an administrator, so that no officer makes an auditor.
    DutyKind.CERTIFICATION_OFFICER: frozenset(),
    DutyKind.STATE_AUDITOR: frozenset(),
}
"""Which duties may grant a duty, at the organisation or above; administrators grant all."""


class MayNotGrant(Refused):
    """The granter does not stand above the duty, or would grant it to themselves."""


class DutyAlreadyHeld(ValueError):
    """The person holds this duty there already."""


class DutyNotHeld(LookupError):
    """There is no such duty, or it has ended."""


def may_grant(*, held: Authority, kind: str, path: str) -> bool:
    """Tell whether an account may grant or end a duty at the organisation of ``path``.

    A manager makes managers only strictly below the own organisation: an equal is not higher.
    """
    if not held.second_factor:
        return False
    return held.superuser or any(
        duty.kind in GRANTERS[kind]
        and path.startswith(duty.path)
        and (duty.kind != kind or path != duty.path)
        for duty in held.duties
    )


def grant_duty(
    *,
    actor_id: int | None,
    person_id: int,
    kind: str,
    organisation_id: int,
    starts_on: date,
    ends_on: date | None = None,
) -> int:
    """Give a person a duty for an organisation and all below it; return the duty's id.

    ``starts_on`` and the exclusive ``ends_on`` are legal dates.

    Raises:
        MayNotGrant: the actor is not a higher authority, or grants to themselves.
        DutyAlreadyHeld: an open duty of this kind is held there.
    """
    with transaction.atomic(durable=True):
        return grant(
            actor_id=actor_id,
            person_id=person_id,
            kind=kind,
            organisation_id=organisation_id,
            starts_on=starts_on,
            ends_on=ends_on,
        )


def grant(
    *,
    actor_id: int | None,
    person_id: int,
    kind: str,
    organisation_id: int,
    starts_on: date,
    ends_on: date | None = None,
) -> int:
    """Grant inside the caller's transaction. Raises as ``grant_duty``."""
    check_granter(
        actor_id=actor_id, kind=kind, organisation_id=organisation_id, person_id=person_id
    )
    try:
        with transaction.atomic():
            duty = Duty.objects.create(
                person_id=person_id,
                kind=kind,
                organisation_id=organisation_id,
                starts_on=starts_on,
                ends_on=ends_on,
                granted_by_id=actor_id,
            )
    except IntegrityError as error:  # one_open_duty_of_a_kind
        raise DutyAlreadyHeld(kind) from error
    record(
        actor_id=actor_id,
        action="duty_granted",
        subject_kind="duty",
        subject=str(duty.pk),
        detail={
            "person_id": person_id,
            "kind": kind,
            "organisation_id": organisation_id,
            "starts_on": starts_on.isoformat(),
        },
    )
    return duty.pk


def check_granter(
    *, actor_id: int | None, kind: str, organisation_id: int, person_id: int | None
) -> None:
    """Return when the actor may grant this duty there. Raises: MayNotGrant."""
    if actor_id is None:
        return
    held = authority_of(user_id=actor_id, on=today())
    path = Organisation.objects.values_list("path", flat=True).get(pk=organisation_id)
    if person_id is not None and held.person_id == person_id:
        raise MayNotGrant(kind)
    if not may_grant(held=held, kind=kind, path=path):
        raise MayNotGrant(kind)


def end_duty(*, actor_id: int | None, duty_id: int, ends_on: date) -> None:
    """End a duty; ``ends_on`` is the first legal date on which it is not held.

    Holders may lay down their own duty. The row stays: past sign-offs were made under it.

    Raises:
        DutyNotHeld: no such duty, or it has ended.
        MayNotGrant: the actor is not a higher authority.
    """
    with transaction.atomic(durable=True):
        duty = Duty.objects.select_related("organisation").filter(pk=duty_id).first()
        if duty is None:
            raise DutyNotHeld(duty_id)
        if actor_id is not None:
            held = authority_of(user_id=actor_id, on=today())
            own = held.person_id == duty.person_id
            if not own and not may_grant(held=held, kind=duty.kind, path=duty.organisation.path):
                raise MayNotGrant(duty.kind)
        changed = (
            Duty.objects.filter(pk=duty_id)
            .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on))
            .update(ends_on=max(ends_on, duty.starts_on))
        )
        if not changed:
            raise DutyNotHeld(duty_id)
        record(
            actor_id=actor_id,
            action="duty_ended",
            subject_kind="duty",
            subject=str(duty_id),
            detail={
                "person_id": duty.person_id,
                "kind": duty.kind,
                "ends_on": ends_on.isoformat(),
            },
        )
