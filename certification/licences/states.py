"""Say how a licence stands on a date: whether it counts, ends soon, or has to be looked up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from certification.engine.dates import add_months
from lms.kit.periods import last_day
from lms.public import LicenceLife, LicenceLook, LookUp

ENDING_DAYS: Final = 90
"""From so many days before its last one a licence ends soon: when the first reminder goes out."""
FRESH_MONTHS: Final = 12
"""A source that was last looked at so long ago is worth another look. Our own rule: no program
says how often."""


class State(StrEnum):
    """How a licence stands, in the order in which somebody has to act."""

    CONTRADICTED = "contradicted"
    UNVERIFIED = "unverified"
    ENDING = "ending"
    EXPIRED = "expired"
    OUTDATED = "outdated"
    VALID = "valid"
    FUTURE = "future"
    FOLLOWED = "followed"


WAITING: Final = frozenset({State.CONTRADICTED, State.UNVERIFIED})
"""Nobody has confirmed it: it counts for nothing yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A licence as it stands on a date. `look` is the last look at its source, if any."""

    life: LicenceLife
    state: State
    last: date | None
    look: LicenceLook | None

    @property
    def order(self) -> tuple[int, date, int]:
        """Return where it comes in a list: what needs a look, what ends next, the others."""
        return list(State).index(self.state), self.last or date.max, self.life.licence.id


def standings(lives: Iterable[LicenceLife], on: date) -> list[Standing]:
    """Return how licences stand on a date, in the order in which somebody has to act."""
    known = list(lives)
    found = [
        Standing(
            life=each,
            state=_state(each, known, on),
            last=last_day(each.licence.valid_until),
            look=next(iter(each.looks), None),
        )
        for each in known
    ]
    return sorted(found, key=lambda each: each.order)


def _state(life: LicenceLife, known: Iterable[LicenceLife], on: date) -> State:
    licence = life.licence
    until = licence.valid_until
    followed = any(_follows(each, life) for each in known)
    if until is not None and until <= on:
        return State.FOLLOWED if followed else State.EXPIRED
    if not licence.verified:
        against = life.looks and life.looks[0].outcome != LookUp.CONFIRMED
        return State.CONTRADICTED if against else State.UNVERIFIED
    if licence.valid_from > on:
        return State.FUTURE
    if until is not None and not followed and until - on <= timedelta(days=ENDING_DAYS + 1):
        return State.ENDING
    return State.OUTDATED if _outdated(life, on) else State.VALID


def _follows(other: LicenceLife, life: LicenceLife) -> bool:
    """Tell whether another verified licence of the same kind goes on after the end of this one."""
    one, two = life.licence, other.licence
    same = (one.person_id, one.kind, one.requirement) == (two.person_id, two.kind, two.requirement)
    if not same or one.id == two.id or not two.verified or one.valid_until is None:
        return False
    return two.valid_until is None or two.valid_until > one.valid_until


def _outdated(life: LicenceLife, on: date) -> bool:
    confirmed = [each.looked_up_on for each in life.looks if each.outcome == LookUp.CONFIRMED]
    due = add_months(max(confirmed), FRESH_MONTHS) if confirmed else None
    return due is None or due <= on
