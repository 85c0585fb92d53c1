"""Write a portable record as the JSON document that is signed; pure.

The format is documented in docs/portable-record.md. Numbers with decimals are text; dates that
end something are exclusive and called `until`.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from certification.portable.records import (
    FORMAT,
    TYPE,
    PortableRecord,
    SourceCredential,
    SourceFact,
    SourceLicence,
    SourceProgram,
    SourceSpell,
)


def document_of(record: PortableRecord) -> dict[str, Any]:
    """Return the document of a record, without a proof."""
    return {
        "type": TYPE,
        "format": FORMAT,
        "id": f"urn:uuid:{record.id}",
        "issuer": {"id": record.did, "name": record.issuer_name, "url": record.issuer_url},
        "issued_at": _instant(record.issued_at),
        "person": {"id": f"urn:uuid:{record.person}", "name": record.name},
        "included": sorted(record.parts),
        "facts": [_fact(each) for each in record.facts],
        "taken_back": list(record.taken_back),
        "licences": [_licence(each) for each in record.licences],
        "employment": [_spell(each) for each in record.spells],
        "credentials": [_credential(each) for each in record.credentials],
        "programs": [_program(each) for each in record.programs],
    }


def _fact(each: SourceFact) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": each.id,
        "kind": each.kind,
        "subject": each.subject,
        "title": each.title,
        "occurred_at": _instant(each.occurred_at),
        "recorded_at": _instant(each.recorded_at),
        "hours": _number(each.hours),
        "hours_type": each.hours_type,
        "score": None if each.score is None else _number(each.score),
        "passed": each.passed,
        "content_revision": each.content_revision,
        "attested_by": each.attested_by,
    }
    if each.origin is not None:
        row["origin"] = {"issuer": each.origin.did, "id": each.origin.id}
    return row


def _licence(each: SourceLicence) -> dict[str, Any]:
    return {
        "id": str(each.id),
        "kind": each.kind,
        "requirement": each.requirement,
        "number": each.number,
        "issuer": each.issuer,
        "from": each.valid_from.isoformat(),
        "until": _day(each.until),
        "verified": each.verified,
        "recorded_at": _instant(each.recorded_at),
    }


def _spell(each: SourceSpell) -> dict[str, Any]:
    row: dict[str, Any] = {
        "role": each.role,
        "from": each.from_on.isoformat(),
        "until": _day(each.until),
        "first_service_on": _day(each.first_service_on),
        "supervised": each.supervised,
    }
    if each.organisation:
        row["organisation"] = each.organisation
    return row


def _credential(each: SourceCredential) -> dict[str, Any]:
    return {
        "code": each.code,
        "title": each.title,
        "credential": each.credential,
        "program": each.program,
        "period": each.period,
        "edition": each.edition,
        "from": each.valid_from.isoformat(),
        "until": _day(each.until),
        "renew_from": _day(each.renew_from),
        "grace_until": _day(each.grace_until),
        "decided_on": each.decided_on.isoformat(),
        "holder_name": each.holder_name,
        "events": [
            {
                "number": event.number,
                "kind": event.kind,
                "effective_on": event.effective_on.isoformat(),
                "recorded_at": _instant(event.recorded_at),
                "reason": event.reason,
                "replaced_by": event.replaced_by,
                "sets_aside": event.sets_aside,
            }
            for event in each.events
        ],
    }


def _program(each: SourceProgram) -> dict[str, Any]:
    return {
        "program": each.key,
        "title": each.title,
        "version": each.version,
        "digest": each.digest,
        "version_changed": _day(each.version_changed),
        "rules": each.rules,
        "as_of": each.as_of.isoformat(),
        "decision": dict(each.decision),
        "earned": dict(each.earned),
    }


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _number(value: Decimal) -> str:
    return f"{value:.2f}"
