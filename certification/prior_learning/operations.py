"""Ask for prior learning, decide it, and take a decision back; every change is a new row."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from certification.prior_learning import notices, papers, queries
from certification.prior_learning.access import require_ask, require_decide
from certification.prior_learning.models import (
    PriorLearningDecision,
    PriorLearningFile,
    PriorLearningRequest,
)
from certification.prior_learning.reasons import RequestKind, ReversalReason
from certification.prior_learning.weighing import CannotStand, Verdict
from certification.prior_learning.writing import (
    Asked,
    write_audit,
    write_decision,
    write_request,
    write_reversal,
)
from certification.programs.document import Program
from certification.programs.queries import catalogue
from lms.kit import clock
from lms.public import person_of_user, rows_of

__all__ = [
    "AlreadyDecided",
    "Asked",
    "CannotStand",
    "FormUsed",
    "NotAskable",
    "NotYetDone",
    "NothingToReverse",
    "TooManyWaiting",
    "Undocumented",
    "ask",
    "decide",
    "note_reading",
    "reverse",
]

MOST_WAITING: Final = 20
"""How many requests of one person may wait at a time: more are a mistake, and fill the store."""


class NotAskable(ValueError):
    """A requirement is not in the program, or is nothing that training elsewhere could meet."""


class NotYetDone(ValueError):
    """The training is said to be completed on a day to come."""


class Undocumented(ValueError):
    """A request for credit came without any paper."""


class TooManyWaiting(ValueError):
    """``MOST_WAITING`` requests of this person wait already."""


class FormUsed(ValueError):
    """The form was sent before, about something else."""


class AlreadyDecided(ValueError):
    """Somebody has decided this request in the meantime; nothing was changed."""


class NothingToReverse(ValueError):
    """The request has no decision that stands."""


def ask(*, actor_id: int, asked: Asked) -> UUID:
    """Write a request down with its papers. Return its uuid; the same form twice is one request.

    Raises:
        Denied: the account may not ask for this person.
        UnknownProgram, NotAskable, NotYetDone, Undocumented, TooManyWaiting, FormUsed: as the
            names say.
    """
    asker = person_of_user(user_id=actor_id)
    require_ask(user_id=actor_id, person_id=asked.person_id, own_id=asker.id if asker else None)
    version = catalogue().version(asked.program_key, date.max)
    today = clock.today(version.rules.zone)
    version = catalogue().version(asked.program_key, today)
    titles = _titles(asked, version.rules, today)
    papers.store(asked.papers)
    try:
        with transaction.atomic(durable=True):
            known = _asked_before(asked, actor_id)
            if known is not None:
                return known
            _check_waiting(asked.person_id)
            request = write_request(asked, version.id, today, actor_id, titles)
            if asker is None or asker.id != asked.person_id:
                notices.tell_asked(request, by=asker.name if asker else "")
    except IntegrityError:
        # The same form at the same time: the first one wrote the request.
        known = _asked_before(asked, actor_id)
        if known is None:
            raise
        return known
    return request.uuid


def _titles(asked: Asked, rules: Program, today: date) -> dict[str, str]:
    """Return the titles of what is asked for, by requirement; raise where it cannot be asked."""
    open_to = queries.askable(rules)
    if not asked.requirements or not open_to.keys() >= set(asked.requirements):
        raise NotAskable(", ".join(asked.requirements))
    if asked.completed_on is not None and asked.completed_on > today:
        raise NotYetDone
    if asked.kind == RequestKind.EQUIVALENCY and not asked.papers:
        raise Undocumented
    return {each: open_to[each].title for each in open_to if each in asked.requirements}


def _asked_before(asked: Asked, actor_id: int) -> UUID | None:
    known = PriorLearningRequest.objects.filter(form_key=asked.form_key).first()
    if known is None:
        return None
    if (known.requested_by_id, known.person_id) != (actor_id, asked.person_id):
        raise FormUsed
    return known.uuid


def _check_waiting(person_id: int) -> None:
    waiting = queries.requests(rows_of(person_ids=[person_id])).filter(outcome="").count()
    if waiting >= MOST_WAITING:
        raise TooManyWaiting


def decide(
    *, actor_id: int, uuid: UUID, verdicts: Mapping[str, Verdict], note: str, form_key: UUID
) -> UUID:
    """Decide a request clause by clause, and credit what is granted. Return the decision's uuid.

    `verdicts` are by requirement, one for each that the request names. What is granted becomes
    facts of the ledger in the same transaction, dated the day the training was completed (a waived
    requirement: now). The same form twice is one decision.

    Raises:
        NoSuchRequest, Denied, CannotStand, FormUsed: as the names say.
        AlreadyDecided: another decision stands.
    """
    request = queries.request_of(uuid=uuid)
    require_decide(user_id=actor_id, request=request)

    def write(turn: int, last: PriorLearningDecision | None) -> PriorLearningDecision:
        if last is not None and last.reverses_id is None:
            raise AlreadyDecided
        return write_decision(request, turn, verdicts, note, actor_id, form_key)

    return _in_turn(request, actor_id, form_key, write)


def reverse(*, actor_id: int, uuid: UUID, reason: str, note: str, form_key: UUID) -> UUID:
    """Take the standing decision back, with every fact it credited. Return the reversal's uuid.

    The request waits again. A certificate that was issued on those facts stays until an officer
    revokes it.

    Raises:
        NoSuchRequest, Denied, NothingToReverse, FormUsed: as the names say.
        ValueError: `reason` is not a `ReversalReason`.
    """
    request = queries.request_of(uuid=uuid)
    require_decide(user_id=actor_id, request=request)
    reason = ReversalReason(reason).value

    def write(turn: int, last: PriorLearningDecision | None) -> PriorLearningDecision:
        if last is None or last.reverses_id is not None:
            raise NothingToReverse
        return write_reversal(request, turn, last, reason, note, actor_id, form_key)

    return _in_turn(request, actor_id, form_key, write)


def _in_turn(
    request: PriorLearningRequest,
    actor_id: int,
    form_key: UUID,
    write: Callable[[int, PriorLearningDecision | None], PriorLearningDecision],
) -> UUID:
    """Write the next decision of a request; of two at once, the second finds the first's."""
    try:
        with transaction.atomic(durable=True):
            PriorLearningRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
            known = _decided_before(request, actor_id, form_key)
            if known is not None:
                return known
            last = PriorLearningDecision.objects.filter(request=request).order_by("turn").last()
            return write(last.turn + 1 if last else 1, last).uuid
    except IntegrityError as error:
        # Where the row lock does not hold, the constraint on turns does.
        known = _decided_before(request, actor_id, form_key)
        if known is None:
            raise AlreadyDecided from error
        return known


def _decided_before(request: PriorLearningRequest, actor_id: int, form_key: UUID) -> UUID | None:
    known = PriorLearningDecision.objects.filter(form_key=form_key).first()
    if known is None:
        return None
    if (known.decided_by_id, known.request_id) != (actor_id, request.pk):
        raise FormUsed
    return known.uuid


def note_reading(*, actor_id: int, request: PriorLearningRequest, paper: PriorLearningFile) -> None:
    """Write down that somebody else than the worker took a paper."""
    with transaction.atomic(durable=True):
        write_audit("file_read", request, actor_id, {"file": paper.sha256})
