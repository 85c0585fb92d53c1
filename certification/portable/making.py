"""Gather what a worker may take along, as a record that can be signed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import uuid4

from django.conf import settings

from certification.credentials.cases import Case, read_cases
from certification.credentials.queries import held_by
from certification.credentials.records import Held
from certification.engine.requirements import walk
from certification.evidence.queries import gather
from certification.evidence.translation import Dossier
from certification.portable.deciding import dossier_of, held_of, rule_on
from certification.portable.models import ImportedFact
from certification.portable.outcomes import Outcome
from certification.portable.reading import MOST
from certification.portable.records import (
    Origin,
    Part,
    PortableRecord,
    SourceCredential,
    SourceEvent,
    SourceFact,
    SourceLicence,
    SourceProgram,
    SourceSpell,
)
from certification.programs.models import ProgramVersion
from certification.signing.keyfile import key_ring
from courses.public import EvidenceRecord, evidence_for, subject_titles
from lms.kit import clock
from lms.public import LicenceRecord, Spell, organisations_by_id, person

PEER: Final = frozenset({"CPSW", "CFPSW", "CYPSW", "YPSS"})
"""Kinds of licence that tell of somebody's own life."""
ATTESTED_BY: Final[Mapping[str, str]] = {
    "lesson": "course",
    "module": "course",
    "course": "course",
    "quiz": "course",
    "session": "trainer",
    "collaborative": "trainer",
    "observation": "coach",
    "coaching": "coach",
    "experience": "supervisor",
    "training": "office",
}
"""Who attests facts of each kind: a role, never a person."""


class RecordTooLarge(ValueError):
    """There is more on record than a portable record may hold."""


def record_of(*, person_id: int, parts: Collection[Part]) -> PortableRecord:
    """Return what the person takes along now, with the decision of each program.

    The decisions rest on what is in the record: what the worker leaves out, they do not know.

    Raises:
        NoSuchPerson: there is none.
        NoSigningKey: there is no key to sign with, so nobody could be named as issuer.
        RecordTooLarge: there are more facts than a record may hold.
    """
    who = person(person_id=person_id)
    dossier = gather(person_ids=[who.id])[who.id]
    held = held_by(person_ids=[who.id]).get(who.id, [])
    cases = read_cases(person_ids=[who.id])
    every = evidence_for(person_ids=[who.id], include_reversed=True)
    if len(every) > MOST["facts"]:
        raise RecordTooLarge(len(every))
    record = PortableRecord(
        id=uuid4(),
        did=key_ring().did,
        issuer_name=settings.WAGTAIL_SITE_NAME,
        issuer_url=settings.SITE_URL,
        issued_at=clock.now(),
        person=who.uuid,
        name=who.name,
        parts=frozenset(parts),
        facts=_facts([each for each in every if not each.reversed], cases),
        taken_back=tuple(sorted(each.id for each in every if each.reversed)),
        licences=tuple(_licence(each) for each in dossier.file.licences if _told(each, parts)),
        spells=_spells(dossier, named=Part.EMPLOYERS in parts),
        credentials=tuple(_credential(each) for each in held),
        programs=(),
    )
    return _with_programs(record, cases)


def _facts(every: Sequence[EvidenceRecord], cases: Sequence[Case]) -> tuple[SourceFact, ...]:
    titles = {
        node.id: node.title
        for case in cases
        for version in case.versions
        for _, node in walk(version.rules.requirements)
    }
    explained = subject_titles(subjects={each.subject for each in every})
    titles |= {subject: title for subject, (title, _url) in explained.items()}
    origins = {
        str(evidence): Origin(origin, origin_id)
        for evidence, origin, origin_id in ImportedFact.objects.filter(
            evidence__in=[each.id for each in every], outcome=Outcome.ADD.value
        )
        .order_by("pk")
        .values_list("evidence", "origin", "origin_id")
    }
    return tuple(
        SourceFact(
            id=each.id,
            kind=each.kind,
            subject=each.subject,
            title=titles.get(each.subject, each.subject)[:300],
            occurred_at=each.occurred_at,
            recorded_at=each.recorded_at,
            hours=each.hours,
            hours_type=each.hours_type,
            score=each.score,
            passed=each.passed,
            content_revision=each.content_revision,
            attested_by=ATTESTED_BY.get(each.kind, "office"),
            origin=origins.get(each.id),
        )
        for each in every
    )


def _told(licence: LicenceRecord, parts: Collection[Part]) -> bool:
    return (Part.PEER if licence.kind in PEER else Part.LICENCES) in parts


def _licence(each: LicenceRecord) -> SourceLicence:
    return SourceLicence(
        id=each.uuid,
        kind=each.kind,
        requirement=each.requirement,
        number=each.number,
        issuer=each.issuer,
        valid_from=each.valid_from,
        until=each.valid_until,
        verified=each.verified,
        recorded_at=each.recorded_at,
    )


def _spells(dossier: Dossier, *, named: bool) -> tuple[SourceSpell, ...]:
    ids = {each.organisation_id for each in dossier.spells} if named else set()
    places = organisations_by_id(ids=ids) if ids else {}

    def made(each: Spell) -> SourceSpell:
        return SourceSpell(
            role=each.role,
            from_on=each.starts_on,
            until=each.ends_on,
            first_service_on=each.first_service_on,
            supervised=each.supervisor_id is not None,
            organisation=places[each.organisation_id].name if named else "",
        )

    return tuple(made(each) for each in dossier.spells)


def _credential(each: Held) -> SourceCredential:
    numbers = {event.id: number for number, event in enumerate(each.events, start=1)}
    return SourceCredential(
        code=each.code,
        title=each.title,
        credential=each.credential_key,
        program=each.program_key,
        period=each.period,
        edition=each.edition,
        valid_from=each.valid_from,
        until=each.valid_until,
        renew_from=each.renew_from,
        grace_until=each.grace_until,
        decided_on=each.decided_on,
        holder_name=each.holder_name,
        events=tuple(
            SourceEvent(
                number=numbers[event.id],
                kind=event.kind,
                effective_on=event.effective_on,
                recorded_at=event.recorded_at,
                reason=event.reason_code,
                replaced_by=event.replaced_by,
                sets_aside=numbers.get(event.sets_aside) if event.sets_aside else None,
            )
            for event in each.events
        ),
    )


def _with_programs(record: PortableRecord, cases: Sequence[Case]) -> PortableRecord:
    """Return the record with every program that the person is subject to, and its decision."""
    dossier, held = dossier_of(record), held_of(record.credentials)
    today = {case.key: clock.today(case.versions[-1].rules.zone) for case in cases}
    versions = {case.key: case.version(today[case.key]) for case in cases}
    texts = dict(
        ProgramVersion.objects.filter(pk__in=[each.id for each in versions.values()])
        .order_by("pk")
        .values_list("pk", "source")
    )
    programs = []
    for key, version in sorted(versions.items()):
        changed = None if version.first else version.effective_on
        ruling = rule_on(version.rules, dossier, held, today[key], version_changed=changed)
        programs.append(
            SourceProgram(
                key=key,
                title=version.rules.title,
                version=version.label,
                digest=version.digest,
                version_changed=changed,
                rules=texts[version.id],
                as_of=today[key],
                decision=ruling.decision_json(),
                earned=ruling.earned,
            )
        )
    return replace(record, programs=tuple(programs))
