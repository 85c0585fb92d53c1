"""Deciding a name and issuing certificates again under it, in one transaction."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from certification.credentials import issuing
from certification.credentials.access import require_reissue
from certification.credentials.cases import read_cases
from certification.credentials.models import Credential
from certification.credentials.operations.changing import WrongReason, WrongState
from certification.credentials.queries import credential_of
from certification.credentials.reasons import ReissueReason
from certification.credentials.reissuing import locked, reissuable, write_editions
from lms.public import people, rows_of, write_name_decision


def decide_name(
    *,
    actor_id: int,
    uuid: UUID,
    accepted: bool,
    reason_code: str,
    document: str = "",
    note: str = "",
    reissue: Collection[str] = (),
) -> list[str]:
    """Accept or refuse a name and issue these certificates of the person again under it.

    Return the new codes. The name and all certificates change together, or nothing does. The
    snapshot on the old ones stays; their numbers say that others took their place.

    Raises:
        NoSuchNameChange, Denied, NameDecided, WrongNameReason, NoDocument: as the names say.
        WrongState: one of `reissue` is not the person's, or is over, or was issued again.
    """
    with transaction.atomic(durable=True):
        person_id = write_name_decision(
            actor_id=actor_id,
            uuid=uuid,
            accepted=accepted,
            reason_code=reason_code,
            document=document,
            note=note,
        )
        if not accepted or not reissue:
            return []
        found = _running(reissue)
        # Also those that were issued under another record of the same human.
        theirs = Credential.objects.filter(rows_of(person_ids=[person_id]))
        if theirs.filter(pk__in=[each.pk for each in found]).count() != len(found):
            raise WrongState(_not_running())
        return _reissue(found, person_id, actor_id, ReissueReason.NAME_CHANGED, "")


def reissue(*, code: str, actor_id: int, reason: str, note: str = "") -> str:
    """Issue a certificate again under the name that its holder has on record today.

    For a certificate that was wrongly printed, or was left out when the name changed. Return the
    new code.

    Raises:
        UnknownCredential, Denied, WrongReason: as the names say.
        WrongState: it is over, or was issued again.
    """
    person_id = credential_of(code=code).person_id
    require_reissue(user_id=actor_id, person_id=person_id)
    if reason not in ReissueReason.values:
        raise WrongReason(reason)
    with transaction.atomic(durable=True):
        return _reissue(_running([code]), person_id, actor_id, ReissueReason(reason), note)[0]


def _running(codes: Collection[str]) -> list[Credential]:
    """Return these credentials, locked; the state is asked after the lock. Raises: WrongState."""
    found = locked(codes)
    running = {each.id for each in reissuable(Q(pk__in=[each.pk for each in found]))}
    if len(found) != len(set(codes)) or any(each.pk not in running for each in found):
        raise WrongState(_not_running())
    return found


def _reissue(
    found: list[Credential], person_id: int, actor_id: int, reason: ReissueReason, note: str
) -> list[str]:
    name = people(person_ids=[person_id])[person_id].name
    made = write_editions(found, holder_name=name, actor_id=actor_id, reason=reason, note=note)
    cases = read_cases(person_ids=[person_id], alone=True)
    issuing.keep_standing(cases, person_ids=[person_id], key=None)
    return [each.code for each in made]


def _not_running() -> str:
    return _("Only a certificate that is in force, suspended or yet to begin can be issued again.")
