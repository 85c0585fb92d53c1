"""Read how one person stands in each program, decided now and never from the cache."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from certification.credentials.cases import Case, read_cases, standing_of
from certification.credentials.standing import Standing
from certification.engine.decide import decide
from certification.engine.decision import Decision
from certification.engine.facts import PersonFacts
from certification.programs.document import Program
from certification.programs.queries import catalogue
from lms.kit.periods import contains


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """One person under one program on a date. `standing` None: before anything began."""

    case: Case
    on: date
    rules: Program
    facts: PersonFacts
    standing: Standing | None
    open_to_all: bool

    @property
    def key(self) -> str:
        """Return the key of the program."""
        return self.case.key

    @property
    def title(self) -> str:
        """Return the title of the program."""
        return self.rules.title

    def decision(self) -> Decision:
        """Decide: one finding for every requirement that applies on the date."""
        return decide(self.rules.requirements, self.facts, self.on)


def person_standings(*, person_id: int, on: date, no_later: bool = False) -> list[PersonStanding]:
    """Return the programs a person is subject to, the one to look at first in front.

    That is a program an agency works under before one that is open to all, what is not finished
    before what is, and the nearest deadline first. Three statements, two more for the programs.
    `no_later`: as if nothing had happened after the date: no evidence, certificate or employment.
    """
    known = catalogue()
    cases = read_cases(person_ids=[person_id])
    if no_later:
        cut = [_until(case, on) for case in cases]
        cases = [case for case in cut if case.key not in known.open_keys or case.touched]
    return sorted((_read(case, on, case.key in known.open_keys) for case in cases), key=_order)


def _until(case: Case, on: date) -> Case:
    """Return a case without anything that began after a date."""
    file = case.dossier.file
    return replace(
        case,
        dossier=replace(
            case.dossier,
            file=replace(file, spells=tuple(each for each in file.spells if each.starts_on <= on)),
        ),
        held=tuple(each for each in case.held if each.begins <= on),
        facts={
            zone: tuple(each for each in facts if each.on <= on)
            for zone, facts in case.facts.items()
        },
    )


def at_places(
    standings: Iterable[PersonStanding], places: Iterable[tuple[str, date]]
) -> list[PersonStanding]:
    """Return the standings in programs that hold at these places, given as (path, first day).

    A program that somebody is under elsewhere would tell where else they work.
    """
    keys = catalogue().keys_for((path, since, None) for path, since in places)
    return [each for each in standings if each.key in keys]


def chosen(standings: Sequence[PersonStanding], key: str) -> PersonStanding | None:
    """Return the standing in the program asked for, else the first, or None."""
    asked = next((each for each in standings if each.key == key), None)
    return asked or next(iter(standings), None)


def _read(case: Case, on: date, open_to_all: bool) -> PersonStanding:
    rules = case.version(on).rules
    spans = standing_of(case)
    now = next((each for each in spans if contains(each.from_on, each.until_on, on)), None)
    return PersonStanding(case, on, rules, case.facts_on(rules, on), now, open_to_all)


def _order(each: PersonStanding) -> tuple[bool, bool, date, str]:
    now = each.standing
    finished = now is not None and not now.unmet
    due = now.next_due_on if now is not None else None
    return each.open_to_all, finished, due or date.max, each.key
