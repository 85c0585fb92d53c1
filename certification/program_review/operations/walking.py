"""Walk through everybody in portions: to find out who would be affected, or to put it into effect.

Each portion is a job of its own, so that nothing waits long behind it and the page can say how
far it has come. A portion may be done twice; it counts once.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from certification.credentials.operations import evaluate
from certification.program_review import queries
from certification.program_review.access import require_review
from certification.program_review.foresight import Foreseen, foresee
from certification.program_review.models import ImpactRow, ProgramDraft, ProgramWalk
from certification.programs import queries as programs
from certification.programs.document import ProgramError, parse
from lms.kit import clock
from lms.kit.bulk import insert_rows
from lms.public import enqueue, organisations, person_ids_after

WALK_JOB: Final = "program_walk"
PORTION: Final = 250
"""How many people are looked at together; a page waits for the first of them."""

_MOST_PEOPLE: Final = 10_000_000
_FIELDS: Final = ("walk", "person", "agency", "on", "kinds", "details")


def preview(*, actor_id: int, uuid: UUID, effective_on: date) -> int:
    """Find out who would be affected by a draft that counts from a date on. Return the walk's id.

    The first portion is done at once, so that a small program is answered in this request; the
    others are promised. The preview before it is thrown away.

    Raises:
        NoSuchDraft, Denied: as the names say.
        ProgramError: the text cannot be published as it is; with every problem.
    """
    draft = queries.draft_of(uuid=uuid)
    require_review(user_id=actor_id, draft=draft)
    reading = queries.read_text(draft.source, program_key=draft.program_key)
    if reading.rules is None or reading.problems:
        raise ProgramError(reading.problems)
    known = queries.newest(draft.program_key)
    with transaction.atomic(durable=True):
        # Who has pressed the button twice at once has two; the newest one is shown.
        ImpactRow.objects.filter(walk__draft=draft).delete()
        walk = ProgramWalk.objects.create(
            draft=draft,
            program_key=reading.rules.key,
            compared_with_id=known.id if known else None,
            effective_on=effective_on,
            today_on=clock.today(reading.rules.zone),
            total=_everybody(),
            requested_by_id=actor_id,
        )
    go_on(walk_id=walk.pk, after_id=0)
    return walk.pk


def begin_rollout(
    *, program_key: str, today_on: date, by_id: int | None, since: date | None = None
) -> None:
    """Promise that everybody is evaluated again under a program; call in the transaction.

    `since`: how people stood before that day cannot have changed.
    """
    walk = ProgramWalk.objects.create(
        program_key=program_key,
        effective_on=since,
        today_on=today_on,
        total=_everybody(),
        requested_by_id=by_id,
    )
    _promise(walk.pk, 0)


def go_on(*, walk_id: int, after_id: int) -> None:
    """Do the portion of a walk that comes after a person, and promise the next one."""
    walk = ProgramWalk.objects.select_related("draft").get(pk=walk_id)
    if walk.last_id != after_id or walk.finished_at is not None:
        return
    people = person_ids_after(person_id=after_id, most=PORTION)
    # This process may have read the programs before they changed.
    programs.forget()
    if walk.draft is None:
        issued = _evaluated(walk, people) if people else 0
        _note(walk, people, [], {"issued": issued})
        return
    found = _foreseen(walk, walk.draft, people)
    counts = {"concerned": len(found), "affected": sum(bool(each.changes) for each in found)}
    _note(walk, people, [row for each in found for row in _rows(walk, each)], counts)


def _evaluated(walk: ProgramWalk, people: Sequence[int]) -> int:
    done = evaluate(person_ids=people, program_key=walk.program_key, since=walk.effective_on)
    return len(done.issued)


def _foreseen(walk: ProgramWalk, draft: ProgramDraft, people: Sequence[int]) -> list[Foreseen]:
    rules = parse(draft.source)
    days = sorted({walk.today_on, walk.effective_on or walk.today_on})
    return foresee(
        person_ids=people,
        rules=rules,
        effective_on=walk.effective_on or walk.today_on,
        today=walk.today_on,
        days=days,
        agencies={each.path: each.id for each in organisations(kind="agency")},
    )


def _rows(walk: ProgramWalk, each: Foreseen) -> list[tuple[object, ...]]:
    """Return one row for each date on which something changes for a person."""
    return [
        (
            walk.pk,
            each.person_id,
            change.agency_id,
            change.on,
            f"|{'|'.join(change.kinds)}|",
            change.details,
        )
        for change in each.changes
    ]


def _everybody() -> int:
    return len(person_ids_after(most=_MOST_PEOPLE))


def _promise(walk_id: int, after_id: int) -> None:
    enqueue(
        kind=WALK_JOB,
        key=f"{WALK_JOB}:{walk_id}:{after_id}",
        payload={"walk_id": walk_id, "after_id": after_id},
    )


def _note(
    walk: ProgramWalk,
    people: Sequence[int],
    rows: Sequence[Sequence[object]],
    counts: dict[str, int],
) -> None:
    """Write down what a portion has found, once, and promise the next one."""
    with transaction.atomic(durable=True):
        last = people[-1] if people else walk.last_id
        ended = len(people) < PORTION
        moved = ProgramWalk.objects.filter(
            pk=walk.pk, last_id=walk.last_id, finished_at__isnull=True
        ).update(
            last_id=last,
            done=F("done") + len(people),
            finished_at=clock.now() if ended else None,
            **{name: F(name) + number for name, number in counts.items()},
        )
        if not moved:
            return
        insert_rows(ImpactRow, _FIELDS, rows)
        if not ended:
            _promise(walk.pk, last)
