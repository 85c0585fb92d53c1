"""Decide by the rules in a portable record: what they said there, and what they say here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from certification.credentials.as_facts import credential_facts
from certification.credentials.fold import Event
from certification.credentials.records import Held
from certification.engine.decide import decide, decide_credential
from certification.engine.decision import Decision
from certification.engine.requirements import CredentialKind
from certification.evidence.snapshots import findings_json
from certification.evidence.translation import Dossier, anchors_on, facts_of, person_facts
from certification.portable.records import PortableRecord, SourceCredential
from certification.programs.document import Program
from courses.public import EvidenceRecord
from lms.public import LicenceRecord, PersonFile, PersonRecord, Spell

NOBODY = 0
"""The id of everybody and everything that is known from the record alone."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules of one program say: the decision, and the outcome of each credential."""

    decision: Decision
    earned: Mapping[str, str]
    roles: frozenset[str]

    def decision_json(self) -> dict[str, Any]:
        """Return the decision as a record states it."""
        return {
            "outcome": self.decision.outcome.value,
            "engine": self.decision.engine,
            "findings": findings_json(self.decision),
        }


def rule_on(
    rules: Program,
    dossier: Dossier,
    held: Sequence[Held],
    on: date,
    *,
    version_changed: date | None,
) -> Ruling:
    """Return what rules say of a person on a date, by all that is known of the person.

    `held` are credentials of all programs: some rules name those of others.
    """
    main = {each.key for each in rules.credentials if each.kind is CredentialKind.CERTIFICATION}
    main = main or {each.key for each in rules.credentials}
    certified = [
        each.valid_from
        for each in held
        if each.program_key == rules.key and each.credential_key in main
    ]
    anchors = anchors_on(dossier.spells, on, certified=certified, version_changed=version_changed)
    facts = (*facts_of(dossier, rules.zone), *credential_facts(held))
    told = person_facts(dossier, facts, anchors)
    return Ruling(
        decide(rules.requirements, told, on),
        {
            each.key: decide_credential(each, rules.requirements, told, on).outcome.value
            for each in rules.credentials
        },
        told.roles_on(on),
    )


def dossier_of(record: PortableRecord) -> Dossier:
    """Return what a record tells of its person, as the rules are told."""
    given, _, family = record.name.partition(" ")
    person = PersonRecord(NOBODY, record.person, record.name, given, family, "", None)
    licences = tuple(
        LicenceRecord(
            id=NOBODY,
            uuid=each.id,
            person_id=NOBODY,
            kind=each.kind,
            requirement=each.requirement,
            number=each.number,
            issuer=each.issuer,
            valid_from=each.valid_from,
            valid_until=each.until,
            verified=each.verified,
            recorded_at=each.recorded_at,
        )
        for each in record.licences
    )
    evidence = tuple(
        EvidenceRecord(
            id=each.id,
            person_id=NOBODY,
            kind=each.kind,
            subject=each.subject,
            hours_type=each.hours_type,
            hours=each.hours,
            score=each.score,
            passed=each.passed,
            occurred_at=each.occurred_at,
            recorded_at=each.recorded_at,
            content_revision=each.content_revision,
            reversed=False,
        )
        for each in record.facts
    )
    return Dossier(PersonFile(person, spells_of(record), licences), evidence)


def spells_of(record: PortableRecord) -> tuple[Spell, ...]:
    """Return the employments that a record tells of."""
    return tuple(
        Spell(
            person_id=NOBODY,
            organisation_id=NOBODY,
            organisation_path="/",
            role=each.role,
            fte="1",
            starts_on=each.from_on,
            ends_on=each.until,
            supervisor_id=NOBODY if each.supervised else None,
            first_service_on=each.first_service_on,
        )
        for each in record.spells
    )


def held_of(credentials: Iterable[SourceCredential]) -> tuple[Held, ...]:
    """Return the credentials of a record as held, to be folded like our own."""
    return tuple(
        Held(
            id=NOBODY,
            code=each.code,
            person_id=NOBODY,
            program_key=each.program,
            credential_key=each.credential,
            period=each.period,
            title=each.title,
            holder_name=each.holder_name,
            valid_from=each.valid_from,
            valid_until=each.until,
            events=tuple(
                Event(
                    event.kind,
                    event.effective_on,
                    event.recorded_at,
                    event.reason,
                    event.replaced_by,
                    event.number,
                    event.sets_aside,
                )
                for event in each.events
            ),
            edition=each.edition,
            renew_from=each.renew_from,
            grace_until=each.grace_until,
            decided_on=each.decided_on,
        )
        for each in credentials
    )
