"""Write the rows of an import: facts, licences, corrections, and what was not counted."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from certification.portable.models import ImportedFact, RecordImport
from certification.portable.outcomes import Outcome
from certification.portable.plan import Before, Plan, PlannedFact, PlannedLicence
from certification.portable.records import PortableRecord
from courses.public import Fact, record_trainings, reverse
from lms.public import (
    NewLicence,
    Seen,
    licences,
    record_audit,
    record_licences,
    today,
    verify_licence,
)

BACKGROUND: Final = "BACKGROUND"


@dataclass(frozen=True, slots=True)
class Checked:
    """Which licences, by their id in the record, `actor_id` has looked up today, and where."""

    licences: frozenset[UUID]
    at: str
    actor_id: int | None


def write_import(
    done: RecordImport, record: PortableRecord, plan: Plan, *, actor_id: int | None
) -> None:
    """Write what a plan says, inside the transaction of the operation.

    Raises:
        InvalidEvidence, ActConflict, LicenceRefused: the database does not take a value.
    """
    person_id = done.alias.person_id
    written = record_trainings(
        facts=[_fact(each, record, person_id, actor_id) for each in plan.adding],
        actor_id=actor_id,
        batch=None,
        announce=False,  # the person is decided anew by the operation
    )
    rows = [_row(done, each, evidence) for each, evidence in zip(plan.adding, written, strict=True)]
    rows += [_row(done, each, None) for each in plan.left]
    for before in plan.reversals:
        reverse(
            evidence_id=before.evidence,
            actor_id=actor_id,
            reason=f"Taken back by {record.issuer_name}, record of {record.issued_at:%Y-%m-%d}",
        )
        rows.append(_taken_back(done, before))
    ImportedFact.objects.bulk_create(rows, batch_size=500)
    # Unverified: only somebody who has looked at the source can say more.
    record_licences(new=[_licence(each, person_id) for each in plan.new_licences])
    record_audit(
        actor_id=actor_id,
        action="portable.imported",
        subject_kind="record_import",
        subject=str(done.uuid),
        detail={
            "person_id": person_id,
            "issuer": record.did,
            "record": str(record.id),
            "map": done.equivalence.digest if done.equivalence else "",
            "facts": len(plan.adding),
            "not_counted": len(plan.left),
            "taken_back": len(plan.reversals),
            "licences": len(plan.new_licences),
            "name_differed": done.name_differed,
        },
    )


def _fact(each: PlannedFact, record: PortableRecord, person_id: int, actor_id: int | None) -> Fact:
    source = each.source
    detail: dict[str, Any] = {
        "source": "portable record",
        "issuer": record.did,
        "issuer_name": record.issuer_name,
        "record": str(record.id),
        "original_id": source.id,
        "original_subject": source.subject,
        "original_hours": str(source.hours),
        "original_recorded_at": source.recorded_at.isoformat(),
        "attested_by": source.attested_by,
    }
    if source.origin is not None:
        detail["origin"] = {"issuer": source.origin.did, "id": source.origin.id}
    return Fact(
        person_id=person_id,
        kind=source.kind,
        subject=each.target,
        act=each.act,
        actor_id=actor_id,
        occurred_at=source.occurred_at,
        hours=each.hours,
        hours_type=source.hours_type if each.hours else "none",
        score=each.score,
        passed=source.passed,
        content_revision=source.content_revision,
        detail=detail,
    )


def _row(done: RecordImport, each: PlannedFact, evidence: str | None) -> ImportedFact:
    return ImportedFact(
        record_import=done,
        source_id=each.source.id,
        origin=each.origin.did,
        origin_id=each.origin.id,
        subject=each.source.subject,
        title=each.source.title,
        target=each.target,
        outcome=each.outcome.value,
        reason=each.reason.value if each.reason else "",
        note=each.note,
        hours=each.hours,
        evidence=evidence,
    )


def _taken_back(done: RecordImport, before: Before) -> ImportedFact:
    return ImportedFact(
        record_import=done,
        source_id=before.source_id,
        origin=before.origin.did,
        origin_id=before.origin.id,
        subject=before.subject,
        title=before.title,
        target=before.target,
        outcome=Outcome.REVERSE.value,
        evidence=before.evidence,
    )


def confirm_licences(plan: Plan, person_id: int, checked: Checked) -> None:
    """Confirm the licences of an import that the actor has looked up, each by itself.

    After the import is written: until then nothing is verified, and what fails stays unverified.
    """
    wanted = {each.uuid for each in plan.new_licences if each.source.id in checked.licences}
    if not wanted:
        return
    seen_on = today()
    for row in licences(person_ids=[person_id]):
        if row.uuid in wanted and not row.verified:
            seen = Seen(source=checked.at, looked_up_on=seen_on)
            verify_licence(actor_id=checked.actor_id, licence_id=row.id, seen=seen)


def _licence(each: PlannedLicence, person_id: int) -> NewLicence:
    source = each.source
    return NewLicence(
        uuid=each.uuid,
        person_id=person_id,
        kind=each.kind,
        requirement=source.requirement,
        valid_from=source.valid_from,
        valid_until=source.until,
        # Of a background check only the dates are kept.
        number="" if each.kind == BACKGROUND else source.number,
        issuer=source.issuer,
    )
