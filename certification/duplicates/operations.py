"""Proposing to join two records, agreeing or not, and parting them again."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from certification.credentials.operations import evaluate
from certification.duplicates import joining, notices
from certification.duplicates.access import require_join
from certification.duplicates.concerns import Concern, against, concerns, unticked
from certification.duplicates.foresight import Foresight, digest_of, foresee_join
from certification.duplicates.models import (
    Answer,
    DuplicateAnswer,
    DuplicateChange,
    DuplicateProposal,
)
from certification.duplicates.queries import Side, proposal_of, sides
from lms.public import (
    hold_people,
    merge_of,
    merge_people,
    people,
    record_audit,
    today,
    unmerge_people,
)


class CannotJoin(ValueError):
    """The two cannot be joined; the text says why."""


class NotSeen(ValueError):
    """A concern was not ticked; `left` says which."""

    def __init__(self, left: list[Concern]) -> None:
        super().__init__("not seen")
        self.left = left


class Changed(ValueError):
    """What joining would do is not what was agreed on any more."""


class AlreadyAnswered(ValueError):
    """Somebody else has answered the proposal, or parted the two."""


class SecondOfficerNeeded(ValueError):
    """Who proposed does not agree as well; only another officer does."""


class NoReason(ValueError):
    """A reason is needed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two people side by side, what joining would do, and what must be seen before."""

    kept: Side
    absorbed: Side
    foresight: Foresight
    concerns: tuple[Concern, ...]
    against: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return the fingerprint of what is agreed on."""
        return digest_of(self.foresight, self.concerns)


def compare(
    *, actor_id: int, kept_id: int, absorbed_id: int, keep: Collection[str] = ()
) -> Compared:
    """Return two records side by side with what joining them would do; nothing stays changed.

    Raises:
        Denied: the account may not join these two.
        CannotMerge: one of the records is joined with another one already.
    """
    require_join(user_id=actor_id, person_ids=(kept_id, absorbed_id))
    first, second = sides(kept_id=kept_id, absorbed_id=absorbed_id)
    foresight = foresee_join(kept_id=kept_id, absorbed_id=absorbed_id, actor_id=actor_id, keep=keep)
    found = concerns(first, second, today())
    return Compared(first, second, foresight, tuple(found), tuple(against(first, second)))


def propose(
    *,
    actor_id: int,
    kept_id: int,
    absorbed_id: int,
    reason: str,
    form_key: UUID,
    seen: Collection[str] = (),
    keep: Collection[str] = (),
) -> UUID:
    """Write down that two records are of one human; return the proposal's uuid.

    The same form twice is one proposal. `keep`: codes of certificates that shall stay in force.

    Raises:
        Denied: the account may not join these two.
        NoReason, NotSeen, CannotJoin: as the names say.
    """
    if not reason.strip():
        raise NoReason
    compared = compare(actor_id=actor_id, kept_id=kept_id, absorbed_id=absorbed_id, keep=keep)
    if kept_id == absorbed_id:
        raise CannotJoin(_("This is one record, not two."))
    if compared.against:
        raise CannotJoin(compared.against[0])
    left = unticked(compared.concerns, list(seen))
    if left:
        raise NotSeen(left)
    choices: dict[str, object] = {
        "keep": sorted(keep),
        "seen": sorted(seen),
        "digest": compared.digest,
    }
    with transaction.atomic(durable=True):
        row = DuplicateProposal(
            kept_id=kept_id,
            absorbed_id=absorbed_id,
            reason=reason.strip(),
            choices=choices,
            proposed_by_id=actor_id,
            form_key=form_key,
        )
        # ON CONFLICT DO NOTHING: the second of two clicks finds the row of the first.
        DuplicateProposal.objects.bulk_create([row], ignore_conflicts=True)
        found = DuplicateProposal.objects.get(form_key=form_key)
        if (found.proposed_by_id, found.kept_id, found.absorbed_id) != (
            actor_id, kept_id, absorbed_id,
        ):  # fmt: skip
            raise CannotJoin(_("This form was used before. Open a new one."))
        if found.uuid == row.uuid:
            _audit(actor_id, "duplicate_proposed", found, {"reason": found.reason} | choices)
    return found.uuid


