"""What a stranger may learn about a certificate: exactly this, and nothing else; pure.

Whoever holds the code holds the paper, so they may compare what is printed on it and learn
whether it is in force. Never the employer, a score, a licence, a peer credential or the reasons
that touch a person's conduct or health.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from certification.credentials.fold import Event, Status, worth

# Reasons that say nothing about the holder's conduct or health. All others read the same.
PUBLIC_REASONS = frozenset(
    {
        "issued_in_error",
        "wrong_person",
        "evidence_withdrawn",
        "holder_request",
        "renewed",
        "name_changed",
        "misprinted",
        "records_merged",
        "program_ended",
    }
)
OTHER_REASON = "issuer_decision"
_REASONED = (Status.REVOKED, Status.SUSPENDED, Status.SUPERSEDED, Status.RETIRED)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Record:
    """One credential as it was issued, with its events. `valid_until` is exclusive."""

    code: str
    holder_name: str
    title: str
    program: str
    issuer: str
    hours: Decimal
    issued_on: date
    valid_from: date
    valid_until: date | None
    events: tuple[Event, ...]
    # The code of the next period, when the holder earned one.
    renewed_by: str = ""
    # The code under which the same period was issued before.
    formerly: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The answer to a stranger; the keys of the public API and what the page adds to them.

    Unlike everywhere else in the house, `valid_until` is the last day that counts, because that
    is what the paper says and what people understand; of a certificate that was laid down early
    it is the last day before that. `since` is when the status began; `today` the legal date in
    the program's zone when it was asked; `formerly` the number of the same period before this
    one was issued in its place. The name that it bore is never told with it.
    """

    code: str
    status: Status
    as_of: date
    holder_name: str
    credential: str
    program: str
    issuer: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    hours: Decimal
    replaced_by: str | None
    reason: str | None
    checked_at: datetime
    credential_url: str | None
    since: date | None
    today: date
    formerly: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the public API's object; these keys are a promise (docs: public contracts)."""
        return {
            "code": self.code,
            "status": self.status.value,
            "as_of": self.as_of.isoformat(),
            "holder_name": self.holder_name,
            "credential": self.credential,
            "program": self.program,
            "issuer": self.issuer,
            "issued_on": self.issued_on.isoformat(),
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "hours": float(self.hours),
            "replaced_by": self.replaced_by,
            "reason": self.reason,
            "checked_at": self.checked_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "credential_url": self.credential_url,
        }


def disclose(
    record: Record,
    *,
    on: date | None,
    today: date,
    checked_at: datetime,
    credential_url: str | None = None,
) -> Disclosure:
    """Return what a stranger may learn about a certificate as of a date (None: today)."""
    on = on or today
    standing = worth(
        record.events, valid_from=record.valid_from, valid_until=record.valid_until, on=on
    )
    reason = public_reason(standing.status, standing.event)
    status, event = standing.status, standing.event
    until = record.valid_until
    if status is Status.RETIRED and event is not None:
        # The public knows six states; laid down early is ended, on the day before, and the
        # reason says why.
        status, until = Status.EXPIRED, event.effective_on
    replaced_by = (event.replaced_by if event else "") or ""
    if not replaced_by and status in (Status.EXPIRED, Status.SUPERSEDED):
        replaced_by = record.renewed_by
    since = {
        Status.EXPIRED: event.effective_on if event else record.valid_until,
        Status.VALID: record.valid_from,
        Status.NOT_YET_VALID: max(record.valid_from, record.issued_on),
    }.get(status, event.effective_on if event else None)
    return Disclosure(
        code=record.code,
        status=status,
        as_of=on,
        holder_name=record.holder_name,
        credential=record.title,
        program=record.program,
        issuer=record.issuer,
        issued_on=record.issued_on,
        valid_from=record.valid_from,
        valid_until=until - _ONE_DAY if until else None,
        hours=record.hours,
        replaced_by=replaced_by or None,
        reason=reason,
        checked_at=checked_at,
        credential_url=credential_url,
        since=since,
        today=today,
        formerly=record.formerly or None,
    )


def public_reason(status: Status, event: Event | None) -> str | None:
    """Return the code of a reason that a stranger may read, or None where none is due."""
    if event is None or status not in _REASONED:
        return None
    return event.reason_code if event.reason_code in PUBLIC_REASONS else OTHER_REASON
