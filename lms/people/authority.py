"""What one account holds on a date: its person, duties, supervised people and second factor."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import Q

from lms.kit import clock

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
    # Other records of the same human, merged into the one of ``person_id``.
    merged_ids: tuple[int, ...] = ()

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


# Asked on every page of everybody who is signed in: one statement, written out, because putting
# it together from parts at each request took longer than the database does with it.
_HELD: Final = """
WITH me AS (
    SELECT u.id AS user_id, u.email, u.is_staff, u.is_superuser,
           p.id AS person_id, p.given_name, p.family_name,
           EXISTS (SELECT 1 FROM mfa_authenticator f
                   WHERE f.user_id = u.id AND f.type IN (%s, %s)) AS has_factor
    FROM lms_user u LEFT JOIN lms_person own ON own.user_id = u.id
    LEFT JOIN lms_person p ON p.id = COALESCE(own.merged_into_id, own.id)
    WHERE u.id = %s AND u.is_active
), mine AS (
    SELECT k.id FROM me
    JOIN lms_person k ON k.id = me.person_id OR k.merged_into_id = me.person_id
)
SELECT me.person_id, me.given_name, me.family_name, me.email, me.is_staff, me.is_superuser,
       me.has_factor, d.id, d.kind, o.id, o.key, o.kind, o.path,
       CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)
FROM me
LEFT JOIN lms_duty d ON d.person_id IN (SELECT id FROM mine)
     AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on > %s)
LEFT JOIN lms_organisation o ON o.id = d.organisation_id
UNION ALL
SELECT me.person_id, me.given_name, me.family_name, me.email, me.is_staff, me.is_superuser,
       me.has_factor, NULL, NULL, NULL, NULL, NULL, NULL, COALESCE(w.merged_into_id, w.id), NULL
FROM me
JOIN lms_employment e ON e.supervisor_id IN (SELECT id FROM mine) AND e.replaced_at IS NULL
     AND e.starts_on <= %s AND (e.ends_on IS NULL OR e.ends_on > %s)
JOIN lms_person w ON w.id = e.person_id
UNION ALL
SELECT me.person_id, me.given_name, me.family_name, me.email, me.is_staff, me.is_superuser,
       me.has_factor, NULL, NULL, NULL, NULL, NULL, NULL, NULL, mine.id
FROM me JOIN mine ON mine.id <> me.person_id
"""


def authority_of(*, user_id: int, on: date) -> Authority:
    """Return what an account holds on a date, in one statement.

    An unknown or inactive account holds nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [*SECOND_FACTORS, user_id, on, on, on, on])
        rows = cursor.fetchall()
    if not rows:
        return Authority(user_id, on, None, "", False, False, (), (), second_factor=False)
    person_id, given, family, email, is_staff, is_superuser, has_factor = rows[0][:7]
    duties = sorted((DutyHere(*row[7:13]) for row in rows if row[7]), key=_by_place)
    supervised = tuple(sorted({row[13] for row in rows if row[13]}))
    staff = bool(is_staff or is_superuser)
    needed = staff or bool(duties) or bool(supervised)
    return Authority(
        user_id=user_id,
        on=on,
        person_id=person_id,
        name=f"{given or ''} {family or ''}".strip() or email,
        staff=staff,
        superuser=bool(is_superuser),
        duties=tuple(duties),
        supervised_ids=supervised,
        second_factor=bool(has_factor) or not needed,
        has_factor=bool(has_factor),
        merged_ids=tuple(sorted({row[14] for row in rows if row[14]})),
    )


def _by_place(duty: DutyHere) -> tuple[str, str]:
    return duty.path, duty.kind


def second_factor_missing(*, user_id: int) -> bool:
    """Tell whether the account acts for others today but signs in with a password alone."""
    return not authority_of(user_id=user_id, on=today()).second_factor
