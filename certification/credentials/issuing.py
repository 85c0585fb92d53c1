"""The private steps of issuing and of keeping the standing; the operations own the transaction."""

import random
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Any, TypeAlias

from django.db.models import Q

from certification.credentials.cases import Case, Earned, standing_of
from certification.credentials.earning import hours_by_type, term_of, turn_json
from certification.credentials.fold import Event, Status
from certification.credentials.models import (
    Credential,
    CredentialEvent,
    CredentialEventKind,
    StandingSpan,
)
from certification.credentials.records import Held
from certification.credentials.standing import Standing
from certification.evidence.models import StoredDecision
from certification.evidence.snapshots import evidence_json, findings_json
from lms.kit.bulk import insert_rows
from lms.kit.codes import new_code
from lms.public import AuditRecord, enqueue_many, record_audits

ISSUED_JOB = "credential_issued"
SPAN_FIELDS = (
    "person",
    "program_key",
    "from_on",
    "until_on",
    "status",
    "overdue",
    "unmet",
    "have_hours",
    "need_hours",
    "next_due_on",
    "next_requirement",
    "who_next",
    "valid_until",
    "phase",
)
# Person, program and first day; and a row with its key before that.
_Place: TypeAlias = tuple[int, str, date]
_Stored: TypeAlias = tuple[Any, ...]
CODES: random.Random = secrets.SystemRandom()
_END = SPAN_FIELDS.index("until_on")
# What a row says: all but whose it is, its days, and who acts, which follows from the rest.
_said = itemgetter(
    *(place for place, name in enumerate(SPAN_FIELDS) if place > _END and name != "who_next")
)


def issue_all(
    every: Sequence[Earned], *, actor_id: int | None, note: str = "", announce: bool = True
) -> tuple[list[Held], list[Held]]:
    """Write decisions, credentials, events, audit rows and promises, each in one statement.

    Return what was issued, and those credentials whose place it takes, with that event. Without
    `announce` no certificate is made beforehand and no holder is told.

    Raises:
        IntegrityError: somebody else issued one of them, or a code was drawn twice.
    """
    if not every:
        return [], []
    decisions = StoredDecision.objects.bulk_create([_stored(each) for each in every])
    credentials = Credential.objects.bulk_create(
        [_credential(each, stored) for each, stored in zip(every, decisions, strict=True)]
    )
    events = CredentialEvent.objects.bulk_create(
        [
            CredentialEvent(
                credential=credential,
                kind=CredentialEventKind.ISSUED,
                effective_on=credential.valid_from,
                actor_id=actor_id,
                note=note,
            )
            for credential in credentials
        ]
    )
    superseded = _supersede(every, credentials, actor_id)
    record_audits([_audit(each, actor_id) for each in credentials])
    if announce:
        enqueue_many(
            kind=ISSUED_JOB,
            jobs={f"{ISSUED_JOB}:{each.code}": {"code": each.code} for each in credentials},
        )
    return [_held(*pair) for pair in zip(credentials, events, strict=True)], superseded


def _supersede(
    every: Sequence[Earned], credentials: Sequence[Credential], actor_id: int | None
) -> list[Held]:
    """Let what is renewed before its end hand over on the day on which the new period begins."""
    over = [
        (each.previous, credential)
        for each, credential in zip(every, credentials, strict=True)
        if each.previous is not None
        and (
            each.previous.valid_until is None or credential.valid_from <= each.previous.valid_until
        )
        and each.previous.worth(each.on).status is Status.VALID
    ]
    rows = [
        CredentialEvent(
            credential_id=old.id,
            kind=CredentialEventKind.SUPERSEDED,
            effective_on=new.valid_from,
            actor_id=actor_id,
            reason_code="renewed",
            replaced_by=new,
        )
        for old, new in over
    ]
    if rows:
        CredentialEvent.objects.bulk_create(rows)
    return [
        replace(old, events=(*old.events, _event(row, new.code)))
        for (old, new), row in zip(over, rows, strict=True)
    ]


def _event(row: CredentialEvent, replaced_by: str = "") -> Event:
    return Event(row.kind, row.effective_on, row.recorded_at, row.reason_code, replaced_by, row.pk)


