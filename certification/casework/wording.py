"""Say in words what happened to a certificate, and what each step would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.casework.models import RevocationProposal
from certification.casework.queries import name_of
from certification.casework.reasons import AppealReason
from certification.credentials.fold import Status
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.reasons import (
    PUBLIC_LABELS,
    RetirementReason,
    RevocationReason,
    SuspensionReason,
)
from lms.kit import formats

Text = str | Promise

_Kind = CredentialEventKind
TONES: Final[Mapping[str, str]] = {
    _Kind.ISSUED: "ok",
    _Kind.SUSPENDED: "warn",
    _Kind.REINSTATED: "ok",
    _Kind.REVOKED: "bad",
    _Kind.SUPERSEDED: "none",
    _Kind.RETIRED: "none",
    _Kind.SET_ASIDE: "ok",
}
_REASONS: Final[Mapping[str, Text]] = {
    **{each.value: each.label for each in RevocationReason},
    **{each.value: each.label for each in RetirementReason},
    **{each.value: each.label for each in AppealReason},
}
RULES: Final = gettext_lazy("the rules of the program")


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as officers read it."""

    tone: str
    title: Text
    effective_on: date
    recorded_at: datetime
    who: Text
    proposed_by: str
    reason: Text
    note: str
    aside: bool
    replaced_by: str


def reason_of(kind: str, code: str) -> Text:
    """Return the reason of an event in words; an unknown code is shown as itself."""
    if not code:
        return ""
    if kind in (_Kind.SUSPENDED, _Kind.REINSTATED) and code in SuspensionReason.values:
        return SuspensionReason(code).label
    return _REASONS.get(code) or PUBLIC_LABELS.get(code) or code


def title_of(event: CredentialEvent) -> Text:
    """Return what a suspension or revocation says: "Suspended from 3 Mar 2026"."""
    words = {"on": formats.date_short(event.effective_on)}
    if event.kind == _Kind.REVOKED:
        return _("Revoked from %(on)s") % words
    return _("Suspended from %(on)s") % words


def happened(events: list[CredentialEvent]) -> list[Happened]:
    """Return the events of a credential in words."""
    aside = {each.sets_aside_id for each in events if each.sets_aside_id}
    return [
        Happened(
            tone="none" if each.pk in aside else TONES[each.kind],
            title=_Kind(each.kind).label,
            effective_on=each.effective_on,
            recorded_at=each.recorded_at,
            who=name_of(each.actor) or RULES,
            proposed_by=name_of(each.proposed_by),
            reason=reason_of(each.kind, each.reason_code),
            note=each.note,
            aside=each.pk in aside,
            replaced_by=each.replaced_by.code if each.replaced_by else "",
        )
        for each in events
    ]


def words_about(credential: Credential) -> dict[str, str]:
    """Return the names that the sentences below are made of."""
    return {
        "name": credential.holder_name,
        "title": credential.title,
        "code": credential.code,
    }


def consequence(credential: Credential, kind: CredentialEventKind) -> str:
    """Say what a change by one officer does, before it is made."""
    return {
        _Kind.SUSPENDED: _(
            "%(name)s does not count as %(title)s from that day until an officer reinstates the"
            " certificate. Everybody who checks %(code)s reads “suspended” at once. The holder is"
            " told by e-mail and may appeal. The end of the certificate does not move."
        ),
        _Kind.REINSTATED: _(
            "%(name)s counts as %(title)s again from that day, until the end printed on the"
            " certificate. The days before stay suspended. Everybody who checks %(code)s reads it"
            " at once, and the holder is told by e-mail."
        ),
        _Kind.RETIRED: _(
            "%(name)s is not %(title)s from that day on. The certificate %(code)s has ended early,"
            " without blame, and cannot be taken up again: a new one has to be earned. Everybody"
            " who checks it reads “expired”. The holder is told by e-mail."
        ),
    }[kind] % words_about(credential)


def proposal_consequence(credential: Credential) -> str:
    """Say what it means to propose a revocation."""
    return _(
        "Nothing is revoked yet. A second officer reads your reasons and agrees or declines. Once"
        " agreed, %(name)s is not certified as %(title)s any more: the certificate %(code)s stays"
        " on record and everybody who checks it reads “revoked”. The holder is told of the"
        " proposal by e-mail, without the reason."
    ) % words_about(credential)


def agreement_consequence(proposal: RevocationProposal) -> str:
    """Say what agreeing does."""
    return _(
        "Agree, and %(name)s is not certified as %(title)s any more. One certificate (%(code)s) is"
        " shown as revoked to everybody who checks it, at once, and new evidence does not bring it"
        " back. The holder may appeal; you then have no part in that decision."
    ) % words_about(proposal.credential)


def decline_consequence(proposal: RevocationProposal) -> str:
    """Say what declining does."""
    if proposal.suspension_id is None:
        return _("Decline, and nothing changes for %(name)s.") % words_about(proposal.credential)
    return _(
        "Decline, and the certificate counts again from today, unless it was suspended for"
        " another reason since."
    )


def actions(status: Status, *, waits: bool) -> list[tuple[str, Text]]:
    """Return the pages of what an officer can do to a certificate now: (URL name, words)."""
    suspend: tuple[str, Text] = ("certificate-suspend", gettext_lazy("Suspend"))
    reinstate: tuple[str, Text] = ("certificate-reinstate", gettext_lazy("Reinstate"))
    retire: tuple[str, Text] = ("certificate-retire", gettext_lazy("Lay it down early"))
    propose: tuple[str, Text] = ("certificate-revoke", gettext_lazy("Propose to revoke"))
    found: list[tuple[str, Text]] = {
        Status.VALID: [suspend, retire],
        Status.SUSPENDED: [reinstate, retire],
    }.get(status, [])
    if status is not Status.REVOKED and not waits:
        found = [*found, propose]
    if status in (Status.EXPIRED, Status.REVOKED, Status.RETIRED):
        # While it is in force or suspended there is nothing to issue; the rules renew in time.
        found = [("certificate-next", gettext_lazy("Issue the next one")), *found]
    return found
