"""What is told of credentials: frozen records, never models."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from certification.credentials.fold import Event, Happening, Worth, worth


@dataclass(frozen=True, slots=True)
class Held:
    """One credential that somebody holds or held; `valid_until` is exclusive."""

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

    def known(self, at: datetime) -> "Held | None":
        """Return the credential as it was known at an instant, or None before it was issued."""
        events = tuple(each for each in self.events if each.recorded_at <= at)
        issued = any(each.kind == Happening.ISSUED for each in events)
        return replace(self, events=events) if issued else None

    def worth(self, on: date) -> Worth:
        """Return what the credential is worth on a date, as known now."""
        return worth(self.events, valid_from=self.valid_from, valid_until=self.valid_until, on=on)
