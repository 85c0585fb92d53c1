"""Letting people in: invitations, sign-up and linking accounts; nobody's identity is guessed."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.audit.operations import record
from lms.kit import clock
from lms.notices.operations import notify
from lms.people.access import Ability, Refused, require
from lms.people.authority import in_force, today
from lms.people.invitations import token_hash
from lms.people.kin import rows_of
from lms.people.models import Employment, Invitation, Organisation, Person, User
from lms.people.operations import duties
from lms.people.operations.employment import start
from lms.people.operations.merging import absorb
from lms.people.operations.organisations import superuser_only
from lms.people.operations.people import new_person
from lms.people.queries import NoSuchPerson, claimed_by_domain, home_of

INVITATION_DAYS: Final = 14


class InvitationUnusable(ValueError):
    """The invitation is unknown, used, withdrawn or too old."""


class PersonHasAccount(ValueError):
    """The person signs in with another account already."""


class AccountHasPerson(ValueError):
    """The account belongs to another record that holds training; only a human can join them."""


def usable(now: datetime) -> Q:
    """Return the filter for invitations that can be accepted at an instant."""
    return Q(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)


def invite(
    *,
    actor_id: int,
    organisation_id: int,
    email: str,
    person_id: int | None = None,
    role: str = "",
    duty: str = "",
) -> str:
    """Invite an address to sign up as a worker and return the link's token.

    The token goes out by mail only, after the transaction, and is never shown to the inviter:
    whoever has it has read that mailbox, so the address counts as verified. An older open
    invitation of the same person or address by the same organisation stops working.

    Raises:
        Refused, Unknown: the actor does not manage the organisation or the person.
        MayNotGrant: the actor may not grant the duty.
        PersonHasAccount: the person signs in already.
    """
    require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, organisation_id=organisation_id)
    if person_id is not None:
        require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, person_id=person_id)
    if duty:
        duties.check_granter(
            actor_id=actor_id, kind=duty, organisation_id=organisation_id, person_id=person_id
        )
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction.atomic(durable=True):
        people = Person.objects.select_for_update()
        person = people.filter(pk=person_id).first() if person_id else None
        if person is not None and person.user_id is not None:
            raise PersonHasAccount(person_id)
        same = Q(person_id=person_id) if person_id else Q(person=None, email__iexact=email)
        Invitation.objects.filter(usable(now), same, organisation_id=organisation_id).update(
            withdrawn_at=now
        )
        row = Invitation.objects.create(
            token_hash=token_hash(token),
            email=email,
            organisation_id=organisation_id,
            person=person,
            role=role,
            duty=duty,
            invited_by_id=actor_id,
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
        _audit(actor_id, "invited", row)
        _send(row, token)
    return token


def _send(row: Invitation, token: str) -> None:
    facts = {
        "organisation": Organisation.objects.values_list("name", flat=True).get(
            pk=row.organisation_id
        ),
        "link": f"{settings.SITE_URL}{reverse('join', args=[token])}",
        "days": INVITATION_DAYS,
    }
    notify(
        key=f"invitation:{row.uuid}",
        kind="invitation",
        address=row.email,
        person_id=row.person_id,
        subject=_("%(organisation)s invites you to MRSS Academy") % facts,
        body=_(
            "%(organisation)s invites you to MRSS Academy, where your training and"
            " certification are kept.\n\nOpen this link to make your account. It works once,"
            " for %(days)d days:\n\n%(link)s\n\nIf you do not work for %(organisation)s, do"
            " nothing: without you nothing happens."
        )
        % facts,
    )


def accept_invitation(*, user_id: int, token: str) -> int:
    """Link an account to the invited person, with role and duty; return the person's id.

    Only one account can ever use a token, however many press at once.

    Raises:
        InvitationUnusable: used, withdrawn, too old or unknown.
        PersonHasAccount: the invited person signs in with another account.
        AccountHasPerson: account and invitation belong to two records that hold training.
    """
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=user_id)
        return _accept(user, token, given_name="", family_name="")


def sign_up(*, user: User, given_name: str, family_name: str, token: str = "") -> int:
    """Save a new account with its person, through an invitation or without; return the person id.

    Without an invitation the person is a learner whom nobody employs. No existing record is
    matched by name or address.

    Raises: as ``accept_invitation``.
    """
    with transaction.atomic(durable=True):
        user.save()
        if token:
            return _accept(user, token, given_name=given_name, family_name=family_name)
        person = new_person(
            given_name=given_name, family_name=family_name, email=user.email, user=user
        )
        person.save()
        record(
            actor_id=user.pk,
            action="signed_up",
            subject_kind="person",
            subject=str(person.uuid),
        )
        return person.pk


def _accept(user: User, token: str, *, given_name: str, family_name: str) -> int:
    now = clock.now()
    row = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    # The conditional update decides between two simultaneous presses, on every database.
    if row is None or not Invitation.objects.filter(usable(now), pk=row.pk).update(
        accepted_at=now, accepted_by=user
    ):
        raise InvitationUnusable
    person_id = _person_of(user, row, given_name, family_name)
    if row.role and not _employed(person_id, row.organisation_id):
        start(
            person_id=person_id,
            organisation_id=row.organisation_id,
            role=row.role,
            starts_on=today(),
        )
    if row.duty:
        try:
            duties.grant(
                actor_id=row.invited_by_id,
                person_id=person_id,
                kind=row.duty,
                organisation_id=row.organisation_id,
                starts_on=today(),
            )
        except duties.DutyAlreadyHeld:
            pass  # Granted by hand in the meantime.
    _audit(user.pk, "invitation_accepted", row, person_id=person_id)
    return person_id


def _person_of(user: User, row: Invitation, given_name: str, family_name: str) -> int:
    own = Person.objects.select_for_update().filter(user_id=user.pk).first()
    if row.person_id is None:
        if own is None:
            own = new_person(
                given_name=given_name or user.email.partition("@")[0],
                family_name=family_name,
                email=user.email,
                user=user,
            )
            own.save()
        return own.merged_into_id or own.pk
    if own is None:
        linked = Person.objects.filter(pk=row.person_id, user__isnull=True).update(user=user)
        if not linked:
            raise PersonHasAccount(row.person_id)
        Person.objects.filter(pk=row.person_id, email="").update(email=user.email)
        return _read_as(row.person_id)
    mine = own.merged_into_id or own.pk
    if mine != _read_as(row.person_id) and not absorb(
        actor_id=user.pk, roster_person_id=row.person_id, into_id=mine
    ):
        raise AccountHasPerson(own.pk)
    return mine


def _read_as(person_id: int) -> int:
    merged_into = Person.objects.values_list("merged_into_id", flat=True).get(pk=person_id)
    return merged_into or person_id


def _employed(person_id: int, organisation_id: int) -> bool:
    path = Organisation.objects.values_list("path", flat=True).get(pk=organisation_id)
    return Employment.objects.filter(
        in_force(today()),
        rows_of(person_ids=[person_id]),
        replaced_at__isnull=True,
        organisation__path__startswith=path,
    ).exists()


def withdraw_invitation(*, actor_id: int, invitation_id: int) -> bool:
    """Make an open invitation useless. Return False when it was used or withdrawn before.

    Raises: Refused, Unknown: the actor does not manage the organisation.
    """
    with transaction.atomic(durable=True):
        row = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
        require(
            user_id=actor_id,
            ability=Ability.MANAGE_AGENCY,
            organisation_id=row.organisation_id if row else 0,
        )
        assert row is not None  # noqa: S101 - require() has refused the unknown one
        now = clock.now()
        changed = Invitation.objects.filter(usable(now), pk=row.pk).update(withdrawn_at=now)
        if changed:
            _audit(actor_id, "invitation_withdrawn", row)
    return bool(changed)


def link_account(*, actor_id: int | None, person_id: int, user_id: int) -> None:
    """Let a person sign in with an account that has no person yet; for administrators.

    Raises:
        Refused: the actor is no administrator.
        NoSuchPerson, PersonHasAccount, AccountHasPerson: as named.
    """
    superuser_only(actor_id)
    with transaction.atomic(durable=True):
        if Person.objects.filter(user_id=user_id).exclude(pk=person_id).exists():
            raise AccountHasPerson(user_id)
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        if person is None:
            raise NoSuchPerson(person_id)
        if person.user_id not in {None, user_id}:
            raise PersonHasAccount(person_id)
        Person.objects.filter(pk=person_id).update(user_id=user_id)
        record(
            actor_id=actor_id,
            action="account_linked",
            subject_kind="person",
            subject=str(person.uuid),
            detail={
                "user_id": user_id,
            },
        )


def link_by_domain(
    *, actor_id: int, organisation_id: int, person_id: int, roster_person_id: int
) -> None:
    """Say that somebody who signed up with the agency's domain is a person of its roster.

    The roster's employment and record ids move to the record of the account.

    Raises:
        Refused, Unknown: the actor does not manage the agency or the person, or the account's
            address is not of a verified domain of the agency.
        AccountHasPerson: the roster's record holds training or an account of its own.
    """
    require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, organisation_id=organisation_id)
    require(user_id=actor_id, ability=Ability.MANAGE_AGENCY, person_id=roster_person_id)
    home = home_of(organisation_id=organisation_id)
    with transaction.atomic(durable=True):
        if person_id not in {person.id for person in claimed_by_domain(path=home.path)}:
            raise Refused
        if not absorb(actor_id=actor_id, roster_person_id=roster_person_id, into_id=person_id):
            raise AccountHasPerson(person_id)


def _audit(actor_id: int, action: str, row: Invitation, **detail: object) -> None:
    record(
        actor_id=actor_id,
        action=action,
        subject_kind="invitation",
        subject=str(row.uuid),
        detail={
            "organisation_id": row.organisation_id,
            "invited_person_id": row.person_id,
            **detail,
        },
    )
