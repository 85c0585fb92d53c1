"""What is told of credentials: frozen records, never models."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from certification.credentials.fold import Event, Happening, Status, Worth, turning_days, worth


@dataclass(frozen=True, slots=True)
class Held:
    """One credential that somebody holds or held; `valid_until` and `grace_until` are exclusive.

    `decided_on` is the date of the decision it rests on, `renew_from` the first day on which it
    may be renewed.
    """

    id: int
    code: str
    person_id: int
    program_key: str
    credential_key: str
    period: int
    title: str
    holder_name: str
    valid_from: date
    valid_until: date | None
    events: tuple[Event, ...]
    edition: int = 1
    renew_from: date | None = None
    grace_until: date | None = None
    decided_on: date = date.min
    # The number under which the same period was issued before.
    formerly: str = ""

    @property
    def kind(self) -> tuple[int, str, str]:
        """Return what all periods of one credential of one record share."""
        return self.person_id, self.program_key, self.credential_key

    @property
    def of_period(self) -> tuple[int, str, str, int]:
        """Return what all numbers of one period share."""
        return *self.kind, self.period

    @property
    def age(self) -> tuple[date, int, int, int]:
        """Return what sorts the credentials of one kind, oldest first."""
        return self.valid_from, self.period, self.edition, self.id

    @property
    def begins(self) -> date:
        """Return the first day on which this number counts: later than the period's, when reissued.

        Before it the number that it took the place of counts.
        """
        issued = [each.effective_on for each in self.events if each.kind == Happening.ISSUED]
        return max([self.valid_from, *issued])

    def known(self, at: datetime) -> "Held | None":
        """Return the credential as it was known at an instant, or None before it was issued."""
        events = tuple(each for each in self.events if each.recorded_at <= at)
        issued = any(each.kind == Happening.ISSUED for each in events)
        return replace(self, events=events) if issued else None

    def worth(self, on: date) -> Worth:
        """Return what the credential is worth on a date, as known now."""
        return worth(self.events, valid_from=self.valid_from, valid_until=self.valid_until, on=on)

    def turning_days(self) -> list[date]:
        """Return, in order, every date on which its worth or its phase may change."""
        days = turning_days(self.events, valid_from=self.valid_from, valid_until=self.valid_until)
        more = {day for day in (self.renew_from, self.grace_until) if day is not None}
        return sorted({*days, *more})

    def stretches(self) -> list[tuple[date, date | None]]:
        """Return from when until before when it was and will be valid, as known now."""
        days = turning_days(self.events, valid_from=self.valid_from, valid_until=self.valid_until)
        return joined(
            (day, end)
            for day, end in zip(days, [*days[1:], None], strict=True)
            if self.worth(day).status is Status.VALID
        )


def joined(stretches: Iterable[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """Return half-open stretches in order, those that meet as one."""
    found: list[tuple[date, date | None]] = []
    for starts, ends in sorted(stretches, key=lambda pair: pair[0]):
        if found and found[-1][1] == starts:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((starts, ends))
    return found
