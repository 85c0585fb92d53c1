"""Work out what a credential is worth on a date from the events of its life; pure.

There is no status column. A credential is what its events make of it on the day that is asked
about, as far as they were known at the instant that is asked about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    """What a credential is worth on a date."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    NOT_YET_VALID = "not_yet_valid"


class Happening(StrEnum):
    """What can happen to a credential; the codes stored in its events."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Event:
    """One event: it counts from `effective_on` on, once it is recorded at `recorded_at`.

    An event that sets another aside names it by its `id`: that one counts no more, on any date.
    """

    kind: str
    effective_on: date
    recorded_at: datetime
    reason_code: str = ""
    replaced_by: str = ""
    id: int = 0
    sets_aside: int | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """A status and the event that decides it; None where only the printed dates decide."""

    status: Status
    event: Event | None = None


def worth(
    events: Iterable[Event],
    *,
    valid_from: date,
    valid_until: date | None,
    on: date,
    known_at: datetime | None = None,
) -> Worth:
    """Return what the credential is worth on `on`, as known at `known_at` (None: now).

    The order of the events does not matter. What an appeal set aside counts no more, once that
    is known. A revocation outranks everything; then come the first day, a replacement, a
    retirement, the last day, and the last suspension or reinstatement by effective date, the
    cautious one where they tie. `valid_until` is the first day that is no longer valid. A
    credential whose issue was not known is not yet valid; nor is a number on the days before it
    was issued in place of another one, on which that other one counts.
    """
    known = [each for each in events if known_at is None or each.recorded_at <= known_at]
    aside = {each.sets_aside for each in known if each.kind == Happening.SET_ASIDE}
    if aside:
        known = [each for each in known if each.id not in aside]
    told = [each for each in known if each.effective_on <= on]
    revoked = [each for each in told if each.kind == Happening.REVOKED]
    if revoked:
        return Worth(Status.REVOKED, min(revoked, key=_age))
    issued = [each for each in known if each.kind == Happening.ISSUED]
    first = min(issued, key=_age, default=None)
    if first is None or on < max(valid_from, first.effective_on):
        return Worth(Status.NOT_YET_VALID, first)
    superseded = [each for each in told if each.kind == Happening.SUPERSEDED]
    if superseded:
        return Worth(Status.SUPERSEDED, min(superseded, key=_age))
    retired = [each for each in told if each.kind == Happening.RETIRED]
    if retired:
        return Worth(Status.RETIRED, min(retired, key=_age))
    if valid_until is not None and on >= valid_until:
        return Worth(Status.EXPIRED)
    pauses = [each for each in told if each.kind in (Happening.SUSPENDED, Happening.REINSTATED)]
    last = max(pauses, key=_age, default=None)
    if last is not None and last.kind == Happening.SUSPENDED:
        return Worth(Status.SUSPENDED, last)
    return Worth(Status.VALID, first)


def turning_days(
    events: Iterable[Event], *, valid_from: date, valid_until: date | None
) -> list[date]:
    """Return, in order, every date on which the worth of the credential may change."""
    days = {valid_from, *(each.effective_on for each in events)}
    if valid_until is not None:
        days.add(valid_until)
    return sorted(days)


def _age(event: Event) -> tuple[date, datetime, bool, str, str]:
    """Order events; of two in the same instant a suspension counts as the later one."""
    return (
        event.effective_on,
        event.recorded_at,
        event.kind == Happening.SUSPENDED,
        event.reason_code,
        event.replaced_by,
    )
