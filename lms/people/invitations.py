"""Reading invitations: by the token in a guest's hand, and those that an organisation sent."""

import hashlib

from django.db.models import Q

from lms.people.models import Invitation
from lms.people.records import InvitationRecord


def token_hash(token: str) -> str:
    """Return how a token is stored. It has 256 random bits, so one fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_of(*, token: str) -> InvitationRecord | None:
    """Return the invitation of a token, whatever became of it; None when there is none."""
    return next(iter(_invitations(Q(token_hash=token_hash(token)))), None) if token else None


def invitations_of(*, path: str) -> list[InvitationRecord]:
    """Return the invitations sent for organisations at and below a path, newest first."""
    return _invitations(Q(organisation__path__startswith=path))


def _invitations(where: Q) -> list[InvitationRecord]:
    rows = (
        Invitation.objects.filter(where)
        .select_related("organisation", "person")
        .order_by("-recorded_at", "-pk")
    )
    return [
        InvitationRecord(
            id=row.pk,
            uuid=row.uuid,
            email=row.email,
            organisation_id=row.organisation_id,
            organisation_name=row.organisation.name,
            person_id=row.person_id,
            person_name=row.person.name if row.person else "",
            role=row.role,
            duty=row.duty,
            recorded_at=row.recorded_at,
            expires_at=row.expires_at,
            accepted_at=row.accepted_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    ]
