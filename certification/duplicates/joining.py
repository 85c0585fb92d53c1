"""The private steps of joining and parting records; the operations own the transaction."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from certification.credentials import issuing
from certification.credentials.cases import read_cases
from certification.credentials.fold import Happening, Status
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.queries import held_by
from certification.credentials.reasons import SuspensionReason
from certification.credentials.records import Held
from certification.duplicates.conflicts import Act, Change, changes
from courses.public import evidence_for
from lms.kit import clock
from lms.public import AuditRecord, licences, record_audits

JOINED = "records_merged"
"""Why a certificate gave way to the other one of the same person; shown to strangers in words."""
PARTED = "records_parted"
"""Why an event that joining wrote counts no more."""
_RUNNING = (Status.VALID, Status.NOT_YET_VALID)


def planned(*, kept_id: int, absorbed_id: int, keep: Collection[str] = ()) -> list[Change]:
    """Return what joining two records writes on certificates today; one statement."""
    held = held_by(person_ids=[kept_id, absorbed_id])
    first, second = held.get(kept_id, []), held.get(absorbed_id, [])
    zones = _zones([*first, *second])
    # All of one kind are of one program, and that has one zone.
    return [
        each
        for zone in sorted(set(zones.values()))
        for each in changes(
            [one for one in first if zones[one.id] == zone],
            [one for one in second if zones[one.id] == zone],
            clock.today(zone),
            keep=keep,
        )
    ]


def write(found: Sequence[Change], *, actor_id: int, proposed_by_id: int) -> list[CredentialEvent]:
    """Write the events of joining, effective today in each certificate's zone."""
    zones = _zones([each.held for each in found])
    rows = [
        CredentialEvent(
            credential_id=each.held.id,
            kind=CredentialEventKind.SUPERSEDED
            if each.act is Act.SUPERSEDE
            else CredentialEventKind.SUSPENDED,
            effective_on=clock.today(zones[each.held.id]),
            actor_id=actor_id,
            proposed_by_id=proposed_by_id,
            reason_code=JOINED if each.act is Act.SUPERSEDE else SuspensionReason.UNDER_REVIEW,
            replaced_by_id=each.because.id if each.act is Act.SUPERSEDE else None,
        )
        for each in found
    ]
    return _written(rows, actor_id)


def undo(
    *, event_ids: Iterable[int], apart: tuple[int, int], since: datetime, actor_id: int
) -> list[CredentialEvent]:
    """Set aside what joining wrote, and every replacement since then across the two people.

    Call when the two are read as two again; `since` is when they were joined.
    """
    held = held_by(person_ids=apart)
    side = {each.code: pk for pk in apart for each in held.get(pk, ())}
    mine = {each.id: pk for pk in apart for each in held.get(pk, ())}
    across = {
        event.id
        for pk in apart
        for each in held.get(pk, ())
        for event in each.events
        if event.kind == Happening.SUPERSEDED
        and event.recorded_at >= since
        and side.get(event.replaced_by, pk) != pk
    }
    wanted = CredentialEvent.objects.filter(pk__in={*event_ids, *across}, set_aside_by__isnull=True)
    rows = [
        CredentialEvent(
            credential_id=each.credential_id,
            kind=CredentialEventKind.SET_ASIDE,
            effective_on=each.effective_on,
            actor_id=actor_id,
            reason_code=PARTED,
            sets_aside=each,
        )
        for each in wanted.order_by("pk")
        if each.credential_id in mine
    ]
    return _written(rows, actor_id)


def resting(*, apart: tuple[int, int], since: datetime) -> list[Held]:
    """Return running certificates issued since the two were joined that rest on the other's facts.

    Call when the two are read as two again.
    """
    held = held_by(person_ids=apart)
    facts: dict[int, set[str]] = {pk: set() for pk in apart}
    for record in evidence_for(person_ids=apart, include_reversed=True):
        facts[record.person_id].add(record.id)
    for paper in licences(person_ids=apart):
        facts[paper.person_id].add(f"licence:{paper.uuid}")
    for pk in apart:
        facts[pk].update(f"credential:{each.code}" for each in held.get(pk, ()))
    zones = _zones([each for pk in apart for each in held.get(pk, ())])
    fresh = [
        (pk, each)
        for pk in apart
        for each in held.get(pk, ())
        if each.worth(clock.today(zones[each.id])).status in _RUNNING
        and any(e.kind == Happening.ISSUED and e.recorded_at >= since for e in each.events)
    ]
    relied = _relied([each for _, each in fresh])
    return [
        each
        for pk, each in fresh
        if relied[each.id] & facts[apart[1] if pk == apart[0] else apart[0]]
    ]


def suspend(found: Sequence[Held], *, actor_id: int) -> list[CredentialEvent]:
    """Suspend for review certificates that rest on what was another human's."""
    zones = _zones(found)
    rows = [
        CredentialEvent(
            credential_id=each.id,
            kind=CredentialEventKind.SUSPENDED,
            effective_on=clock.today(zones[each.id]),
            actor_id=actor_id,
            reason_code=SuspensionReason.UNDER_REVIEW,
        )
        for each in found
    ]
    return _written(rows, actor_id)


def part_certificates(
    *,
    apart: tuple[int, int],
    event_ids: Iterable[int],
    since: datetime,
    actor_id: int,
    keep: Collection[str] = (),
) -> list[Held]:
    """Undo what joining wrote, and suspend for review what rests on the other's facts.

    Return those; the ones that an officer names by `keep` stay in force.
    """
    undo(event_ids=event_ids, apart=apart, since=since, actor_id=actor_id)
    found = resting(apart=apart, since=since)
    suspend([each for each in found if each.code not in keep], actor_id=actor_id)
    return found


def settle(*, person_ids: Collection[int]) -> None:
    """Lay the cached standing out anew; that of records that are read as another one goes."""
    cases = read_cases(person_ids=person_ids, alone=True)
    issuing.keep_standing(cases, person_ids=person_ids, key=None)


def _written(rows: list[CredentialEvent], actor_id: int) -> list[CredentialEvent]:
    if not rows:
        return []
    made = CredentialEvent.objects.bulk_create(rows)
    codes = dict(
        Credential.objects.filter(pk__in=[row.credential_id for row in made])
        .order_by("pk")
        .values_list("pk", "code")
    )
    record_audits(
        [
            AuditRecord(
                action=f"credential.{row.kind}",
                subject_kind="credential",
                subject=codes[row.credential_id],
                actor_id=actor_id,
                detail={"reason": row.reason_code, "on": row.effective_on.isoformat()},
            )
            for row in made
        ]
    )
    return made


def _zones(held: Collection[Held]) -> dict[int, str]:
    rows = Credential.objects.filter(pk__in=[each.id for each in held]).order_by("pk")
    return dict(rows.values_list("pk", "zone"))


def _relied(held: Collection[Held]) -> dict[int, set[str]]:
    """Return the ids of the facts that each certificate's decision rests on."""
    rows = Credential.objects.filter(pk__in=[each.id for each in held]).order_by("pk")
    return {
        pk: {fact for finding in findings for fact in finding["because"]}
        for pk, findings in rows.values_list("pk", "decision__findings")
    }
