"""Grade attempts again after a question was mended; what they were stays on record."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from courses.assessment import regrading
from courses.assessment.models import Attempt, Question, Regrade, RegradedAttempt
from courses.assessment.notices import regraded
from courses.assessment.operations.reckoning import rewrite
from courses.assessment.queries import regrading as queries
from courses.assessment.queries.results import item_of
from courses.assessment.regrading import Choice, Flip
from lms.public import Ability, notify_many, people, record_audit, require

LONGEST_REASON = 1_000


class NotComparable(ValueError):
    """Answers to one revision cannot be read by the key of the other."""


class NoReason(ValueError):
    """A reason is missing, or longer than ``LONGEST_REASON`` letters."""


class ListChanged(Exception):
    """Other results would change by now than those that were looked at; nothing was changed."""


class NothingToDecide(Exception):
    """No result would change, or only the account's own: another editor decides about that."""


@dataclass(frozen=True, slots=True)
class Regraded:
    """What was done. ``new`` is False where this very decision was made before."""

    uuid: UUID
    changed: int
    new: bool


def regrade(
    *,
    actor_id: int,
    before_id: int,
    after_id: int,
    choice: Choice,
    reason: str,
    seen: str,
    form_key: UUID,
) -> Regraded:
    """Decide what a mended question does to results, and do it.

    ``seen`` is the digest of the list that was looked at. The same ``form_key`` is one decision,
    however often it is sent. Attempts stay as they are; each result that changes becomes a row of
    its own, the former fact of the ledger is taken back, and one with the same instant takes its
    place. What was completed with it follows. Every learner whose result changes is told. The
    account's own results stay: nobody mends a key for themselves.

    Raises:
        lms.public.Denied: the account does not edit the curriculum.
        queries.NoSuchQuestion, NotComparable, NoReason: there is nothing to decide like this.
        ListChanged, NothingToDecide: look again; nothing was changed.
    """
    require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise NoReason(len(reason))
    with transaction.atomic(durable=True):
        before, after = _pair(before_id, after_id)
        made = Regrade.objects.filter(uuid=form_key).first()
        if made is not None:
            return Regraded(made.uuid, made.attempts.count(), new=False)
        # Whoever regrades another question of the same attempts waits here.
        rows = Attempt.objects.select_for_update(of=("self",)).filter(
            pk__in=Attempt.objects.filter(responses__question=before).values("pk")
        )
        held = {each.pk: each for each in rows.select_related("quiz").order_by("pk")}
        rehearsal = queries.rehearse(before=before, after=after)
        others = rehearsal.of_others(user_id=actor_id)
        if not others:
            raise NothingToDecide(before.key)
        if rehearsal.digest != seen:
            raise ListChanged(before.key)
        made = Regrade.objects.create(
            uuid=form_key,
            before=before,
            after=after,
            choice=str(choice),
            reason=reason,
            actor_id=actor_id,
        )
        following = [flip for flip in others if flip.follows(choice)]
        _write(made, following, held)
        _tell(made, following, held)
        _audit(made, rehearsal, following)
    return Regraded(made.uuid, len(following), new=True)


def _pair(before_id: int, after_id: int) -> tuple[Question, Question]:
    """Hold both revisions: a second decision about them waits for the first."""
    rows = Question.objects.select_for_update(of=("self",)).select_related("bank")
    found = {each.pk: each for each in rows.filter(pk__in=[before_id, after_id]).order_by("pk")}
    before, after = found.get(before_id), found.get(after_id)
    if before is None or after is None:
        raise queries.NoSuchQuestion(before_id, after_id)
    same = (before.bank_id, before.key) == (after.bank_id, after.key)
    if before_id == after_id or not same:
        raise NotComparable(before.key)
    if not regrading.comparable(item_of(before), item_of(after)):
        raise NotComparable(before.key)
    return before, after


def _write(made: Regrade, following: list[Flip], held: dict[int, Attempt]) -> None:
    for flip in following:
        attempt = held[flip.attempt]
        last = attempt.regrades.order_by("-recorded_at", "-pk").first()
        evidence = rewrite(
            attempt=attempt,
            former=f"attempt:{attempt.uuid}" if last is None else None,
            former_id=last.evidence if last else None,
            outcome=flip.after,
            made=made,
        )
        RegradedAttempt.objects.create(
            regrade=made,
            attempt=attempt,
            score_before=flip.before.score,
            passed_before=flip.before.passed,
            score_after=flip.after.score,
            passed_after=flip.after.passed,
            evidence=evidence,
        )


def _tell(made: Regrade, following: list[Flip], held: dict[int, Attempt]) -> None:
    records = people(person_ids=[flip.person_id for flip in following])
    notify_many(
        messages=[
            regraded(made, flip, held[flip.attempt], records[flip.person_id]) for flip in following
        ]
    )


def _audit(made: Regrade, rehearsal: queries.Rehearsal, following: list[Flip]) -> None:
    record_audit(
        actor_id=made.actor_id,
        action="regrade",
        subject_kind="question",
        subject=f"{made.before.bank.key}/{made.before.key}",
        detail={
            "regrade": str(made.uuid),
            "from": made.before.revision,
            "to": made.after.revision,
            "choice": made.choice,
            "would_change": len(rehearsal.flips),
            "changed": len(following),
            "gained": sum(flip.gains for flip in following),
            "lost": sum(flip.loses for flip in following),
        },
    )
