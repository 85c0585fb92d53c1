"""What is told of credentials: frozen records, never models."""

from dataclasses import dataclass
from datetime import date

from certification.credentials.fold import Event, Worth, worth


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

    def worth(self, on: date) -> Worth:
        """Return what the credential is worth on a date, as known now."""
        return worth(self.events, valid_from=self.valid_from, valid_until=self.valid_until, on=on)
