"""Say what joining two records does to certificates, so that nothing is laundered; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from certification.credentials.earning import last_of
from certification.credentials.fold import Happening, Status
from certification.credentials.records import Held

_RUNNING: Final = (Status.VALID, Status.NOT_YET_VALID)
_BLEMISHED: Final = (Status.REVOKED, Status.SUSPENDED)


class Act(StrEnum):
    """What is written on a certificate when two records are joined."""

    SUPERSEDE = "supersede"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Change:
    """One event to write. `because` is the certificate that stays, or that was taken away."""

    act: Act
    held: Held
    because: Held


def blemished(held: Sequence[Held], on: date) -> list[Held]:
    """Return the certificates that are revoked or suspended on a date."""
    return [each for each in held if each.worth(on).status in _BLEMISHED]


def changes(
    first: Sequence[Held], second: Sequence[Held], on: date, *, keep: Collection[str] = ()
) -> list[Change]:
    """Return what joining these two sides means for their certificates, by code.

    Where both hold the same credential on overlapping days, the one that ends later stays, and
    takes the place of the other. Where one side's was taken away, the other side's is suspended
    for review, and an expired one cannot be renewed by rules any more, unless an officer says by
    `keep`, a collection of codes, that it stands. What was taken away stays so in any case.
    """
    keys = {(each.program_key, each.credential_key) for each in (*first, *second)}
    found: list[Change] = []
    for key in keys:
        ours, theirs = ([each for each in side if _key(each) == key] for side in (first, second))
        if ours and theirs:
            found.extend(_of_kind(ours, theirs, on))
    optional = {each.held.code for each in choosable(found, on)}
    wanted = [each for each in found if each.held.code not in optional.intersection(keep)]
    return sorted(wanted, key=lambda each: each.held.code)


def choosable(found: Sequence[Change], on: date) -> list[Change]:
    """Return the changes that an officer may decide against, by naming the code."""
    return [each for each in found if each.act is Act.SUSPEND or not _both_run(each, on)]


def _of_kind(ours: Sequence[Held], theirs: Sequence[Held], on: date) -> list[Change]:
    lost = [_taken_away(side, on) for side in (ours, theirs)]
    if lost[0] is None and lost[1] is None:
        return _overlapping(ours, theirs, on)
    found: list[Change] = []
    for side, blemish in ((ours, lost[1]), (theirs, lost[0])):
        if blemish is None:
            continue
        for each in side:
            status = each.worth(on).status
            if status in _RUNNING:
                found.append(Change(Act.SUSPEND, each, blemish))
            elif status is Status.EXPIRED and each is last_of([*ours, *theirs], on):
                # Or the rules would renew it, and nobody would have decided about the blemish.
                found.append(Change(Act.SUPERSEDE, each, blemish))
    return found


def _taken_away(side: Sequence[Held], on: date) -> Held | None:
    """Return the certificate whose revocation or suspension speaks for a side, or None.

    What an officer issued anew after a revocation speaks instead of it.
    """
    last = last_of(side, on)
    if last.worth(on).status in _BLEMISHED:
        return last
    for each in side:
        worth = each.worth(on)
        if worth.status is Status.REVOKED and worth.event is not None:
            issued = [e.recorded_at for e in last.events if e.kind == Happening.ISSUED]
            if not issued or worth.event.recorded_at > max(issued):
                return each
    return None


def _overlapping(ours: Sequence[Held], theirs: Sequence[Held], on: date) -> list[Change]:
    running = [
        [each for each in side if each.worth(on).status in _RUNNING] for side in (ours, theirs)
    ]
    if not all(running):
        return []
    stays = max((each for side in running for each in side), key=_lasting)
    others = running[0] if stays in running[1] else running[1]
    return [Change(Act.SUPERSEDE, each, stays) for each in others if _overlap(each, stays)]


def _lasting(each: Held) -> tuple[date, date, int, int]:
    return each.valid_until or date.max, each.valid_from, each.period, each.id


def _overlap(one: Held, other: Held) -> bool:
    return one.valid_from < (other.valid_until or date.max) and other.valid_from < (
        one.valid_until or date.max
    )


def _both_run(change: Change, on: date) -> bool:
    return change.because.worth(on).status in _RUNNING


def _key(each: Held) -> tuple[str, str]:
    return each.program_key, each.credential_key
