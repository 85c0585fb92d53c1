"""How long an attempt may take, and when the next one may start. Pure: instants come in and go out.

All instants are aware. Hours and minutes are those that pass, so that a night in which the clocks
are changed is no longer and no shorter for anybody.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

GRACE: Final = timedelta(seconds=60)
"""How long after the deadline answers still arrive that were given before it; they are flagged.

Source: our own figure; a phone that has just come out of a tunnel needs some seconds.
"""
NO_MORE_THAN_OTHERS: Final = Decimal(1)


def minutes_given(*, limit_minutes: int | None, multiplier: Decimal | None) -> Decimal | None:
    """Return how many minutes one person has; None: no limit.

    ``limit_minutes`` None: the quiz has no limit. ``multiplier`` None: this person has none.
    """
    if limit_minutes is None or multiplier is None:
        return None
    return limit_minutes * multiplier


def deadline(
    *, started_at: datetime, limit_minutes: int | None, multiplier: Decimal | None
) -> datetime | None:
    """Return the instant at which time is up, rounded up to a whole second; None: never."""
    given = minutes_given(limit_minutes=limit_minutes, multiplier=multiplier)
    if given is None:
        return None
    seconds = int((given * 60).to_integral_value(ROUND_CEILING))
    return started_at + timedelta(seconds=seconds)


def is_up(*, due_at: datetime | None, now: datetime) -> bool:
    """Tell whether time is up: nothing that is given from now on counts."""
    return due_at is not None and now >= due_at


def is_over(*, due_at: datetime | None, now: datetime) -> bool:
    """Tell whether the grace is over too: what was saved is handed in."""
    return due_at is not None and now >= due_at + GRACE


def milliseconds_left(*, due_at: datetime | None, now: datetime) -> int | None:
    """Return how long the learner still has, 0 when time is up; None: no limit."""
    return None if due_at is None else max((due_at - now) // timedelta(milliseconds=1), 0)


class Gate(enum.StrEnum):
    """Whether somebody may start the next attempt, and if not, why."""

    OPEN = "open"
    MARKING = "marking"
    WAIT = "wait"
    USED_UP = "used_up"


@dataclass(frozen=True, slots=True)
class Last:
    """The newest attempt. ``passed`` None: a person still marks it, or it is not handed in."""

    started_at: datetime
    submitted_at: datetime | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """The answer at the gate. ``opens_at``: when the waiting time is over, for WAIT only."""

    gate: Gate
    opens_at: datetime | None = None
    by_unlock: bool = False


def entry(
    *,
    allowed: int | None,
    made: int,
    wait_hours: int,
    last: Last | None,
    unlocked_at: datetime | None,
    now: datetime,
) -> Entry:
    """Return whether the next attempt may start, where none is open.

    ``allowed`` None: as often as the learner likes. ``unlocked_at``: the newest unlock; it is
    good for one attempt, so that one from before the last start is spent. It lifts the waiting
    time and, where all attempts are used, the limit; it does not hurry the marks.
    """
    if last is None:
        return Entry(Gate.OPEN)
    if last.submitted_at is not None and last.passed is None:
        return Entry(Gate.MARKING)
    opens_at = last.submitted_at + timedelta(hours=wait_hours) if last.submitted_at else None
    if allowed is not None and made >= allowed:
        shut = Entry(Gate.USED_UP)
    elif last.passed is False and opens_at is not None and now < opens_at:
        shut = Entry(Gate.WAIT, opens_at)
    else:
        return Entry(Gate.OPEN)
    if unlocked_at is not None and unlocked_at > last.started_at:
        return Entry(Gate.OPEN, by_unlock=True)
    return shut
