"""Count days and calendar months from a date without ever leaving the calendar."""

from datetime import date, timedelta

_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def add_months(start: date, months: int) -> date | None:
    """Return the same day `months` calendar months later (earlier when negative).

    None where the calendar does not reach.

    A day that the month lacks becomes the month's last day: 31 January plus one month is
    28 or 29 February, and 29 February plus twelve months is 28 February.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if not date.min.year <= year <= date.max.year:
        return None
    if start.day <= 28:
        return date(year, month + 1, start.day)
    length = _MONTH_LENGTHS[month]
    if month == 1 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        length = 29
    return date(year, month + 1, min(start.day, length))


def end_after(start: date, months: int) -> date | None:
    """Return the first day after a period of `months` calendar months that begins on `start`.

    The period ends with the day before the same day of its last month. Where that month lacks
    the day, it ends with the month: 24 months from 29 February 2024 run through 28 February 2026,
    one day longer than those from 28 February 2024. None where the calendar does not reach.
    """
    same_day = add_months(start, months)
    return same_day if same_day is None or same_day.day == start.day else add_days(same_day, 1)


def add_days(start: date, days: int) -> date | None:
    """Return the date `days` calendar days later, or None when the calendar does not reach it."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None
