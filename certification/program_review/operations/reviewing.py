"""Ask for review, send back, withdraw, publish: each one row; the publisher wrote nothing of it."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from certification.engine.requirements import keys_in
from certification.program_review import queries
from certification.program_review.access import require_review
from certification.program_review.models import ProgramDraft, ProgramReview
from certification.program_review.operations.walking import begin_rollout
from certification.program_review.states import OPEN, State, Step
from certification.programs import publishing
from certification.programs import queries as programs
from certification.programs.document import Program as Rules
from certification.programs.document import ProgramError, parse
from certification.programs.fitting import is_open
from certification.programs.models import Program
from certification.programs.publishing import TooEarly
from lms.kit import clock
from lms.public import record_audit


class WrongState(ValueError):
    """The draft is not where this can be done with it; `state` says where it stands."""

    def __init__(self, state: State) -> None:
        super().__init__(state.value)
        self.state = state


class NotTheAuthor(ValueError):
    """Only who wrote this revision may hand it in or take it back."""


class OwnDraft(ValueError):
    """Who wrote any of the text does not review it."""


class AuthorMayNotPublish(OwnDraft):
    """Who wrote any revision of the text may not publish it: another officer has to."""


class Outdated(ValueError):
    """Another version was published since the draft was written: it has to be looked at again."""


class NothingNew(ValueError):
    """The text is published already."""


class ReasonMissing(ValueError):
    """A version that counts back, or a draft that is sent back, needs a reason."""


class NotPreviewed(ValueError):
    """Nobody has looked at who is affected from this day on, within the last day."""


def submit(*, actor_id: int, uuid: UUID) -> None:
    """Hand a draft in for review.

    Raises:
        NoSuchDraft, Denied, NotTheAuthor, WrongState: as the names say.
        ProgramError: the text cannot be published as it is; with every problem.
    """
    draft = _open(actor_id, uuid)
    if draft.author_id != actor_id:
        raise NotTheAuthor
    reading = queries.read_text(draft.source, program_key=draft.program_key)
    if reading.problems:
        raise ProgramError(reading.problems)
    _step(draft, Step.SUBMITTED, actor_id, from_states=frozenset({State.WRITTEN}))


def send_back(*, actor_id: int, uuid: UUID, reason: str) -> None:
    """Send a draft back to its author, with the reason.

    Raises:
        NoSuchDraft, Denied, WrongState, ReasonMissing: as the names say.
        OwnDraft: the actor wrote some of it, and may withdraw it instead.
    """
    draft = _open(actor_id, uuid)
    if actor_id in queries.author_ids(draft):
        raise OwnDraft
    if not reason.strip():
        raise ReasonMissing
    _step(draft, Step.SENT_BACK, actor_id, from_states=frozenset({State.WAITING}), note=reason)


def withdraw(*, actor_id: int, uuid: UUID) -> None:
    """Give a draft up; it stays readable.

    Raises:
        NoSuchDraft, Denied, WrongState: as the names say.
        NotTheAuthor: the actor wrote no revision of it.
    """
    draft = _open(actor_id, uuid)
    if actor_id not in queries.author_ids(draft):
        raise NotTheAuthor
    _step(draft, Step.WITHDRAWN, actor_id, from_states=OPEN)


def publish(*, actor_id: int, uuid: UUID, effective_on: date, reason: str = "") -> int:
    """Publish a draft as a version that counts from a legal date on. Return the version's id.

    The first day may be the newest version's own, in whose place it then comes, and it may lie in
    the past with a reason: then the version counts back. Everybody under the program is evaluated
    again afterwards.

    Raises:
        NoSuchDraft, Denied, WrongState, Outdated, NothingNew, LabelTaken, TooEarly,
            ReasonMissing, NotPreviewed: as the names say.
        AuthorMayNotPublish: the actor wrote some revision of the text.
        ProgramError: the text cannot be published as it is; with every problem.
    """
    draft = _open(actor_id, uuid)
    try:
        with transaction.atomic(durable=True):
            lock_series(draft)
            # Two drafts of one program: the second one finds that the first was published.
            Program.objects.select_for_update().filter(key=draft.program_key).first()
            _check_publishable(draft, actor_id, effective_on, reason)
            rules, known = parse(draft.source), queries.newest(draft.program_key)
            loaded = publishing.publish(rules, draft.source, effective_on, actor_id)
            if loaded.result == "unchanged":
                raise NothingNew
            if (loaded.result == "new") is not (draft.based_on_id is None):
                raise Outdated
            row = _write(draft, Step.PUBLISHED, actor_id, reason, loaded.version_id, effective_on)
            # Before anything that was promised is begun, everybody reads the programs anew.
            transaction.on_commit(programs.forget)
            begin_rollout(
                program_key=rules.key,
                today_on=clock.today(rules.zone),
                by_id=actor_id,
                since=_changes_since(known.rules, rules, effective_on) if known else None,
            )
    except IntegrityError as error:
        # Where the row lock does not hold, the constraint on turns does.
        raise WrongState(queries.state_of_draft(draft)) from error
    programs.forget()
    return row.version_id or 0


def _changes_since(before: Rules, after: Rules, effective_on: date) -> date | None:
    """Return the first day on which anybody's standing can differ; None: that takes a look at all.

    Rules that name other evidence, concern other people, or count their days in another zone also
    move where a standing begins.
    """
    begins = [(keys_in(each.requirements), is_open(each), each.zone) for each in (before, after)]
    return effective_on if begins[0] == begins[1] else None


def _check_publishable(draft: ProgramDraft, actor_id: int, on: date, reason: str) -> None:
    """Raise what stands against publishing a locked draft from a date on."""
    if actor_id in queries.author_ids(draft):
        raise AuthorMayNotPublish
    state = queries.state_of_draft(draft)
    if state is not State.WAITING:
        raise WrongState(state)
    programs.forget()
    known = queries.newest(draft.program_key)
    if draft.based_on_id != (known.id if known else None):
        raise Outdated
    reading = queries.read_text(draft.source, program_key=draft.program_key)
    if reading.rules is None or reading.problems:
        raise ProgramError(reading.problems)
    if known is not None and on < known.effective_on:
        raise TooEarly
    if on < clock.today(reading.rules.zone) and not reason.strip():
        raise ReasonMissing
    walk = queries.preview_of(draft)
    if walk is None or not queries.is_fresh(walk, draft, on):
        raise NotPreviewed


def _open(actor_id: int, uuid: UUID) -> ProgramDraft:
    draft = queries.draft_of(uuid=uuid)
    require_review(user_id=actor_id, draft=draft)
    return draft


def _step(
    draft: ProgramDraft, step: Step, actor_id: int, *, from_states: frozenset[State], note: str = ""
) -> None:
    """Write one row about a draft that is in one of these states."""
    try:
        with transaction.atomic(durable=True):
            lock_series(draft)
            state = queries.state_of_draft(draft)
            if state not in from_states:
                raise WrongState(state)
            _write(draft, step, actor_id, note)
    except IntegrityError as error:
        raise WrongState(queries.state_of_draft(draft)) from error


def _write(
    draft: ProgramDraft,
    step: Step,
    actor_id: int,
    note: str,
    version_id: int | None = None,
    effective_on: date | None = None,
) -> ProgramReview:
    last = queries.last_step(draft)
    row = ProgramReview.objects.create(
        draft=draft,
        turn=last.turn + 1 if last else 1,
        kind=step.value,
        note=note.strip(),
        version_id=version_id,
        effective_on=effective_on,
        actor_id=actor_id,
    )
    audit(f"program.draft_{step.value}", draft, actor_id, {"note": row.note} if row.note else {})
    return row


def lock_series(draft: ProgramDraft) -> None:
    """Let nobody else act on any revision of a draft until the transaction ends."""
    ProgramDraft.objects.select_for_update().filter(series=draft.series, revision=1).get()


def audit(action: str, draft: ProgramDraft, actor_id: int, detail: dict[str, str]) -> None:
    """Write down that somebody did something with a draft."""
    record_audit(
        actor_id=actor_id,
        action=action,
        subject_kind="program_draft",
        subject=str(draft.uuid),
        detail={"program": draft.program_key, "version": draft.label} | detail,
    )
