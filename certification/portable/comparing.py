"""Set the decision there beside the decision here, finding by finding, and say why they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from certification.credentials.queries import held_by
from certification.credentials.records import Held
from certification.engine.decision import Finding
from certification.evidence.queries import gather
from certification.evidence.translation import Dossier
from certification.portable.deciding import NOBODY, Ruling, dossier_of, held_of, rule_on, spells_of
from certification.portable.outcomes import Outcome, Reason
from certification.portable.plan import Plan, PlannedFact, PlannedLicence
from certification.portable.records import PortableRecord, SourceFact, SourceProgram
from certification.programs.document import Program, ProgramError, digest_of, parse
from certification.programs.queries import catalogue
from courses.public import EvidenceRecord
from lms.kit import clock
from lms.public import LicenceRecord


@dataclass(frozen=True, slots=True)
class Why:
    """What makes a finding differ: a fact that counts otherwise here, with the reason."""

    fact: SourceFact
    outcome: Outcome
    reason: Reason | None
    target: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One requirement: how it stands there, here, and here with the roles of there."""

    requirement: str
    title: str
    there: Finding | None
    here: Finding | None
    as_if: Finding | None
    whys: tuple[Why, ...] = ()

    @property
    def same(self) -> bool:
        """Whether here, employed as there, it stands as it does there."""
        return _says(self.there) == _says(self.as_if)