def keep_standing(
    every: Iterable[Case],
    *,
    person_ids: Collection[int],
    key: str | None,
    since: date | None = None,
) -> None:
    """Bring the cached standing of these people up to date: read it, and write what differs.

    With a program's `key` only that program's rows are looked at; with `since` only what holds
    on that day or later, as a change of the rules changes nothing before it. Three statements,
    one where nothing differs.
    """
    rows: dict[_Place, tuple[object, ...]] = {}
    # The id asked about may be of a record that is read as another one.
    about = set(person_ids)
    for case in every:
        person_id = case.dossier.file.person.id
        about.add(person_id)
        for each in standing_of(case, since=since):
            rows[person_id, case.key, each.from_on] = span_row(person_id, case.key, each)
    old = StandingSpan.objects.filter(person_id__in=about)
    if key is not None:
        old = old.filter(program_key=key)
    if since is not None:
        old = old.filter(Q(until_on__isnull=True) | Q(until_on__gte=since))
    fields = ("pk", "person_id", *SPAN_FIELDS[1:])
    stored = {row[1:4]: row for row in old.order_by("pk").values_list(*fields)}
    if since is not None:
        _carry_over(rows, stored, since)
    gone = [row[0] for place, row in stored.items() if place not in rows]
    if gone:
        StandingSpan.objects.filter(pk__in=gone).delete()
    fresh = [row for place, row in rows.items() if place not in stored or stored[place][1:] != row]
    # Two evaluations at once may both find it missing; the later one's rows then take the place.
    insert_rows(StandingSpan, SPAN_FIELDS, fresh, replacing=("person", "program_key", "from_on"))


def _carry_over(
    rows: dict[_Place, tuple[object, ...]], stored: Mapping[_Place, _Stored], since: date
) -> None:
    """Join what is told from `since` on to what stood before it, or end that on the day."""
    for place, (_pk, *before) in stored.items():
        person_id, key, from_on = place
        if from_on >= since:
            continue
        first = rows.get((person_id, key, since))
        if first is None:
            rows[place] = tuple(before)
        elif _said(before) == _said(first):
            del rows[person_id, key, since]
            rows[place] = _until(before, first[_END])
        else:
            rows[place] = _until(before, since)


def _until(row: Sequence[object], end: object) -> tuple[object, ...]:
    return (*row[:_END], end, *row[_END + 1 :])


def _stored(each: Earned) -> StoredDecision:
    return StoredDecision(
        person_id=each.dossier.file.person.id,
        program_version_id=each.version.id,
        credential_key=each.rule.key,
        as_of=each.on,
        outcome=each.decision.outcome.value,
        findings=findings_json(each.decision),
        evidence=evidence_json(each.facts, each.version.rules.requirements)
        | {"turn": turn_json(each.turn)},
        engine=each.decision.engine,
    )


def _credential(each: Earned, decision: StoredDecision) -> Credential:
    rules = each.version.rules
    hours = hours_by_type(each.rule, rules.requirements, each.decision, each.facts)
    term = term_of(each.rule, each.turn, each.on)
    return Credential(
        code=new_code(CODES),
        person_id=each.dossier.file.person.id,
        program_key=each.version.program_key,
        credential_key=each.rule.key,
        period=each.turn.period,
        decision=decision,
        holder_name=each.dossier.file.person.name,
        title=each.rule.title,
        program_title=rules.title,
        issuer=rules.issuer,
        hours=each.rule.hours if each.rule.hours is not None else sum(hours.values()),
        hours_by_type={kind: str(amount) for kind, amount in sorted(hours.items())},
        content_revision=_revision(each),
        zone=rules.zone,
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        renew_from=term.renew_from,
        grace_until=term.grace_until,
    )


def _revision(each: Earned) -> str:
    """Return which words were learned: the revision of the newest evidence relied on."""
    relied = {evidence for finding in each.decision.findings for evidence in finding.because}
    revisions = [
        record.content_revision
        for record in each.dossier.evidence
        if record.id in relied and record.content_revision and record.kind == "course"
    ]
    return revisions[-1][:80] if revisions else ""


def _audit(credential: Credential, actor_id: int | None) -> AuditRecord:
    return AuditRecord(
        action="credential.issued",
        subject_kind="credential",
        subject=credential.code,
        actor_id=actor_id,
        detail={"credential": credential.credential_key, "period": credential.period},
    )


def _held(credential: Credential, event: CredentialEvent) -> Held:
    return Held(
        id=credential.pk,
        code=credential.code,
        person_id=credential.person_id,
        program_key=credential.program_key,
        credential_key=credential.credential_key,
        period=credential.period,
        title=credential.title,
        holder_name=credential.holder_name,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        events=(_event(event),),
        edition=credential.edition,
        renew_from=credential.renew_from,
        grace_until=credential.grace_until,
        decided_on=credential.decision.as_of,
    )


def span_row(person_id: int, key: str, each: Standing) -> tuple[object, ...]:
    """Return the row of a standing, in the order of `SPAN_FIELDS`."""
    return (
        person_id,
        key,
        each.from_on,
        each.until_on,
        each.status,
        each.overdue,
        each.unmet,
        each.have_hours,
        each.need_hours,
        each.next_due_on,
        each.next_requirement,
        each.who_next,
        each.valid_until,
        each.phase,
    )
