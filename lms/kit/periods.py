"""Reckon with half-open periods of dates: the first day counts, the `until` day does not."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

ONE_DAY: Final = timedelta(days=1)


class EmptyPeriod(ValueError):
    """The period would end before it has lasted one day."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` up to but not including `until`; None means that no end is known.

    Raises:
        EmptyPeriod: `until` is not after `since`.
    """

    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.since:
            raise EmptyPeriod(f"until {self.until} is not after since {self.since}")

    @classmethod
    def through(cls, since: date, last: date | None) -> Self:
        """Return the period whose last day is `last`, as people write it.

        Raises:
            EmptyPeriod: `last` is before `since`.
        """
        return cls(since, None if last is None else day_after(last))

    @property
    def last(self) -> date | None:
        """The last day that belongs to the period; None when no end is known."""
        return last_day(self.until)

    @property
    def days(self) -> int | None:
        """How many days the period has; None when no end is known."""
        return None if self.until is None else (self.until - self.since).days

    def contains(self, on: date) -> bool:
        """Tell whether `on` is one of the period's days."""
        return contains(self.since, self.until, on)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two periods share at least one day."""
        return self.intersection(other) is not None

    def intersection(self, other: "Period") -> "Period | None":
        """Return the days that belong to both periods, or None."""
        since = max(self.since, other.since)
        ends = [until for until in (self.until, other.until) if until is not None]
        until = min(ends, default=None)
        if until is not None and until <= since:
            return None
        return Period(since, until)


def contains(since: date, until: date | None, on: date) -> bool:
    """Tell whether `on` is in the half-open period; for rows that hold the two dates bare."""
    return since <= on and (until is None or on < until)


def last_day(until: date | None) -> date | None:
    """Return the day to print after "through" for an exclusive `until`; None stays None."""
    return None if until is None else until - ONE_DAY


def day_after(last: date) -> date:
    """Return the exclusive end of a period whose last day is `last`."""
    return last + ONE_DAY


def add_months(day: date, months: int) -> date:
    """Return the date `months` later (earlier when negative), clamped to the month's last day.

    29 February plus 12 months is 28 February; 31 January plus one month is 28 or 29 February.
    Always add to the original date: two clamped steps are not one long step.

    Raises:
        OverflowError: the year would lie outside 1 to 9999.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"{day} {months:+d} months lies outside the calendar")
    longest = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, longest))


def add_years(day: date, years: int) -> date:
    """Return the date `years` later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)
