"""Turn what happened (ledger, licences, employment) into what the rules engine is told; pure.

The engine knows nothing of ledgers and zones: here instants become legal dates in the program's
zone, spells become roles, and the dates that deadlines hang on are worked out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from certification.engine.facts import Fact, FactKind, PersonFacts, RoleSpell
from courses.public import EvidenceRecord
from lms.public import LicenceRecord, PersonFile, Spell

_ZERO: Final = Decimal(0)
_KINDS: Final[Mapping[str, FactKind]] = MappingProxyType(
    {
        "lesson": FactKind.COMPLETION,
        "course": FactKind.COMPLETION,
        "training": FactKind.COMPLETION,
        "quiz": FactKind.QUIZ,
        "session": FactKind.ATTENDANCE,
        "observation": FactKind.OBSERVATION,
        "coaching": FactKind.OBSERVATION,
        "collaborative": FactKind.COLLABORATIVE,
        "experience": FactKind.EXPERIENCE,
    }
)
BACKGROUND: Final = "BACKGROUND"


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is known about one person, as it was read in one go."""

    file: PersonFile
    evidence: tuple[EvidenceRecord, ...]

    @property
    def spells(self) -> tuple[Spell, ...]:
        """Return the spells of employment that last at least a day, oldest first."""
        return tuple(
            each
            for each in self.file.spells
            if each.ends_on is None or each.starts_on < each.ends_on
        )

    @property
    def places(self) -> list[tuple[str, date, date | None]]:
        """Return where the person is or was employed: path, first day, first day not there."""
        return [(each.organisation_path, each.starts_on, each.ends_on) for each in self.spells]


def facts_of(dossier: Dossier, zone: str) -> tuple[Fact, ...]:
    """Return the facts about a person, dated in `zone`."""
    local = ZoneInfo(zone)
    return (
        *(_learned(each, local) for each in dossier.evidence),
        *(_licensed(each) for each in dossier.file.licences),
    )


def person_facts(
    dossier: Dossier, facts: tuple[Fact, ...], anchors: Mapping[str, date]
) -> PersonFacts:
    """Return what the engine is told about a person."""
    roles = tuple(
        RoleSpell(each.role, each.starts_on, each.ends_on, each.supervisor_id is not None)
        for each in dossier.spells
    )
    return PersonFacts(str(dossier.file.person.uuid), roles, anchors, facts)


def anchors_on(
    spells: Sequence[Spell],
    on: date,
    *,
    certified: Iterable[date] = (),
    version_changed: date | None = None,
) -> dict[str, date]:
    """Return the dates that deadlines hang on, as they stand on a date.

    An unbroken run of spells is one employment: moving between agencies without a day's gap
    keeps the day of hire, and coming back after a gap is a new hire. Before the first spell the
    first one counts. `assignment` is the day the present role began within that employment; for
    each role that is held it is told apart, as `assignment:<role>`. `first_service` is the first
    day of service in it, `certification` the last day up to `on` on which a certification began.
    """
    anchors: dict[str, date] = {}
    run = _run(spells, on)
    if run:
        begun = [each for each in run if each.starts_on <= on] or run[:1]
        held = [each for each in begun if each.ends_on is None or on < each.ends_on] or begun[-1:]
        anchors["hire"] = run[0].starts_on
        for role in {each.role for each in held}:
            same = _run([each for each in run if each.role == role], on)
            anchors[f"assignment:{role}"] = same[0].starts_on
        anchors["assignment"] = anchors[f"assignment:{held[-1].role}"]
        served = [each.first_service_on for each in run if each.first_service_on is not None]
        if served:
            anchors["first_service"] = min(served)
    since = [each for each in certified if each <= on]
    if since:
        anchors["certification"] = max(since)
    if version_changed is not None and version_changed <= on:
        # Nobody is late for a change that came before their first day.
        anchors["version_change"] = max(version_changed, anchors.get("hire", version_changed))
    return anchors


def legal_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the date on the wall calendar of `zone` at an aware instant."""
    return instant.astimezone(zone).date()


def _run(spells: Sequence[Spell], on: date) -> list[Spell]:
    """Return the unbroken run of spells that `on` belongs to, or else the last one before it."""
    ordered = sorted(spells, key=lambda each: (each.starts_on, each.ends_on or date.max))
    run: list[Spell] = []
    end: date | None = date.min
    for each in ordered:
        if run and each.starts_on > on:
            break
        if end is not None and each.starts_on > end:
            run = []
            end = date.min
        run.append(each)
        if end is not None:
            end = None if each.ends_on is None else max(end, each.ends_on)
    return run


def _learned(record: EvidenceRecord, zone: ZoneInfo) -> Fact:
    return Fact(
        id=record.id,
        kind=_KINDS.get(record.kind, FactKind.COMPLETION),
        key=record.subject,
        on=legal_date(record.occurred_at, zone),
        hours=record.hours,
        score=record.score,
        passed=record.passed,
        valid_until=None,
        verified=True,
        hours_type=record.hours_type,
    )


def _licensed(record: LicenceRecord) -> Fact:
    """Return a licence as a fact; it answers the requirement it names, or its kind."""
    background = record.kind == BACKGROUND
    key = record.requirement or ("background:check" if background else f"credential:{record.kind}")
    return Fact(
        id=f"licence:{record.uuid}",
        kind=FactKind.BACKGROUND if background else FactKind.CREDENTIAL,
        key=key,
        on=record.valid_from,
        hours=_ZERO,
        score=None,
        passed=True,
        valid_until=record.valid_until,
        verified=record.verified,
        hours_type="none",
    )
