"""Checking whole rosters: every row answered, and the answer kept as a receipt."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import override

from certification.credentials.queries import held_by
from certification.programs.queries import catalogue
from certification.verification.models import RosterCheck
from certification.verification.queries import certificates_by_code, provisional_among
from certification.verification.reasons import ROSTER_REASONS
from certification.verification.roster import Answered, Asked, Known, answer_rows
from lms.kit import clock
from lms.kit.codes import normalise
from lms.kit.matching import name_key
from lms.public import OrganisationRecord, people, record_audit, staff_on


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answered roster: its id, the hash of the answer, and the answer as it is kept."""

    uuid: UUID
    sha256: str
    answer: dict[str, Any]


def check_roster(
    *,
    rows: Sequence[Asked],
    program_key: str,
    on: date | None = None,
    organisation: OrganisationRecord | None = None,
    asked_by_id: int | None = None,
    file_name: str = "",
) -> Receipt:
    """Answer each row of a roster and keep the answer; as many statements for 3 rows as for 10,000.

    The caller has checked that the account may ask for the organisation; without one, rows are
    matched by code only. `on` is by default today in the program's zone.

    Raises:
        UnknownProgram: no such program.
    """
    programs = catalogue()
    day = on or clock.today(programs.version(program_key, date.max).rules.zone)
    known = _known(rows, program_key, day, organisation)
    checked_at = clock.now()
    answer = {
        "as_of": day.isoformat(),
        "program": program_key,
        "checked_at": checked_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "organisation": organisation.key if organisation else None,
        "rows": [_row_json(each) for each in answer_rows(rows, known)],
    }
    check = RosterCheck(
        organisation_id=organisation.id if organisation else None,
        asked_by_id=asked_by_id,
        program_key=program_key,
        as_of=day,
        file_name=file_name[:200],
        answer=answer,
        sha256=digest(answer),
        recorded_at=checked_at,
    )
    with transaction.atomic(durable=True):
        check.save(force_insert=True)
        record_audit(
            actor_id=asked_by_id,
            action="roster.checked",
            subject_kind="roster_check",
            subject=str(check.uuid),
            detail={"program": program_key, "on": day.isoformat(), "rows": len(rows)},
        )
    return Receipt(check.uuid, check.sha256, answer)


def digest(answer: dict[str, Any]) -> str:
    """Return the SHA-256 of an answer's canonical JSON, in hexadecimal."""
    text = json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _known(
    rows: Sequence[Asked], program_key: str, on: date, organisation: OrganisationRecord | None
) -> Known:
    """Read what the rows are answered from, each kind in one statement."""
    codes = sorted({normalise(row.certificate_code) for row in rows} - {""})
    staff: dict[str, list[int]] = {}
    if organisation is not None:
        ids = {each.person_id for each in staff_on(organisation_path=organisation.path, on=on)}
        for person in people(person_ids=ids).values():
            staff.setdefault(name_key(person.name), []).append(person.id)
    wanted = {name_key(row.name) for row in rows if not row.certificate_code.strip() and row.name}
    named = sorted(one for name in wanted for one in staff.get(name, ()))
    rules = catalogue().version(program_key, on).rules
    return Known(
        program_key=program_key,
        on=on,
        by_code=certificates_by_code(codes),
        staff=staff,
        theirs=held_by(person_ids=named, program_key=program_key),
        provisional=provisional_among(person_ids=named, program_key=program_key, on=on),
        roles={each.key: frozenset(each.roles) for each in rules.credentials},
    )


def _row_json(each: Answered) -> dict[str, Any]:
    """Return one answer as it is kept; the words are in English, whoever asks."""
    with override("en"):
        reasons = [str(ROSTER_REASONS[code]) for code in each.reasons]
    return {
        "row": each.row.number,
        "record_id": each.row.record_id,
        "certificate_code": each.certificate_code or each.row.certificate_code,
        "given_name": each.row.given_name,
        "family_name": each.row.family_name,
        "role": each.row.role,
        "match": each.match.value,
        "status": each.status,
        "qualification": each.qualification.value,
        "valid_until": each.valid_until.isoformat() if each.valid_until else None,
        "reasons": reasons,
        "reason_codes": list(each.reasons),
    }
