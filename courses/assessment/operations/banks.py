"""What changes question banks: each change of a question is a new revision of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.signing import BadSignature, dumps, loads
from django.db import transaction

from courses.assessment.bank import QuestionDraft
from courses.assessment.interchange.drafts import RESERVED
from courses.assessment.interchange.plan import Piece, Plan, as_rows, from_rows, plan_of
from courses.assessment.models import Question, QuestionBank
from courses.assessment.operations.loading import question_row
from courses.assessment.queries import banks as queries
from lms.kit import clock
from lms.public import Ability, record_audit, require

BANK_KEY: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEPT: Final = 24 * 3600
"""Seconds for which a preview can be confirmed."""
MOST_SEALED: Final = 1_500_000
"""Characters of a preview that a form can carry: below DATA_UPLOAD_MAX_MEMORY_SIZE."""
SALT: Final = "courses.assessment.banks"


class KeyTaken(ValueError):
    """Another bank has this key."""


class BadKey(ValueError):
    """This is no key for a bank."""


class ChangedMeanwhile(Exception):
    """The question has a newer revision than the one that was changed."""


class PlanChanged(Exception):
    """The bank changed since the preview; nothing was written."""


class NothingToWrite(Exception):
    """Everything that was confirmed is in the bank already."""


class BadPreview(ValueError):
    """What was confirmed is no preview of ours for this account and bank, or an old one."""


class PreviewTooLarge(ValueError):
    """The file holds more than one preview can carry."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote, and how many pieces of the file it left alone.

    ``used``: keys of the changed questions that attempts had answered.
    """

    added: int
    changed: int
    left: int
    used: tuple[str, ...] = ()


# --- banks and questions --------------------------------------------------------------------
def create_bank(*, actor_id: int, key: str, title: str, course_key: str = "") -> int:
    """Make an empty bank and return its id.

    Raises:
        lms.public.Denied: the account does not edit the curriculum.
        BadKey: the key is not for addresses. KeyTaken: another bank has it.
    """
    with transaction.atomic(durable=True):
        require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
        if not BANK_KEY.fullmatch(key) or len(key) > 80 or key in RESERVED:
            raise BadKey(key)
        made, fresh = QuestionBank.objects.get_or_create(
            key=key, defaults={"title": title, "course_key": course_key}
        )
        if not fresh:
            raise KeyTaken(key)
        record_audit(
            actor_id=actor_id, action="bank.created", subject_kind="question_bank", subject=key
        )
    return made.pk


def save_question(
    *, actor_id: int, bank_key: str, draft: QuestionDraft, base_id: int | None
) -> int | None:
    """Write a question as a new revision and return its number; None: nothing differs.

    ``base_id``: the revision that was changed; None: it is a new question.

    Raises:
        lms.public.Denied: the account does not edit the curriculum.
        queries.NoSuchBank: there is no such bank.
        ChangedMeanwhile: somebody else changed it, or a new one has a key that is taken.
    """
    with transaction.atomic(durable=True):
        require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
        held_in = _locked(bank_key)
        last = Question.objects.filter(bank=held_in, key=draft.key).order_by("-revision").first()
        if (last.pk if last else None) != base_id:
            raise ChangedMeanwhile(draft.key)
        if last is not None and last.retired_at is None and last.digest == draft.digest:
            return None
        row = _write(held_in, [(draft, last)], actor_id)[0]
        record_audit(
            actor_id=actor_id,
            action="question.revised" if last else "question.added",
            subject_kind="question",
            subject=f"{bank_key}/{draft.key}",
            detail={"revision": row.revision, "kind": row.kind},
        )
    return row.revision


def retire_question(*, actor_id: int, bank_key: str, key: str, reason: str) -> bool:
    """Let no new attempt draw a question; False: it was retired already.

    Open attempts keep it, and every record stays.

    Raises:
        lms.public.Denied: the account does not edit the curriculum.
        queries.NoSuchBank, queries.NoSuchQuestion: there is none.
    """
    with transaction.atomic(durable=True):
        require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
        held_in = _locked(bank_key)
        rows = Question.objects.filter(bank=held_in, key=key)
        if not rows.filter(retired_at__isnull=True).update(retired_at=clock.now()):
            if not rows.exists():
                raise queries.NoSuchQuestion(key)
            return False
        record_audit(
            actor_id=actor_id,
            action="question.retired",
            subject_kind="question",
            subject=f"{bank_key}/{key}",
            detail={"reason": reason},
        )
    return True


# --- import ---------------------------------------------------------------------------------
def seal(*, actor_id: int, bank_key: str, pieces: Sequence[Piece]) -> str:
    """Return a preview as text that a form carries, and that nobody can change on the way.

    Raises:
        PreviewTooLarge: the file has to be split.
    """
    sealed = dumps(as_rows(pieces), salt=f"{SALT}:{actor_id}:{bank_key}", compress=True)
    if len(sealed) > MOST_SEALED:
        raise PreviewTooLarge(len(sealed))
    return sealed


def unseal(*, actor_id: int, bank_key: str, sealed: str) -> list[Piece]:
    """Return the pieces of a preview.

    Raises:
        BadPreview: it was made for somebody or something else, or more than a day ago.
    """
    try:
        rows = loads(sealed, salt=f"{SALT}:{actor_id}:{bank_key}", max_age=KEPT)
        return from_rows(rows)
    except (BadSignature, TypeError, KeyError, ValueError) as error:
        raise BadPreview from error


def look(*, held_in: QuestionBank, pieces: Sequence[Piece]) -> Plan:
    """Return what importing would do now."""
    stems = [piece.draft.stem for piece in pieces if piece.draft is not None]
    return plan_of(pieces, queries.known(held_in), queries.elsewhere(held_in, stems))


def import_questions(
    *, actor_id: int, bank_key: str, pieces: Sequence[Piece], digest: str, source: str
) -> Imported:
    """Write what a preview showed, all of it or nothing. ``source``: the name of the file.

    Raises:
        lms.public.Denied: the account does not edit the curriculum.
        queries.NoSuchBank: there is no such bank.
        NothingToWrite: the bank holds all of it, perhaps because it was confirmed before.
        PlanChanged: it would not write what ``digest`` stands for.
    """
    with transaction.atomic(durable=True):
        require(user_id=actor_id, ability=Ability.EDIT_CURRICULUM)
        held_in = _locked(bank_key)
        plan = look(held_in=held_in, pieces=pieces)
        if not plan.writing:
            raise NothingToWrite
        if plan.digest != digest:
            raise PlanChanged
        last = Question.objects.in_bulk([row.base.id for row in plan.writing if row.base])
        rows = [
            (row.draft, last[row.base.id] if row.base else None)
            for row in plan.writing
            if row.draft is not None
        ]
        _write(held_in, rows, actor_id)
        changed = sum(before is not None for _draft, before in rows)
        record_audit(
            actor_id=actor_id,
            action="questions.imported",
            subject_kind="question_bank",
            subject=bank_key,
            detail={"file": source[:200], "added": len(rows) - changed, "changed": changed},
        )
    used = tuple(row.base.draft.key for row in plan.writing if row.base and row.base.used)
    return Imported(len(rows) - changed, changed, len(plan.rows) - len(rows), used)


# --- shared ---------------------------------------------------------------------------------
def _locked(bank_key: str) -> QuestionBank:
    """Return the bank, locked: whoever changes it meanwhile waits.

    Raises:
        queries.NoSuchBank: there is none.
    """
    found = QuestionBank.objects.select_for_update().filter(key=bank_key).first()
    if found is None:
        raise queries.NoSuchBank(bank_key)
    return found


def _write(
    held_in: QuestionBank,
    drafts: Sequence[tuple[QuestionDraft, Question | None]],
    actor_id: int,
) -> list[Question]:
    """Retire the revisions that are followed, and add the new ones."""
    followed = [last.pk for _draft, last in drafts if last and last.retired_at is None]
    Question.objects.filter(pk__in=followed).update(retired_at=clock.now())
    rows = [question_row(held_in, draft, last) for draft, last in drafts]
    for row in rows:
        row.author_id = actor_id
    return Question.objects.bulk_create(rows, batch_size=200)
