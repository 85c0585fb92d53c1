"""Read people under their programs, and tell what each has earned and how each stands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from certification.credentials.as_facts import credential_fact_key, credential_facts
from certification.credentials.earning import Turn, decide_turn, last_of, next_turn
from certification.credentials.queries import held_by
from certification.credentials.records import Held
from certification.credentials.standing import (
    IN_TRAINING,
    PROVISIONAL,
    Standing,
    credential_status,
    phase_on,
    provisional_until,
    standings,
)
from certification.engine.decide import decide, is_provisional
from certification.engine.decision import Decision, Outcome
from certification.engine.facts import Fact, PersonFacts
from certification.engine.requirements import (
    CredentialKind,
    CredentialRule,
    Keys,
    Requirement,
    applies,
    keys_in,
)
from certification.evidence.queries import gather
from certification.evidence.translation import Dossier, anchors_on, facts_of, person_facts
from certification.programs.document import Program as Rules
from certification.programs.queries import Catalogue, Version, catalogue, rules_of
from lms.kit import clock
from lms.public import PersonRecord


class UnknownPerson(LookupError):
    """There is no such person."""


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
    # The credential that this one follows, whatever it is worth.
    previous: Held | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One person under one program: what was read and what the rules are."""

    dossier: Dossier
    key: str
    versions: tuple[Version, ...]
    held: tuple[Held, ...]
    # By zone; the credentials that this academy issued are among them.
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

    @property
    def touched(self) -> bool:
        """Whether anything that is known of the person answers, or may answer, what it asks."""
        facts = self.facts[self.versions[-1].rules.zone]
        return bool(self.held) or any(_relevant(fact, self.versions) for fact in facts)

    def version(self, on: date) -> Version:
        """Return the version in force on a date; before the first one, the first one."""
        reversed_ = reversed(self.versions)
        return next((each for each in reversed_ if each.effective_on <= on), self.versions[0])


def read_cases(
    *, person_ids: Collection[int], program_key: str | None = None, alone: bool = False
) -> list[Case]:
    """Read these people under each program they are subject to, or hold a credential of.

    Whoever writes down what follows from it reads `alone`, inside the transaction that writes:
    another decision about the same people waits, and a late one never hides a newer one.

    Three statements for any number of people, two more when the programs were not read lately.
    """
    programs = catalogue()
    dossiers = gather(person_ids=person_ids, alone=alone)
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


@dataclass(frozen=True, slots=True)
class Report:
    """How a person stands in a program on a date, with every finding.

    `status`, `valid_until` and `phase` are those of `StandingSpan`; `decision` answers every
    requirement that applies; `held` are the credentials of the program, oldest first.
    """

    person: PersonRecord
    version: Version
    on: date
    status: str
    valid_until: date | None
    provisional: bool
    decision: Decision
    facts: PersonFacts
    held: tuple[Held, ...]
    phase: str = ""
    known_at: datetime | None = None

    @property
    def rules(self) -> Rules:
        """Return the rules that were in force."""
        return self.version.rules


def report_on(
    *, person_id: int, program_key: str, on: date | None = None, known_at: datetime | None = None
) -> Report:
    """Return how a person stands in a program on a date (None: today in its zone).

    It answers for any person and program, subject to it or not. `known_at` asks what was known
    at an instant: evidence, corrections, employment, licences, rules and what officers had done,
    all as their rows stood then. Evidence that came later changes the answer for `on`, and never
    the answer for `known_at`. Five statements.

    Raises:
        UnknownProgram: no such program.
        UnknownPerson: no such person.
    """
    programs = catalogue()
    day = on or clock.today(programs.version(program_key, date.max).rules.zone)
    version = programs.version(program_key, day, known_at)
    versions = programs.versions[program_key] if known_at is None else (version,)
    dossier = next(iter(gather(person_ids=[person_id], known_at=known_at).values()), None)
    if dossier is None:
        raise UnknownPerson(person_id)
    person_id = dossier.file.person.id
    everything = tuple(held_by(person_ids=[person_id], known_at=known_at).get(person_id, ()))
    if known_at is not None:
        everything = tuple(known for each in everything if (known := each.known(known_at)))
    held = tuple(each for each in everything if each.program_key == program_key)
    zone = version.rules.zone
    facts = {zone: (*facts_of(dossier, zone), *credential_facts(everything))}
    case = Case(dossier, program_key, versions, held, facts)
    told = case.facts_on(version.rules, day)
    decision = decide(version.rules.requirements, told, day)
    provisional = is_provisional(version.rules.provisional, decision, told)
    status, valid_until = credential_status(held, day)
    provisional = provisional and status is None
    if provisional:
        status, valid_until = PROVISIONAL, provisional_until(version.rules, told)
    return Report(
        person=dossier.file.person,
        version=version,
        on=day,
        status=status or IN_TRAINING,
        valid_until=valid_until,
        provisional=provisional,
        decision=decision,
        facts=told,
        held=held,
        phase=phase_on(held, day),
        known_at=known_at,
    )


