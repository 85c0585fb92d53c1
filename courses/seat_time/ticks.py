"""Read what a page says it measured, and place it on the server's clock. Pure.

A page counts with a clock that cannot be set, but we only have its word. So no tick is worth more
than the time that really passed here: between the opening of its session and now, and only where
no earlier tick of the session lies.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from courses.seat_time.union import Interval, without

MOST_TICKS: Final = 400
"""Ticks in one batch: an hour and a half without network; the rest comes in the next."""
LONGEST_TICK_MS: Final = 120_000
"""A page ticks every 15 s. A longer silence is a computer that slept, and earns nothing."""
TOLERANCE: Final = timedelta(seconds=2)
"""How far a tick may slide within its session, because messages do not travel evenly."""
MOST_RATE: Final = Decimal(4)
LEAST_RATE: Final = Decimal("0.25")
KINDS: Final = ("reading", "media")
_BLOCK: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_BIGGEST: Final = 2**53
"""The largest whole number that every browser can say."""


class BadBatch(ValueError):
    """The message is not written as pages write it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A stretch of a recording that was played, in whole seconds of the recording."""

    sequence: int
    block_id: str
    from_second: int
    until_second: int
    rate: Decimal

    @property
    def took(self) -> Decimal:
        """Return how many seconds it took to play."""
        return (self.until_second - self.from_second) / self.rate


@dataclass(frozen=True, slots=True)
class Tick:
    """So many active milliseconds, which ended ``at`` ms after the session was opened.

    ``at`` None: they ended just now.
    """

    sequence: int
    kind: str
    ms: int
    at: int | None
    watched: tuple[Watched, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one page sends. ``opened_ago``: ms since it opened its session, by its own clock.

    ``reported_seconds``: what the content says of itself, or None where it says nothing.
    """

    session: UUID
    opened_ago: int
    ticks: tuple[Tick, ...]
    reported_seconds: int | None = None


def read_batch(data: Any) -> Batch:
    """Return the batch in a decoded message.

    Raises:
        BadBatch: it is not written as pages write it.
    """
    if not isinstance(data, Mapping):
        raise BadBatch("not an object")
    try:
        session = UUID(str(data.get("session")))
    except ValueError as error:
        raise BadBatch("session") from error
    ticks = data.get("ticks")
    if not isinstance(ticks, Sequence) or isinstance(ticks, str) or len(ticks) > MOST_TICKS:
        raise BadBatch("ticks")
    reported = data.get("reported_seconds")
    return Batch(
        session=session,
        opened_ago=_whole(data.get("opened_ago", 0), "opened_ago"),
        ticks=tuple(sorted((_tick(each) for each in ticks), key=lambda each: each.sequence)),
        reported_seconds=None if reported is None else min(_whole(reported, "reported"), 2**31 - 1),
    )


def _tick(data: Any) -> Tick:
    if not isinstance(data, Mapping):
        raise BadBatch("tick")
    watched = data.get("watched", [])
    if not isinstance(watched, Sequence) or isinstance(watched, str) or len(watched) > MOST_TICKS:
        raise BadBatch("watched")
    if data.get("kind") not in KINDS:
        raise BadBatch("kind")
    at = data.get("at")
    return Tick(
        sequence=_sequence(data.get("sequence")),
        kind=data["kind"],
        ms=_whole(data.get("ms"), "ms"),
        at=None if at is None else _whole(at, "at"),
        watched=tuple(_watched(each) for each in watched),
    )


def _watched(data: Any) -> Watched:
    if not isinstance(data, Mapping):
        raise BadBatch("watched")
    block = data.get("block")
    if not isinstance(block, str) or not _BLOCK.fullmatch(block):
        raise BadBatch("block")
    rate = Decimal(_whole(_number(data.get("rate", 1), "rate") * 100, "rate")) / 100
    begin, end = (min(_whole(data.get(name), name), 2**31 - 1) for name in ("from", "until"))
    return Watched(
        _sequence(data.get("sequence")), block, begin, end, min(max(rate, LEAST_RATE), MOST_RATE)
    )


def _sequence(value: Any) -> int:
    number = _number(value, "sequence")
    if number != int(number) or not 0 <= number < _BIGGEST:
        raise BadBatch("sequence")
    return int(number)


def _whole(value: Any, name: str) -> int:
    """Return a number as a whole one between nothing and what a browser can say."""
    return int(min(max(_number(value, name), 0), _BIGGEST))


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadBatch(name)
    # Infinite or larger than any float: what cannot be a duration is no duration.
    if isinstance(value, float) and not math.isfinite(value):
        raise BadBatch(name)
    return value if isinstance(value, float) else float(min(max(value, -_BIGGEST), _BIGGEST))


def opened_at(*, ago: int, now: datetime, handed_out_at: datetime) -> datetime:
    """Return when a session that we hear of for the first time was opened.

    Its page says how long ago; it cannot have been before the page was handed out.
    """
    return max(now - timedelta(milliseconds=min(ago, _BIGGEST // 10**4)), handed_out_at)


def ended_at(tick: Tick, *, opened: datetime, now: datetime) -> datetime:
    """Return when the tick ended: never before its session was opened, never in the future."""
    if tick.at is None:
        return now
    return min(opened + timedelta(milliseconds=min(tick.at, _BIGGEST // 10**4)), now)


def place(
    tick: Tick, *, opened: datetime, now: datetime, taken: Collection[Interval]
) -> Interval | None:
    """Return the stretch that a tick is worth on the server's clock, or None for nothing.

    It lies between ``opened`` and ``now`` and outside of what is ``taken`` by other ticks of the
    session, is never longer than the tick says, and is the longest such stretch near its end.
    """
    if not 0 < tick.ms <= LONGEST_TICK_MS:
        return None
    claimed = timedelta(milliseconds=tick.ms)
    end = ended_at(tick, opened=opened, now=now)
    window = (max(end - claimed - TOLERANCE, opened), min(end + TOLERANCE, now))
    pieces = without(window, taken)
    if not pieces:
        return None
    start, until = max(pieces, key=lambda each: (min(each[1] - each[0], claimed), each[0]))
    until = min(until, max(end, start + claimed))
    return (max(start, until - claimed), until)


def affordable(
    watched: Sequence[Watched], *, active: timedelta, spent: Decimal
) -> tuple[Watched, ...]:
    """Return what was watched, cut to what fits in the session's active time.

    ``spent``: the seconds that what is recorded already took to play. A recording cannot be
    watched in less time than it takes to play it.
    """
    budget = Decimal(str((active + TOLERANCE).total_seconds())) - spent
    kept = []
    for each in watched:
        seconds = min(
            each.until_second - each.from_second, int(max(budget, Decimal(0)) * each.rate)
        )
        if seconds <= 0:
            continue
        until = each.from_second + seconds
        fitting = Watched(each.sequence, each.block_id, each.from_second, until, each.rate)
        budget -= fitting.took
        kept.append(fitting)
    return tuple(kept)
