"""The private steps of issuing and of keeping the standing; the operations own the transaction."""

import random
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from certification.credentials.earning import Turn, decide_turn, hours_by_type, next_turn
from certification.credentials.fold import Event
from certification.credentials.models import Credential, CredentialEvent, CredentialEventKind
from certification.credentials.models import StandingSpan
from certification.credentials.queries import held_by
from certification.credentials.records import Held
from certification.credentials.standing import Standing, standings
from certification.engine.dates import add_months
from certification.engine.decision import Decision, Outcome
from certification.engine.facts import Fact, PersonFacts
from certification.engine.requirements import (
    CredentialKind,
    CredentialRule,
    Requirement,
    walk,
)
from certification.evidence.models import StoredDecision
from certification.evidence.queries import gather
from certification.evidence.snapshots import evidence_json, findings_json
from certification.evidence.translation import Dossier, anchors_on, facts_of, person_facts
from certification.programs.document import Program as Rules
from certification.programs.queries import Catalogue, Version, catalogue, rules_of
from lms.kit import clock
from lms.kit.bulk import insert_rows
from lms.kit.codes import new_code
from lms.public import AuditRecord, enqueue_many, record_audits

ISSUED_JOB = "credential_issued"
_SPAN_FIELDS = (
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
)
_codes: random.Random = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Earned:
    """One credential that rules or an officer may issue now, with the decision it rests on."""

    dossier: Dossier
    version: Version
    rule: CredentialRule
    decision: Decision
    facts: PersonFacts
    turn: Turn
    on: date


@dataclass(frozen=True, slots=True)
class Case:
    """One person under one program: what was read and what the rules are."""

    dossier: Dossier
    key: str
    versions: tuple[Version, ...]
    held: tuple[Held, ...]
    facts: Mapping[str, tuple[Fact, ...]]

    def facts_on(self, rules: Rules, on: date) -> PersonFacts:
        """Return the facts with the anchors of a date."""
        main = _main_keys(rules.digest)
        version = self.version(on)
        anchors = anchors_on(
            self.dossier.spells,
            on,
            certified=[each.valid_from for each in self.held if each.credential_key in main],
            version_changed=None if version.first else version.effective_on,
        )
        return person_facts(self.dossier, self.facts[rules.zone], anchors)

    def version(self, on: date) -> Version:
        """Return the version in force on a date; before the first one, the first one."""
        reversed_ = reversed(self.versions)
        return next((each for each in reversed_ if each.effective_on <= on), self.versions[0])


def cases(*, person_ids: Collection[int], program_key: str | None = None) -> list[Case]:
    """Read these people under each program they are subject to, or hold a credential of.

    Three statements for any number of people, two more when the programs were not read lately.
    """
    programs = catalogue()
    dossiers = gather(person_ids=person_ids)
    held = held_by(person_ids=person_ids)
    found = []
    for person_id in sorted(dossiers):
        dossier, theirs = dossiers[person_id], held.get(person_id, [])
        keys = {*programs.keys_for(dossier.places), *(each.program_key for each in theirs)}
        facts: dict[str, tuple[Fact, ...]] = {}
        for key in sorted(keys & programs.versions.keys()):
            if program_key in (None, key):
                case = _case(programs, key, dossier, theirs, facts)
                if case is not None:
                    found.append(case)
    return found


def earned(case: Case, on: date | None) -> list[Earned]:
    """Return what the person has earned on a date (None: today in the program's zone)."""
    found = []
    day = on or clock.today(case.versions[-1].rules.zone)
    version = case.version(day)
    rules = version.rules
    facts = case.facts_on(rules, day) if rules.credentials else None
    for rule in rules.credentials:
        held = [each for each in case.held if each.credential_key == rule.key]
        turn = next_turn(held, day)
        if turn is None or facts is None:
            continue
        decision = decide_turn(rule, rules.requirements, facts, day, turn)
        if decision.outcome is Outcome.MET:
            found.append(Earned(case.dossier, version, rule, decision, facts, turn, day))
    return found


