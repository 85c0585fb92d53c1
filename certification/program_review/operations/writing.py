"""Write a draft, or the next revision of one; a text that is no program may be kept unfinished."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from certification.program_review import queries
from certification.program_review.access import office_of, require_see
from certification.program_review.models import ProgramDraft
from certification.program_review.operations.reviewing import WrongState, audit, lock_series
from certification.program_review.states import OPEN
from certification.programs.document import digest_of


class BrokenDraft(ValueError):
    """The text cannot be published as it is; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class TooLong(ValueError):
    """The text is longer than any text that is read."""


class FormUsed(ValueError):
    """The form was sent before, with another text."""


def write_draft(
    *,
    actor_id: int,
    text: str,
    note: str,
    form_key: UUID,
    program_key: str = "",
    effective_on: date | None = None,
    replaces: UUID | None = None,
    unfinished: bool = False,
) -> UUID:
    """Keep a text that is to become the next version of a program. Return the draft's uuid.

    `program_key` is the program it is meant for, empty for a new one; `replaces` the draft whose
    next revision it is; `unfinished` keeps it whatever is wrong with it. The same form twice is
    one draft.

    Raises:
        Denied: the account may not change this program, or not see the draft.
        BrokenDraft: with every problem, where it is not `unfinished`.
        NoSuchDraft, TooLong, FormUsed: as the names say.
        WrongState: the draft has been revised, published or withdrawn in the meantime.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > queries.MOST_LETTERS:
        raise TooLong
    before = None
    if replaces is not None:
        before = queries.draft_of(uuid=replaces)
        require_see(user_id=actor_id, draft=before)
        program_key = program_key or before.program_key
    key, title, label = queries.key_in(text)
    office = office_of(user_id=actor_id, program_key=program_key or key)
    if program_key and key and key != program_key:
        # Whoever may change the one program may not thereby write about the other.
        office_of(user_id=actor_id, program_key=key)
    reading = queries.read_text(text, program_key=program_key)
    if reading.problems and not unfinished:
        raise BrokenDraft(reading.problems)
    known = queries.newest(program_key or key)
    row = ProgramDraft(
        organisation_id=before.organisation_id if before else office,
        program_key=program_key or key,
        title=title,
        label=label,
        source=text,
        digest=digest_of(text),
        based_on_id=known.id if known else None,
        note=note.strip(),
        effective_on=effective_on,
        author_id=actor_id,
        form_key=form_key,
    )
    return _written(row, before)


def _written(row: ProgramDraft, before: ProgramDraft | None) -> UUID:
    """Write a draft in the line of the one before it; of two at once, one is refused."""
    try:
        with transaction.atomic(durable=True):
            same = _same(row)
            if same is not None:
                return same
            row.series = before.series if before else uuid4()
            if before is not None:
                lock_series(before)
                if queries.state_of_draft(before) not in OPEN:
                    raise WrongState(queries.state_of_draft(before))
                row.replaces, row.revision = before, before.revision + 1
            row.save(force_insert=True)
            audit("program.drafted", row, row.author_id, {"digest": row.digest})
    except IntegrityError as error:
        # The same form, or another revision, at the same time.
        same = _same(row)
        if same is not None:
            return same
        if before is None:
            raise
        raise WrongState(queries.state_of_draft(before)) from error
    return row.uuid


def _same(row: ProgramDraft) -> UUID | None:
    known = ProgramDraft.objects.filter(form_key=row.form_key).first()
    if known is None:
        return None
    if (known.author_id, known.digest) != (row.author_id, row.digest):
        raise FormUsed
    return known.uuid