@dataclass(frozen=True, slots=True)
class Compared:
    """One program: three rulings by the rules in the record, on the day of the record.

    `here`: employed as on record here. `as_if`: employed and certified as there. `same_rules`:
    this very text is in force or was published here; `ours` is the outcome by our own version of
    the program where that is another one. `restated` is False where the rules, applied to the
    record, do not say what the record says of them. None of it where the rules cannot be read.
    """

    program: SourceProgram
    there: Ruling | None
    here: Ruling | None
    as_if: Ruling | None
    rows: tuple[FindingRow, ...]
    same_rules: bool
    restated: bool
    roles_there: tuple[str, ...] = ()
    roles_here: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the decision here, employed as there, is the decision there."""
        return self.there is not None and all(row.same for row in self.rows)

    @property
    def same_now(self) -> bool:
        """Whether the decision here, employed as on record here, is the decision there."""
        return self.there is not None and all(
            _says(row.there) == _says(row.here) for row in self.rows
        )


def compare(*, record: PortableRecord, person_id: int, plan: Plan, planned: bool) -> list[Compared]:
    """Return, for each program of a record, the decision there beside the one here.

    `planned`: the plan is not written yet; what it would write is thought to be there.
    """
    dossier = gather(person_ids=[person_id])[person_id]
    if planned:
        dossier = _with(dossier, plan)
    held = tuple(held_by(person_ids=[person_id]).get(person_id, ()))
    known = {version.digest for versions in catalogue().versions.values() for version in versions}
    there = (dossier_of(record), held_of(record.credentials))
    return [
        _compared(each, record, plan, there, (dossier, held), known) for each in record.programs
    ]


def _compared(
    program: SourceProgram,
    record: PortableRecord,
    plan: Plan,
    theirs: tuple[Dossier, tuple[Held, ...]],
    ours: tuple[Dossier, tuple[Held, ...]],
    known: set[str],
) -> Compared:
    rules = _rules(program)
    if rules is None:
        return Compared(program, None, None, None, (), program.digest in known, restated=False)
    on, changed = program.as_of, program.version_changed
    there = rule_on(rules, *theirs, on, version_changed=changed)
    here = rule_on(rules, *ours, on, version_changed=changed)
    employed = replace(ours[0].file, spells=spells_of(record))
    as_if = rule_on(
        rules,
        replace(ours[0], file=employed),
        (*theirs[1], *_missing(ours[1], theirs[1])),
        on,
        version_changed=changed,
    )
    return Compared(
        program=program,
        there=there,
        here=here,
        as_if=as_if,
        rows=_rows(rules, there, here, as_if, record, plan),
        same_rules=program.digest in known,
        restated=_stated(program) == there.decision_json()
        and dict(program.earned) == dict(there.earned),
        roles_there=tuple(sorted(there.roles)),
        roles_here=tuple(sorted(here.roles)),
    )


def _rules(program: SourceProgram) -> Program | None:
    """Return the rules of a program in a record, or None where we cannot read them."""
    if digest_of(program.rules) != program.digest:
        return None
    try:
        return parse(program.rules)
    except ProgramError:
        return None


def _stated(program: SourceProgram) -> dict[str, Any]:
    """Return the decision as the record states it."""
    return {name: program.decision.get(name) for name in ("outcome", "engine", "findings")}


def _missing(some: Sequence[Held], others: Sequence[Held]) -> list[Held]:
    """Return the credentials that are not also among others: the same for other periods."""
    held = {(each.program_key, each.credential_key) for each in others}
    return [each for each in some if (each.program_key, each.credential_key) not in held]


def _with(dossier: Dossier, plan: Plan) -> Dossier:
    """Return what would be known of the person after the import."""
    gone = {each.evidence for each in plan.reversals}
    now = clock.now()
    new = tuple(
        EvidenceRecord(
            id=each.act,
            person_id=dossier.file.person.id,
            kind=each.source.kind,
            subject=each.target,
            hours_type=each.source.hours_type if each.hours else "none",
            hours=each.hours,
            score=each.score,
            passed=each.source.passed,
            occurred_at=each.source.occurred_at,
            recorded_at=now,
            content_revision=each.source.content_revision,
            reversed=False,
        )
        for each in plan.adding
    )
    kept = tuple(each for each in dossier.evidence if each.id not in gone)
    papers = tuple(_licence(each, dossier.file.person.id) for each in plan.new_licences)
    file = replace(dossier.file, licences=(*dossier.file.licences, *papers))
    return Dossier(file, (*kept, *new))


def _licence(each: PlannedLicence, person_id: int) -> LicenceRecord:
    """Return a licence as it would be recorded: nobody here has checked it yet."""
    return LicenceRecord(
        id=NOBODY,
        uuid=each.uuid,
        person_id=person_id,
        kind=each.kind,
        requirement=each.source.requirement,
        number=each.source.number,
        issuer=each.source.issuer,
        valid_from=each.source.valid_from,
        valid_until=each.source.until,
        verified=False,
        recorded_at=each.source.recorded_at,
    )


def _rows(
    rules: Program,
    there: Ruling,
    here: Ruling,
    as_if: Ruling,
    record: PortableRecord,
    plan: Plan,
) -> tuple[FindingRow, ...]:
    titles = rules.titles()
    every = [
        {each.requirement: each for each in ruling.decision.findings}
        for ruling in (there, here, as_if)
    ]
    facts = {each.id: each for each in record.facts}
    told: dict[str, list[PlannedFact]] = {}
    for planned in plan.facts:
        told.setdefault(planned.source.id, []).append(planned)
    rows = []
    for path in dict.fromkeys(path for found in every for path in found):
        there_is, here_is, as_if_is = (found.get(path) for found in every)
        title = titles.get(path.rpartition("/")[2], path)
        row = FindingRow(path, title, there_is, here_is, as_if_is)
        if not row.same and there_is is not None:
            row = replace(row, whys=_whys(there_is, facts, told))
        rows.append(row)
    return tuple(rows)


def _whys(
    finding: Finding, facts: Mapping[str, SourceFact], told: Mapping[str, Sequence[PlannedFact]]
) -> tuple[Why, ...]:
    """Return what became here of each fact that the finding there relies on."""
    return tuple(
        Why(facts[each], planned.outcome, planned.reason, planned.target, planned.hours)
        for each in finding.because
        if each in facts
        for planned in told.get(each, ())
    )


def _says(finding: Finding | None) -> tuple[Any, ...] | None:
    """Return what a finding says, apart from which evidence it names: ids differ between places."""
    if finding is None:
        return None
    return (
        finding.met,
        finding.have,
        finding.need,
        finding.unit,
        finding.due,
        finding.blocked_by,
    )