def issue_all(every: Sequence[Earned], *, actor_id: int | None, note: str = "") -> list[Held]:
    """Write decisions, credentials, events, audit rows and promises, each in one statement.

    Raises:
        IntegrityError: somebody else issued one of them, or a code was drawn twice.
    """
    if not every:
        return []
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
    record_audits([_audit(each, actor_id) for each in credentials])
    enqueue_many(
        kind=ISSUED_JOB,
        jobs={f"{ISSUED_JOB}:{each.code}": {"code": each.code} for each in credentials},
    )
    return [_held(*pair) for pair in zip(credentials, events, strict=True)]


def keep_standing(every: Iterable[Case], *, person_ids: Collection[int], key: str | None) -> None:
    """Rebuild the cached standing of these people, in two statements.

    With a program's `key` only that program's rows are rebuilt.
    """
    rows: list[tuple[object, ...]] = []
    for case in every:
        person_id = case.dossier.file.person.id
        rows.extend(_span_row(person_id, case.key, each) for each in standing_of(case))
    old = StandingSpan.objects.filter(person_id__in=person_ids)
    (old if key is None else old.filter(program_key=key)).delete()
    # Two evaluations at once may both have deleted; the later one's rows then take the place.
    insert_rows(StandingSpan, _SPAN_FIELDS, rows, replacing=("person", "program_key", "from_on"))


def standing_of(case: Case) -> list[Standing]:
    """Return how the person stands in the program over all time."""
    relevant = _keys(case.versions)
    learned = [fact.on for fact in case.facts[case.versions[-1].rules.zone] if fact.key in relevant]
    edges = [each.starts_on for each in case.dossier.spells] + ([min(learned)] if learned else [])
    return standings(case.versions, case.held, case.facts_on, edges)


def _case(
    programs: Catalogue,
    key: str,
    dossier: Dossier,
    held: Sequence[Held],
    facts: dict[str, tuple[Fact, ...]],
) -> Case | None:
    """Return the case, or None for an open program that the person never touched."""
    versions = programs.versions[key]
    for version in versions:
        zone = version.rules.zone
        if zone not in facts:
            facts[zone] = facts_of(dossier, zone)
    theirs = tuple(each for each in held if each.program_key == key)
    if key in programs.open_keys and not theirs:
        relevant = _keys(versions)
        if all(fact.key not in relevant for fact in facts[versions[-1].rules.zone]):
            return None
    return Case(dossier, key, versions, theirs, facts)


def _keys(versions: Sequence[Version]) -> frozenset[str]:
    return frozenset().union(*(_keys_of(each.digest) for each in versions))


@lru_cache(maxsize=128)
def _keys_of(digest: str) -> frozenset[str]:
    """Return every evidence key that a version of the rules names."""
    return frozenset(
        key
        for _, node in walk(rules_of(digest).requirements)
        if isinstance(node, Requirement)
        for key in node.keys
    )


@lru_cache(maxsize=128)
def _main_keys(digest: str) -> frozenset[str]:
    """Return the credentials that make somebody certified: certifications, or else all."""
    rules = rules_of(digest).credentials
    main = {each.key for each in rules if each.kind is CredentialKind.CERTIFICATION}
    return frozenset(main or (each.key for each in rules))


def _stored(each: Earned) -> StoredDecision:
    return StoredDecision(
        person_id=each.dossier.file.person.id,
        program_version_id=each.version.id,
        credential_key=each.rule.key,
        as_of=each.on,
        outcome=each.decision.outcome.value,
        findings=findings_json(each.decision),
        evidence=evidence_json(each.facts, each.version.rules.requirements),
        engine=each.decision.engine,
    )


def _credential(each: Earned, decision: StoredDecision) -> Credential:
    rules = each.version.rules
    hours = hours_by_type(each.decision, each.facts)
    until = add_months(each.on, each.rule.valid_months) if each.rule.valid_months else None
    return Credential(
        code=new_code(_codes),
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
        valid_from=each.on,
        valid_until=until,
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
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        events=(Event(event.kind, event.effective_on, event.recorded_at),),
    )


def _span_row(person_id: int, key: str, each: Standing) -> tuple[object, ...]:
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
    )
