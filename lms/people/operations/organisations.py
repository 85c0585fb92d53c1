"""Adding organisations and the e-mail domains of their staff."""

import re
from typing import Final
from zoneinfo import available_timezones

from django.db import transaction

from lms.audit.operations import record
from lms.kit import clock
from lms.people.access import Ability, Refused, require
from lms.people.models import EmailDomain, Organisation, User
from lms.people.models.organisations import OrganisationKind

LEVELS: Final = [OrganisationKind.STATE, "region", "agency", "site"]
# Addresses there say nothing about an employer.
PUBLIC_MAIL: Final = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com"
    " proton.me protonmail.com gmx.com mail.com msn.com comcast.net".split()
)
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class WrongParent(ValueError):
    """The parent is not of an earlier level, or there is none."""


class NoSuchZone(ValueError):
    """There is no time zone of this name."""


class DomainTaken(ValueError):
    """The domain is nobody's (a public mail service), not a domain, or another organisation's."""


def superuser_only(actor_id: int | None) -> None:
    """Let the system (None) and administrators pass. Raises: Refused."""
    if actor_id is not None and not User.objects.filter(pk=actor_id, is_superuser=True).exists():
        raise Refused


def create_organisation(
    *,
    actor_id: int | None,
    key: str,
    name: str,
    kind: str,
    parent_id: int | None = None,
    zone: str = "",
) -> int:
    """Add a state, region, agency or site and return its id.

    ``zone`` is an IANA name; empty: the parent's. Administrators add states, regions and
    agencies; an agency's manager adds its sites.

    Raises:
        Refused, Unknown: the actor may not.
        WrongParent: the parent is missing or not of an earlier level.
        NoSuchZone: the zone does not exist.
    """
    if kind == OrganisationKind.SITE and parent_id is not None and actor_id is not None:
        require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, organisation_id=parent_id)
    else:
        superuser_only(actor_id)
    with transaction.atomic(durable=True):
        parent = Organisation.objects.filter(pk=parent_id).first() if parent_id else None
        allowed = LEVELS.index(parent.kind) < LEVELS.index(kind) if parent else kind == LEVELS[0]
        if not allowed:
            raise WrongParent(kind)
        zone = zone or (parent.zone if parent else "")
        if zone not in available_timezones():
            raise NoSuchZone(zone)
        # The path holds the row's own id, so it is known only after the insert.
        row = Organisation.objects.create(
            key=key, name=name, kind=kind, parent=parent, zone=zone, path=f"new:{key}"
        )
        path = f"{parent.path if parent else '/'}{row.pk}/"
        Organisation.objects.filter(pk=row.pk).update(path=path)
        record(
            actor_id=actor_id,
            action="organisation_created",
            subject_kind="organisation",
            subject=key,
            detail={
                "name": name,
                "kind": kind,
            },
        )
    return row.pk


def add_email_domain(*, actor_id: int | None, organisation_id: int, domain: str) -> int:
    """Name a domain as the organisation's and return its id; it counts once it is verified.

    Raises:
        Refused, Unknown: the actor does not manage the organisation.
        DomainTaken: not a domain of its own, or already named.
    """
    if actor_id is not None:
        require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, organisation_id=organisation_id)
    domain = domain.strip().lower().removeprefix("@")
    if not _DOMAIN.fullmatch(domain) or domain in PUBLIC_MAIL:
        raise DomainTaken(domain)
    with transaction.atomic(durable=True):
        row, new = EmailDomain.objects.get_or_create(
            domain=domain, defaults={"organisation_id": organisation_id}
        )
        if not new and row.organisation_id != organisation_id:
            raise DomainTaken(domain)
        if new:
            record(
                actor_id=actor_id,
                action="email_domain_added",
                subject_kind="organisation",
                subject=str(organisation_id),
                detail={
                    "domain": domain,
                },
            )
    return row.pk


def verify_email_domain(*, actor_id: int | None, domain_id: int) -> bool:
    """Confirm that a domain is the organisation's own. Return False when it was confirmed before.

    An administrator confirms, as a manager could name any domain. Raises: Refused.
    """
    superuser_only(actor_id)
    with transaction.atomic(durable=True):
        changed = EmailDomain.objects.filter(pk=domain_id, verified_at__isnull=True).update(
            verified_at=clock.now()
        )
        if changed:
            record(
                actor_id=actor_id,
                action="email_domain_verified",
                subject_kind="email_domain",
                subject=str(domain_id),
            )
    return bool(changed)
