"""Read the clock: the only place in the house that does."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(tz=UTC)


def today(zone: str) -> date:
    """Return the legal date at this instant in `zone`, an IANA name such as "America/Denver".

    Raises:
        zoneinfo.ZoneInfoNotFoundError: no such zone.
    """
    return now().astimezone(ZoneInfo(zone)).date()
