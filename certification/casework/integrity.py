"""Whether two officers stand behind every revocation, and every answer behind its event."""

from collections.abc import Iterator
from typing import Final

from certification.casework.models import (
    Appeal,
    AppealDecision,
    AppealFile,
    RevocationAnswer,
    RevocationProposal,
)
from certification.casework.queries import APPEALABLE
from certification.casework.reasons import OUTCOME_OF, Answer
from certification.credentials.models import CredentialEvent, CredentialEventKind
from certification.duplicates.joining import PARTED
from certification.prior_learning import papers
from lms.kit.integrity import Check, check, triggers

TABLES: Final = tuple(
    (f"certification_{name}", "UPDATE DELETE")
    for name in (
        "revocationproposal",
        "revocationanswer",
        "appeal",
        "appealfile",
        "appealdecision",
    )
)
_Kind = CredentialEventKind
_MEANT: Final[dict[Answer, set[str | None]]] = {
    Answer.AGREED: {_Kind.REVOKED},
    Answer.DECLINED: {_Kind.REINSTATED, None},
    Answer.WITHDRAWN: {_Kind.REINSTATED, None},
}


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-casework", TABLES),
        check(
            "revoked-by-two",
            "Every revocation was asked for by one officer and agreed to by another.",
            _revoked_alone(),
        ),
        check(
            "set-aside-fits",
            "Whatever sets a decision aside names a suspension or revocation of the same"
            " certificate, or what joining two records wrote; nothing else names another event.",
            _aside_wrongly(),
        ),
        check(
            "proposals-answered",
            "Every answer to a proposal has the event that it means, of the same certificate,"
            " by the same officers, on the same day; one open proposal for each certificate.",
            _wrong_answers(),
        ),
        check(
            "appeals-decided",
            "Every appeal is about a suspension or a revocation, and was decided by an officer"
            " who had no part in it; what succeeded has set aside just that.",
            _wrong_appeals(),
        ),
        check(
            "appeal-papers",
            "Every paper of an appeal is in the store and is what was sent in.",
            _without_paper(),
        ),
    ]


def _revoked_alone() -> Iterator[str]:
    rows = CredentialEvent.objects.filter(kind=_Kind.REVOKED).order_by("pk")
    for code, actor, proposer in rows.values_list(
        "credential__code", "actor_id", "proposed_by_id"
    ).iterator():
        if actor is None or proposer is None:
            yield f"{code}: revoked by fewer than two officers"
        elif actor == proposer:
            yield f"{code}: proposed and agreed to by the same account"


def _aside_wrongly() -> Iterator[str]:
    rows = CredentialEvent.objects.select_related("credential", "sets_aside").order_by("pk")
    for each in rows.filter(kind=_Kind.SET_ASIDE).iterator():
        named = each.sets_aside
        if named is None:
            yield f"{each.credential.code}: event {each.pk} sets nothing aside"
        elif named.credential_id != each.credential_id:
            yield f"{each.credential.code}: event {each.pk} is about another certificate"
        elif named.kind not in APPEALABLE and each.reason_code != PARTED:
            yield f"{each.credential.code}: event {each.pk} sets aside what is {named.kind}"
    for each in rows.exclude(kind=_Kind.SET_ASIDE).filter(sets_aside__isnull=False).iterator():
        yield f"{each.credential.code}: event {each.pk} names another, and is {each.kind}"


def _wrong_answers() -> Iterator[str]:
    rows = RevocationAnswer.objects.select_related("proposal__suspension", "event").order_by("pk")
    for each in rows.iterator():
        problem = _answer_problem(each)
        if problem:
            yield f"{each.proposal.reference}: {problem}"
    suspended = RevocationProposal.objects.filter(suspension__isnull=False)
    for proposal in suspended.select_related("suspension").order_by("pk").iterator():
        event = proposal.suspension
        if event is not None and (event.kind, event.credential_id, event.actor_id) != (
            _Kind.SUSPENDED, proposal.credential_id, proposal.proposed_by_id,
        ):  # fmt: skip
            yield f"{proposal.reference}: its suspension is event {event.pk}, which is none of it"
    seen: set[int] = set()
    waiting = RevocationProposal.objects.filter(answer__isnull=True).order_by("pk")
    for proposal in waiting.iterator():
        if proposal.credential_id in seen:
            yield f"{proposal.reference}: another proposal for the same certificate waits"
        seen.add(proposal.credential_id)


def _answer_problem(each: RevocationAnswer) -> str:
    """Return what is wrong with an answer, or nothing."""
    proposal, event = each.proposal, each.event
    own = each.actor_id == proposal.proposed_by_id
    if own is not (each.outcome == Answer.WITHDRAWN):
        return "answered by the wrong officer"
    if (event.kind if event else None) not in _MEANT[Answer(each.outcome)]:
        return f"{each.outcome}, with the event {event.kind if event else 'missing'}"
    if event is None:
        return ""
    if (event.credential_id, event.actor_id) != (proposal.credential_id, each.actor_id):
        return f"event {event.pk} is another certificate’s or another officer’s"
    if event.kind == _Kind.REVOKED:
        told = (event.proposed_by_id, event.reason_code, event.effective_on)
        if told != (proposal.proposed_by_id, proposal.reason_code, proposal.effective_on):
            return f"event {event.pk} is not what was proposed"
    return ""


def _wrong_appeals() -> Iterator[str]:
    for appeal in Appeal.objects.select_related("event").order_by("pk").iterator():
        if appeal.event.kind not in APPEALABLE:
            yield f"{appeal.reference}: about what is {appeal.event.kind}"
    rows = AppealDecision.objects.select_related("appeal__event", "event").order_by("pk")
    for each in rows.iterator():
        about = each.appeal.event
        if OUTCOME_OF.get(each.reason_code) != each.outcome:
            yield f"{each.appeal.reference}: {each.outcome} because of {each.reason_code}"
        if each.actor_id in (about.actor_id, about.proposed_by_id, each.appeal.appealed_by_id):
            yield f"{each.appeal.reference}: decided by somebody who had a part in it"
        if each.event is not None and each.event.sets_aside_id != about.pk:
            yield f"{each.appeal.reference}: set aside something else"


def _without_paper() -> Iterator[str]:
    for each in AppealFile.objects.select_related("appeal").order_by("pk").iterator():
        try:
            papers.read(storage_name=each.storage_name, sha256=each.sha256)
        except papers.PaperDamaged:
            yield f"{each.appeal.reference}: {each.storage_name} is missing or altered"
