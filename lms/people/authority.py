"""What one account holds on a date: its person, duties, supervised people and second factor."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, Value

from lms.kit import clock
from lms.people.models import Duty, Employment, User

SECOND_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are no second factor: they only stand in for a lost one."""


@dataclass(frozen=True, slots=True)
class DutyHere:
    """A duty with what is needed of its organisation."""

    duty_id: int
    kind: str
    organisation_id: int
    organisation_key: str
    organisation_kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Authority:
    """What an account holds on a date.

    ``second_factor`` is True when the account has one or needs none; without it everything but
    the account's own record stays closed.
    """

    user_id: int
    on: date
    person_id: int | None
    name: str
    staff: bool
    superuser: bool
    duties: tuple[DutyHere, ...]
    supervised_ids: tuple[int, ...]
    second_factor: bool
    has_factor: bool = False

    @property
    def needs_second_factor(self) -> bool:
        """Whether the account acts for others: by a duty, as supervisor or in the admin sites."""
        return self.staff or bool(self.duties) or bool(self.supervised_ids)


def today() -> date:
    """Return the legal date in the Academy's zone."""
    return clock.today(settings.ACADEMY_ZONE)


def in_force(on: date) -> Q:
    """Return the filter for rows with ``starts_on`` and exclusive ``ends_on`` on a date."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def authority_of(*, user_id: int, on: date) -> Authority:
    """Return what an account holds on a date, in two statements.

    An unknown or inactive account holds nothing.
    """
    factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=SECOND_FACTORS)
    row = (
        User.objects.filter(pk=user_id, is_active=True)
        .annotate(has_factor=Exists(factors))
        .values_list(
            "person__id",
            "person__given_name",
            "person__family_name",
            "email",
            "is_staff",
            "is_superuser",
            "has_factor",
        )
        .first()
    )
    if row is None:
        return Authority(user_id, on, None, "", False, False, (), (), second_factor=False)
    person_id, given, family, email, is_staff, is_superuser, has_factor = row
    duties, supervised = _held(person_id, on) if person_id else ((), ())
    staff = is_staff or is_superuser
    needed = staff or bool(duties) or bool(supervised)
    return Authority(
        user_id=user_id,
        on=on,
        person_id=person_id,
        name=f"{given or ''} {family or ''}".strip() or email,
        staff=staff,
        superuser=is_superuser,
        duties=duties,
        supervised_ids=supervised,
        second_factor=has_factor or not needed,
        has_factor=has_factor,
    )


def _held(person_id: int, on: date) -> tuple[tuple[DutyHere, ...], tuple[int, ...]]:
    """Return the duties and the ids of supervised people, in one statement."""
    place = [f"organisation__{field}" for field in ("id", "key", "kind", "path")]
    duties = Duty.objects.filter(in_force(on), person_id=person_id).values_list(
        "pk", "kind", *place
    )
    supervised = Employment.objects.filter(
        in_force(on), supervisor_id=person_id, replaced_at__isnull=True
    ).values_list("person_id", Value("", output_field=CharField()), *place)
    rows = list(duties.union(supervised, all=True))
    held = sorted((DutyHere(*row) for row in rows if row[1]), key=lambda d: (d.path, d.kind))
    return tuple(held), tuple(sorted({row[0] for row in rows if not row[1]}))


def second_factor_missing(*, user_id: int) -> bool:
    """Tell whether the account acts for others today but signs in with a password alone."""
    return not authority_of(user_id=user_id, on=today()).second_factor
