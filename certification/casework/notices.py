"""What the holder and the officers are told at each step of a case; never a reason."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from certification.casework.access import same_human
from certification.casework.models import Appeal, AppealDecision, RevocationProposal
from certification.casework.reasons import Outcome
from certification.casework.shaken import Shaken
from certification.credentials.models import Credential
from certification.credentials.notices import words_of, write
from certification.credentials.queries import credential_of
from lms.public import Ability, Message, notify_many, people_able


def tell_proposed(proposal: RevocationProposal) -> None:
    """Tell the holder that a revocation is proposed, and the other officers that it waits."""
    credential = proposal.credential
    words = words_of(credential)
    meanwhile = (
        _("Until then your certificate %(title)s (%(code)s) does not count.")
        if proposal.suspension_id
        else _("Until then your certificate %(title)s (%(code)s) counts as before.")
    )
    write(
        credential,
        f"proposed:{proposal.uuid}",
        _("It was proposed to revoke your certificate %(code)s") % words,
        [
            _(
                "An officer of %(issuer)s has proposed to revoke a certificate of yours. Nothing is"
                " decided: a second officer looks at it first."
            )
            % words,
            meanwhile % words,
            _("You hear from us when it is decided. See the certificate: %(page)s") % words,
            *([_("Read more, and how to appeal: %(decision)s") % words]
              if proposal.suspension_id else []),
        ],
    )  # fmt: skip
    _tell_officers(
        credential,
        f"case:{proposal.uuid}",
        f"{settings.SITE_URL}/state/cases/revocations/{proposal.uuid}/",
        _("A revocation waits for a second officer (%(reference)s)")
        % {"reference": proposal.reference},
        _("A proposal to revoke the certificate %(code)s waits for a second officer.") % words,
        but_not=[proposal.proposed_by_id],
    )


def tell_kept(proposal: RevocationProposal, *, lifted: bool) -> None:
    """Tell the holder that a proposal came to nothing."""
    words = words_of(proposal.credential)
    after = (
        _("It counts again from today.")
        if lifted
        else _("What it is worth is as it was before the proposal.")
    )
    write(
        proposal.credential,
        f"kept:{proposal.uuid}",
        _("Your certificate %(code)s is not revoked") % words,
        [
            _("The proposal to revoke your certificate %(title)s (%(code)s) is closed: it is not"
              " revoked.") % words,
            after,
            _("See the certificate: %(page)s") % words,
        ],
    )  # fmt: skip


def tell_appealed(appeal: Appeal) -> None:
    """Tell the holder that the appeal has come in, and those who may decide that it waits."""
    event = appeal.event
    words = words_of(event.credential) | {"reference": appeal.reference}
    write(
        event.credential,
        f"appealed:{appeal.uuid}",
        _("We have your appeal %(reference)s") % words,
        [
            _("Your appeal about the certificate %(title)s (%(code)s) has come in. An officer who"
              " had no part in the decision looks at it.") % words,
            _("Until then the decision stands. You hear from us. See the appeal: %(decision)s")
            % words,
        ],
    )  # fmt: skip
    _tell_officers(
        event.credential,
        f"case:{appeal.uuid}",
        f"{settings.SITE_URL}/state/cases/appeals/{appeal.uuid}/",
        _("An appeal waits for a decision (%(reference)s)") % words,
        _("An appeal about the certificate %(code)s waits for an officer who had no part in it.")
        % words,
        but_not=[event.actor_id, event.proposed_by_id],
    )


def tell_decided(decision: AppealDecision) -> None:
    """Tell the holder how the appeal ended."""
    appeal = decision.appeal
    words = words_of(appeal.event.credential) | {"reference": appeal.reference}
    sentence = {
        Outcome.UPHELD: _("The decision about your certificate %(title)s (%(code)s) stands."),
        Outcome.SET_ASIDE: _(
            "The decision about your certificate %(title)s (%(code)s) is set aside. It is as if it"
            " had never been made."
        ),
        Outcome.TOO_LATE: _(
            "Your appeal about the certificate %(title)s (%(code)s) came too late and was not"
            " heard. The decision stands."
        ),
    }[Outcome(decision.outcome)]
    write(
        appeal.event.credential,
        f"appeal-decided:{appeal.uuid}",
        _("Your appeal %(reference)s is decided") % words,
        [sentence % words, _("Read why: %(decision)s") % words],
    )


def tell_shaken(found: Shaken) -> None:
    """Tell the officers, once, that a certificate in force has lost what it rested on."""
    credential = credential_of(code=found.held.code)
    words = words_of(credential)
    newest = found.taken[-1][1]
    _tell_officers(
        credential,
        f"shaken:{credential.code}:{newest.evidence_id}",
        f"{settings.SITE_URL}/certificates/{credential.code}/life/",
        _("Evidence behind the certificate %(code)s was taken back") % words,
        _(
            "The certificate %(code)s is in force, and without that evidence the rules would not"
            " issue it. Nothing has changed by itself: an officer decides."
        )
        % words,
        but_not=[],
    )


def _tell_officers(
    credential: Credential,
    key: str,
    page: str,
    subject: str,
    sentence: str,
    *,
    but_not: Iterable[int | None],
) -> None:
    """Tell every officer who can act, and none of those who cannot."""
    out = [each for each in but_not if each is not None]
    able = people_able(ability=Ability.REVOKE, person_id=credential.person_id)
    body = "\n\n".join([sentence, _("Open it: %(page)s") % {"page": page}]) + "\n"
    notify_many(
        messages=[
            Message(f"{key}:{each.id}", "casework", each.email, subject, body, each.id)
            for each in able
            if not any(same_human(each.user_id, other) for other in out)
        ]
    )
