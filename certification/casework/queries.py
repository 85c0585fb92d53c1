"""Read cases with how they stand, in as many statements for a page of them as for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from certification.casework.access import CREDENTIAL, EVENT, within
from certification.casework.models import Appeal, AppealFile, RevocationProposal
from certification.casework.reasons import Answer
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from lms.public import PersonRecord, Scope, people

APPEALABLE: Final = (CredentialEventKind.SUSPENDED, CredentialEventKind.REVOKED)
PROPOSAL: Final = "revocation"
APPEAL: Final = "appeal"

Entry = tuple[datetime, str, int]
"""A case in a list before it is read: when it came, which kind, its key."""


class NoSuchCase(LookupError):
    """There is no such proposal, appeal or decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case as lists show it; `outcome` is empty while it waits."""

    kind: str
    uuid: UUID
    reference: str
    code: str
    title: str
    holder: str
    asked_at: datetime
    by: str
    outcome: str
    answered_at: datetime | None
    late: bool
    # The accounts that may not act on it, because they made it or decided what it is about.
    without: tuple[int, ...]
    person_id: int

    def days(self, now: datetime) -> int:
        """Return how many days it took to answer, or how long it has waited until `now`."""
        return ((self.answered_at or now) - self.asked_at).days


def proposals(where: Q) -> QuerySet[RevocationProposal]:
    """Return proposals with their credential, suspension and answer, in one statement."""
    return RevocationProposal.objects.filter(where).select_related(
        "credential__person", "suspension", "answer__event", "proposed_by__person",
        "answer__actor__person",
    )  # fmt: skip


def appeals(where: Q) -> QuerySet[Appeal]:
    """Return appeals with what they are about and their decision, in one statement."""
    return Appeal.objects.filter(where).select_related(
        "event__credential__person", "event__actor__person", "event__proposed_by__person",
        "decision__actor__person", "decision__event",
    )  # fmt: skip


def proposal_of(*, uuid: UUID) -> RevocationProposal:
    """Return one proposal. Raises: NoSuchCase."""
    found = proposals(Q(uuid=uuid)).first()
    if found is None:
        raise NoSuchCase(uuid)
    return found


def appeal_of(*, uuid: UUID) -> Appeal:
    """Return one appeal. Raises: NoSuchCase."""
    found = appeals(Q(uuid=uuid)).first()
    if found is None:
        raise NoSuchCase(uuid)
    return found


def decision_event(*, code: str, event_id: int) -> CredentialEvent:
    """Return the suspension or revocation of a credential by its key. Raises: NoSuchCase."""
    found = (
        CredentialEvent.objects.filter(pk=event_id, credential__code=code, kind__in=APPEALABLE)
        .select_related("credential__person")
        .first()
    )
    if found is None:
        raise NoSuchCase(event_id)
    return found


def open_proposal(credential: Credential) -> RevocationProposal | None:
    """Return the proposal about a credential that waits for an answer, or None."""
    return proposals(Q(credential=credential, answer__isnull=True)).first()


def proposals_about(credential: Credential) -> list[RevocationProposal]:
    """Return every proposal about a credential, the oldest first."""
    return list(proposals(Q(credential=credential)).order_by("pk"))


def decisions_about(credential: Credential) -> list[tuple[CredentialEvent, Appeal | None]]:
    """Return every suspension and revocation, the newest first, each with its appeal.

    Two statements. `aside` says whether it was set aside.
    """
    events = list(
        CredentialEvent.objects.filter(credential=credential, kind__in=APPEALABLE)
        .select_related("proposal__answer")
        .annotate(aside=Exists(CredentialEvent.objects.filter(sets_aside=OuterRef("pk"))))
        .order_by("-recorded_at", "-pk")
    )
    theirs = {
        each.event_id: each for each in appeals(Q(event__credential=credential)).order_by("pk")
    }
    return [(each, theirs.get(each.pk)) for each in events]


def is_covered(event: CredentialEvent) -> bool:
    """Tell whether a suspension lasted until a revocation: an appeal is against that one."""
    proposal = getattr(event, "proposal", None)
    return getattr(getattr(proposal, "answer", None), "outcome", "") == Answer.AGREED


def papers_of(appeal: Appeal) -> list[AppealFile]:
    """Return the papers of an appeal in the order in which they were chosen."""
    return list(AppealFile.objects.filter(appeal=appeal).order_by("pk"))


def life_of(credential: Credential) -> list[CredentialEvent]:
    """Return every event of a credential as it was recorded, the oldest first; one statement."""
    return list(
        CredentialEvent.objects.filter(credential=credential)
        .select_related("actor__person", "proposed_by__person", "replaced_by", "sets_aside")
        .order_by("recorded_at", "pk")
    )


# --- the queue ------------------------------------------------------------------------------
def entries(about_proposals: Q, about_appeals: Q) -> list[Entry]:
    """Return the cases that match, the oldest first: two light statements."""
    made = RevocationProposal.objects.filter(about_proposals).order_by("pk")
    sent = Appeal.objects.filter(about_appeals).order_by("pk")
    return sorted(
        [(at, PROPOSAL, pk) for at, pk in made.values_list("recorded_at", "pk")]
        + [(at, APPEAL, pk) for at, pk in sent.values_list("recorded_at", "pk")]
    )


def waiting(*, scope: Scope, user_id: int) -> int:
    """Return how many cases wait in an account's scope of auditing; two statements."""
    mine, theirs = (
        within(scope=scope, user_id=user_id, field=field) for field in (CREDENTIAL, EVENT)
    )
    made = RevocationProposal.objects.filter(mine, answer__isnull=True)
    sent = Appeal.objects.filter(theirs, decision__isnull=True)
    return made.count() + sent.count()


