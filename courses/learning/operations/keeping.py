"""Keep what a learner comes back to: answers, notes, and the place where reading stopped."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from courses.learning.models import LessonNote, ReadingPlace
from lms.kit import clock
from lms.public import rows_of

M = TypeVar("M", LessonNote, ReadingPlace)

MOST_LETTERS: Final = 5_000
"""How long a reflection may be."""
MOST_AHEAD: Final = timedelta(days=1)
"""How far a device's clock may run ahead before its number is taken for no number at all."""
PLACE_AHEAD: Final = timedelta(minutes=2)
"""The same for places, of which a page knows no earlier number: a fast clock must not win."""
MY_NOTES: Final = "my-notes"
"""The block of every lesson in which a learner may write whatever they like."""
ANCHOR: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class NoteTooLong(ValueError):
    """A note is longer than ``MOST_LETTERS``; nothing was saved or lost."""


def save_answers(
    *,
    person_id: int,
    lesson_key: str,
    block_id: str,
    answers: Sequence[str],
    sequence: int | None = None,
) -> bool:
    """Keep what a learner chose or typed in a block, private to the learner; empty: nothing.

    Return whether it is what stands now. ``sequence`` is counted up by the device in milliseconds
    of its clock: what comes late never replaces what is newer, and the same told twice is one.
    None: a form that was sent by hand is the newest. What was emptied keeps its number and no word,
    so that an older text does not come back.

    Raises:
        NoteTooLong: the words are longer than ``MOST_LETTERS``.
    """
    if sum(len(answer) for answer in answers) > MOST_LETTERS:
        raise NoteTooLong(block_id)
    mine = LessonNote.objects.filter(
        rows_of(person_ids=[person_id]), lesson_key=lesson_key, block_id=block_id
    )
    with transaction.atomic(durable=True):
        if sequence is None and not any(answers) and not mine.exists():
            return True
        last = _locked(
            mine, LessonNote(person_id=person_id, lesson_key=lesson_key, block_id=block_id)
        )
        number = _number(sequence, last)
        if sequence is not None and number <= last:
            return number == last
        # Two records of one human may hold one each: both say the same from now on.
        mine.update(
            value={"answers": list(answers)} if any(answers) else {},
            sequence=number,
            saved_at=clock.now(),
        )
    return True


def save_stop(
    *,
    person_id: int,
    course_key: str,
    lesson_key: str,
    anchor: str,
    percent: int,
    sequence: int,
) -> bool:
    """Keep where a learner stopped reading, unless a newer place is known; tell whether it stands.

    A place that is none is the top of the lesson: it is a comfort, and never a reason to refuse.
    """
    mine = ReadingPlace.objects.filter(rows_of(person_ids=[person_id]), lesson_key=lesson_key)
    with transaction.atomic(durable=True):
        last = _locked(
            mine,
            ReadingPlace(person_id=person_id, course_key=course_key, lesson_key=lesson_key),
        )
        number = _number(sequence, last, most_ahead=PLACE_AHEAD)
        if number <= last:
            return number == last
        mine.update(
            course_key=course_key,
            anchor=anchor if ANCHOR.fullmatch(anchor) else "",
            percent=min(max(percent, 0), 100),
            sequence=number,
            saved_at=clock.now(),
        )
    return True


def _locked(mine: QuerySet[M], new: M) -> int:
    """Hold a person's row until the transaction ends, made when there is none.

    Return the highest number that was saved.
    """
    rows = list(mine.select_for_update().order_by("pk").values_list("sequence", flat=True))
    if not rows:
        # Two devices may come first at once: one of them waits for the other.
        type(new)._default_manager.bulk_create([new], ignore_conflicts=True)
        rows = list(mine.select_for_update().order_by("pk").values_list("sequence", flat=True))
    return max(rows)


def _number(sequence: int | None, last: int, *, most_ahead: timedelta = MOST_AHEAD) -> int:
    """Return the number to keep; a clock that runs far ahead must not shut out all others."""
    now = int(clock.now().timestamp() * 1000)
    if sequence is None or sequence > now + int(most_ahead.total_seconds() * 1000):
        return max(now, last + 1)
    return max(sequence, 0)