def earned_by(case: Case, on: date | None) -> list[Earned]:
    """Return what the person has earned on a date (None: today in the program's zone)."""
    found = []
    day = on or clock.today(case.versions[-1].rules.zone)
    version = case.version(day)
    rules = version.rules
    facts = case.facts_on(rules, day) if rules.credentials else None
    for rule in rules.credentials:
        held = [each for each in case.held if each.credential_key == rule.key]
        turn = next_turn(rule, held, day)
        if turn is None or facts is None:
            continue
        if turn.since is None and _lacks_evidence(rules, rule, facts, day):
            continue
        decision = decide_turn(rule, rules.requirements, facts, day, turn)
        if decision.outcome is Outcome.MET:
            last = last_of(held, day) if held else None
            found.append(Earned(case.dossier, version, rule, decision, facts, turn, day, last))
    return found


def _lacks_evidence(rules: Rules, rule: CredentialRule, facts: PersonFacts, on: date) -> bool:
    """Say whether nothing is on record for something that a first period cannot do without.

    Then it is not earned, and the decision need not be made: most people are in training.
    """
    known, roles = {fact.key for fact in facts.facts}, facts.roles_on(on)
    return any(
        known.isdisjoint(node.keys) and applies(node, roles)
        for node in _indispensable(rules.digest, rule.key)
    )


@lru_cache(maxsize=128)
def _indispensable(digest: str, credential_key: str) -> tuple[Requirement, ...]:
    """Return the requirements of a credential that stay unmet without evidence of their own."""
    rules = rules_of(digest)
    rule = rules.credential(credential_key)
    gates = rule.gates if rule else ()
    return tuple(
        node
        for node in rules.requirements
        if isinstance(node, Requirement)
        and not (node.wild or node.reductions)
        and not set(gates).isdisjoint(node.gates)
    )


def awaited(cases: Iterable[Case], credential_key: str) -> bool:
    """Say whether the rules of any of these cases name a credential of this academy."""
    key = credential_fact_key(credential_key)
    return any(_keys_of(each.digest).has(key) for case in cases for each in case.versions)


def standing_of(case: Case, *, since: date | None = None) -> list[Standing]:
    """Return how the person stands in the program over all time, or `since` a date."""
    facts = case.facts[case.versions[-1].rules.zone]
    learned = [fact.on for fact in facts if _relevant(fact, case.versions)]
    edges = [each.starts_on for each in case.dossier.spells] + ([min(learned)] if learned else [])
    # A second role that ends gives the first one's deadlines back; nothing begins with an end.
    ends = [each.ends_on for each in case.dossier.spells if each.ends_on is not None]
    edges += [day for day in ends if edges and day > min(edges)]
    return standings(case.versions, case.held, case.facts_on, edges, since=since)


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
            facts[zone] = (*facts_of(dossier, zone), *credential_facts(held))
    theirs = tuple(each for each in held if each.program_key == key)
    if key in programs.open_keys and not theirs:
        if not any(_relevant(fact, versions) for fact in facts[versions[-1].rules.zone]):
            return None
    return Case(dossier, key, versions, theirs, facts)


def _relevant(fact: Fact, versions: Sequence[Version]) -> bool:
    return any(_keys_of(each.digest).has(fact.key) for each in versions)


@lru_cache(maxsize=128)
def _keys_of(digest: str) -> Keys:
    """Return the evidence keys that a version of the rules names."""
    return keys_in(rules_of(digest).requirements)


@lru_cache(maxsize=128)
def _main_keys(digest: str) -> frozenset[str]:
    """Return the credentials that make somebody certified: certifications, or else all."""
    rules = rules_of(digest).credentials
    main = {each.key for each in rules if each.kind is CredentialKind.CERTIFICATION}
    return frozenset(main or (each.key for each in rules))