def rows_of(found: Sequence[Entry]) -> list[CaseRow]:
    """Return cases as rows, in their order; three statements for any number of them."""
    keys: dict[str, list[int]] = {PROPOSAL: [], APPEAL: []}
    for _at, kind, pk in found:
        keys[kind].append(pk)
    read: dict[tuple[str, int], RevocationProposal | Appeal] = {}
    for proposal in proposals(Q(pk__in=keys[PROPOSAL])).order_by("pk"):
        read[PROPOSAL, proposal.pk] = proposal
    for appeal in appeals(Q(pk__in=keys[APPEAL])).order_by("pk"):
        read[APPEAL, appeal.pk] = appeal
    holders = people(person_ids=sorted({_credential(each).person_id for each in read.values()}))
    return [_row(read[kind, pk], holders) for _at, kind, pk in found]


def _credential(each: RevocationProposal | Appeal) -> Credential:
    return each.credential if isinstance(each, RevocationProposal) else each.event.credential


def _row(each: RevocationProposal | Appeal, holders: dict[int, PersonRecord]) -> CaseRow:
    credential = _credential(each)
    if isinstance(each, RevocationProposal):
        answer: Any = getattr(each, "answer", None)
        kind, by, late = PROPOSAL, name_of(each.proposed_by), False
        without: tuple[int, ...] = (each.proposed_by_id,)
    else:
        answer = getattr(each, "decision", None)
        kind, by, late = APPEAL, credential.holder_name, each.late
        part = (each.event.actor_id, each.event.proposed_by_id)
        without = tuple(one for one in part if one is not None)
    return CaseRow(
        kind=kind,
        uuid=each.uuid,
        reference=each.reference,
        code=credential.code,
        title=credential.title,
        holder=holders[credential.person_id].name,
        asked_at=each.recorded_at,
        by=by,
        outcome=answer.outcome if answer else "",
        answered_at=answer.recorded_at if answer else None,
        late=late,
        without=without,
        person_id=credential.person_id,
    )


def name_of(user: Any) -> str:
    """Return the name of an account's person, or its address; nobody is the rules."""
    if user is None:
        return ""
    person = getattr(user, "person", None)
    return person.name if person is not None else str(user.email)
