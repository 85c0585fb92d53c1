"""Look certificates up for strangers: by code, in one statement, and nothing by name."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from certification.credentials.fold import Event
from certification.credentials.models import StandingSpan
from certification.credentials.queries import held_where
from certification.credentials.records import Held
from certification.credentials.standing import PROVISIONAL
from certification.verification.disclosure import Disclosure, Record, disclose
from lms.kit import clock
from lms.kit.codes import normalise

# Written by hand because this is the one page that strangers load all day: putting the same
# statement together from a queryset costs more than the rest of the answer.
_SQL: Final = """SELECT held.code, held.holder_name, held.title, held.program_title,
       held.issuer, held.hours,
       held.valid_from, held.valid_until, held.zone, later.code,
       former.code,
       event.kind, event.effective_on, event.recorded_at, event.reason_code, instead.code,
       event.id, event.sets_aside_id
  FROM certification_credential AS held
  JOIN certification_credential AS same
    ON same.person_id = held.person_id
   AND same.program_key = held.program_key
   AND same.credential_key = held.credential_key
   AND same.period = held.period
  JOIN certification_credentialevent AS event ON event.credential_id = same.id
  LEFT JOIN certification_credential AS instead ON instead.id = event.replaced_by_id
  LEFT JOIN certification_credential AS former ON former.id = held.formerly_id
  LEFT JOIN certification_credential AS later
    ON later.person_id = held.person_id
   AND later.program_key = held.program_key
   AND later.credential_key = held.credential_key
   AND later.period = held.period + 1
   AND NOT EXISTS (SELECT 1 FROM certification_credential AS newer
                    WHERE newer.formerly_id = later.id)
 WHERE held.code = %s
   -- What happened to a period counts under each of its numbers, but for its own issue and
   -- for the next number's taking its place.
   AND (same.id = held.id OR (event.kind <> 'issued'
        AND (instead.formerly_id IS NULL OR instead.formerly_id <> event.credential_id)))
 ORDER BY event.id
"""


def verify(*, code: str, on: date | None = None) -> Disclosure | None:
    """Return what a stranger may learn from a code as of a date, or None for an unknown code.

    `code` may be written in any form that `lms.kit.codes.normalise` forgives. The default date
    is today in the program's zone. One statement, nothing is written.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [normalise(code)])
        rows = cursor.fetchall()
    if not rows:
        return None
    record = _record(rows)
    return disclose(record, on=on, today=clock.today(rows[0][8]), checked_at=clock.now())


def _record(rows: list[tuple[Any, ...]]) -> Record:
    first = rows[0]
    return Record(
        code=first[0],
        holder_name=first[1],
        title=first[2],
        program=first[3],
        issuer=first[4],
        hours=Decimal(str(first[5])),
        # A number that took the place of another one was issued on a later day.
        issued_on=next((row[12] for row in rows if row[11] == "issued"), first[6]),
        valid_from=first[6],
        valid_until=first[7],
        events=tuple(
            Event(kind, day, _aware(recorded_at), reason_code, replaced_by or "", pk, sets_aside)
            for kind, day, recorded_at, reason_code, replaced_by, pk, sets_aside in (
                row[11:] for row in rows
            )
        ),
        renewed_by=first[9] or "",
        formerly=first[10] or "",
    )


def _aware(instant: datetime) -> datetime:
    """Return an instant with its zone: SQLite keeps UTC without saying so."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def certificates_by_code(codes: Sequence[str]) -> dict[str, Held]:
    """Return the credentials with these codes; one statement for any number of codes."""
    if connection.vendor == "sqlite":
        listed = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(codes)])
    else:
        listed = RawSQL("SELECT unnest(%s::text[])", [list(codes)])
    return {each.code: each for each in held_where(Q(credential__code__in=listed))}


def provisional_among(*, person_ids: Collection[int], program_key: str, on: date) -> frozenset[int]:
    """Return which of these people may work in a pair on a date."""
    lasting = Q(until_on__isnull=True) | Q(until_on__gt=on)
    rows = StandingSpan.objects.filter(
        lasting,
        person_id__in=person_ids,
        program_key=program_key,
        from_on__lte=on,
        status=PROVISIONAL,
    )
    return frozenset(rows.order_by("pk").values_list("person_id", flat=True))
