"""Until when an appeal is in time; pure."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

APPEAL_DAYS: Final = 30
"""How many days after a decision was recorded its holder may appeal. The last day counts.

Source: our own rule. No program says anything about it yet; when one does, it goes here.
"""


def last_day(*, recorded_at: datetime, zone: str) -> date:
    """Return the last day, in the program's zone, on which an appeal is in time."""
    return recorded_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=APPEAL_DAYS)


def is_late(*, recorded_at: datetime, zone: str, today: date) -> bool:
    """Tell whether an appeal that is sent today, in the program's zone, comes too late."""
    return today > last_day(recorded_at=recorded_at, zone=zone)