def agree(*, actor_id: int, uuid: UUID, note: str = "") -> UUID:
    """Join the two of a proposal, as its second officer; return the merge's uuid.

    Everything is read as one person's from now on, certificates that stood for the same days
    give way as foreseen, and the person is decided anew at once.

    Raises:
        NoSuchProposal, Denied, AlreadyAnswered, SecondOfficerNeeded: as the names say.
        Changed: joining would do something else by now; propose it again.
        CannotMerge, CannotJoin: one of the records was joined meanwhile, or something stands
            against it.
    """
    found = proposal_of(uuid=uuid)
    kept_id, absorbed_id = found.kept_id, found.absorbed_id
    require_join(user_id=actor_id, person_ids=(kept_id, absorbed_id))
    if found.proposed_by_id == actor_id:
        raise SecondOfficerNeeded(uuid)
    keep = found.choices.get("keep", [])
    with transaction.atomic(durable=True):
        _lock(found)
        hold_people(person_ids=(kept_id, absorbed_id))
        compared = compare(actor_id=actor_id, kept_id=kept_id, absorbed_id=absorbed_id, keep=keep)
        if compared.against:
            raise CannotJoin(compared.against[0])
        if compared.digest != found.choices.get("digest"):
            raise Changed(uuid)
        plan = joining.planned(kept_id=kept_id, absorbed_id=absorbed_id, keep=keep)
        merge_uuid = merge_people(
            actor_id=actor_id,
            proposed_by_id=found.proposed_by_id,
            kept_id=kept_id,
            absorbed_id=absorbed_id,
            reason=found.reason,
        )
        events = joining.write(plan, actor_id=actor_id, proposed_by_id=found.proposed_by_id)
        merge = merge_of(uuid=merge_uuid)
        answer = _answer(found, Answer.JOINED, actor_id, note, merge.id if merge else None)
        DuplicateChange.objects.bulk_create(
            [DuplicateChange(answer=answer, event=event) for event in events]
        )
        joining.settle(person_ids=[kept_id, absorbed_id])
        notices.tell_joined(found, merge_uuid, [compared.kept, compared.absorbed])
    evaluate(person_ids=[kept_id])
    return merge_uuid


def refuse(*, actor_id: int, uuid: UUID, note: str = "") -> None:
    """End a proposal without joining: withdrawn by who made it, declined by anybody else.

    Raises:
        NoSuchProposal, Denied, AlreadyAnswered: as the names say.
    """
    found = proposal_of(uuid=uuid)
    require_join(user_id=actor_id, person_ids=(found.kept_id, found.absorbed_id))
    mine = found.proposed_by_id == actor_id
    with transaction.atomic(durable=True):
        _lock(found)
        outcome = Answer.WITHDRAWN if mine else Answer.DECLINED
        _answer(found, outcome, actor_id, note, None)
        _audit(actor_id, f"duplicate_{outcome.value}", found, {"note": note})


def part(*, actor_id: int, merge_uuid: UUID, reason: str, keep: Collection[str] = ()) -> None:
    """Let two joined records stand on their own again; one officer with a reason is enough.

    What joining wrote on certificates is set aside. What was issued since then and rests on the
    other's facts is suspended for review, unless `keep` names its code.

    Raises:
        Denied: the officer may not.
        CannotUnmerge, AlreadyAnswered: there is no such merge, or it was taken back before.
        NoReason: as the name says.
    """
    if not reason.strip():
        raise NoReason
    merge = merge_of(uuid=merge_uuid)
    if merge is None or merge.undone_at is not None:
        raise AlreadyAnswered(merge_uuid)
    with transaction.atomic(durable=True):
        apart = parts_of(merge.absorbed_id, merge.kept_id)
        unmerge_people(actor_id=actor_id, merge_uuid=merge_uuid, reason=reason.strip())
        joining.part_certificates(
            apart=apart,
            event_ids=written_by(merge.id),
            since=merge.recorded_at,
            actor_id=actor_id,
            keep=keep,
        )
        joining.settle(person_ids=apart)
        notices.tell_parted(merge)
    evaluate(person_ids=apart)


def parts_of(absorbed_id: int, kept_id: int) -> tuple[int, int]:
    """Return the two people that parting leaves: the one read as now, and the absorbed record."""
    return people(person_ids=[kept_id])[kept_id].id, absorbed_id


def written_by(merge_id: int) -> list[int]:
    """Return the events that joining wrote on certificates."""
    rows = DuplicateChange.objects.filter(answer__merge_id=merge_id).order_by("pk")
    return list(rows.values_list("event_id", flat=True))


def _lock(found: DuplicateProposal) -> None:
    """Hold a proposal until the transaction ends, and refuse one that was answered."""
    DuplicateProposal.objects.select_for_update().get(pk=found.pk)
    if DuplicateAnswer.objects.filter(proposal=found).exists():
        raise AlreadyAnswered(found.uuid)


def _answer(
    found: DuplicateProposal, outcome: Answer, actor_id: int, note: str, merge_id: int | None
) -> DuplicateAnswer:
    try:
        with transaction.atomic():
            return DuplicateAnswer.objects.create(
                proposal=found,
                outcome=outcome,
                answered_by_id=actor_id,
                note=note.strip(),
                merge_id=merge_id,
            )
    except IntegrityError as error:
        raise AlreadyAnswered(found.uuid) from error


def _audit(actor_id: int, action: str, found: DuplicateProposal, detail: dict[str, object]) -> None:
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="duplicate_proposal",
        subject=str(found.uuid),
        detail={"kept": found.kept_id, "absorbed": found.absorbed_id} | detail,
    )
