"""Look certificates up for strangers: by code, in one statement, and nothing by name."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from certification.credentials.fold import Event
from certification.credentials.models import Credential, CredentialEvent
from certification.verification.disclosure import Disclosure, Record, disclose
from lms.kit import clock
from lms.kit.codes import normalise

_NEXT = Credential.objects.filter(
    person_id=OuterRef("credential__person_id"),
    credential_key=OuterRef("credential__credential_key"),
    period=OuterRef("credential__period") + 1,
).values("code")
_COLUMNS = (
    "credential__code",
    "credential__holder_name",
    "credential__title",
    "credential__program_title",
    "credential__issuer",
    "credential__hours",
    "credential__valid_from",
    "credential__valid_until",
    "credential__zone",
    "renewed_by",
    "kind",
    "effective_on",
    "recorded_at",
    "reason_code",
    "replaced_by__code",
)


def verify(*, code: str, on: date | None = None) -> Disclosure | None:
    """Return what a stranger may learn from a code as of a date, or None for an unknown code.

    `code` may be written in any form that `lms.kit.codes.normalise` forgives. The default date
    is today in the program's zone. One statement, nothing is written.
    """
    rows = list(
        CredentialEvent.objects.filter(credential__code=normalise(code))
        .annotate(renewed_by=Subquery(_NEXT))
        .order_by("pk")
        .values_list(*_COLUMNS)
    )
    if not rows:
        return None
    return disclose(_record(rows), on=on, today=clock.today(rows[0][8]), checked_at=clock.now())


def _record(rows: list[tuple[Any, ...]]) -> Record:
    first = rows[0]
    return Record(
        code=first[0],
        holder_name=first[1],
        title=first[2],
        program=first[3],
        issuer=first[4],
        hours=first[5],
        issued_on=first[6],
        valid_from=first[6],
        valid_until=first[7],
        events=tuple(Event(row[10], row[11], row[12], row[13], row[14] or "") for row in rows),
        renewed_by=first[9] or "",
    )
