"""Find certificates in force that rest on evidence which was taken back.

Nothing happens to them by itself: what was granted is granted until an officer decides, with a
reason. But officers have to hear of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from certification.credentials.cases import Case, read_cases
from certification.credentials.earning import Turn, decide_turn, turn_from
from certification.credentials.fold import Status
from certification.credentials.models import Credential
from certification.credentials.records import Held
from certification.engine.decision import Decision, Outcome
from courses.public import TakenBack, subject_titles, taken_back
from lms.kit import clock
from lms.public import rows_of

PORTION: Final = 200
_IN_FORCE: Final = (Status.VALID, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Shaken:
    """A certificate in force that its evidence no longer carries, and what it lacks.

    `taken`: (title, fact) of what was taken back, the oldest first; `missing` the titles of the
    requirements that are not met without it.
    """

    held: Held
    taken: tuple[tuple[str, TakenBack], ...]
    missing: tuple[str, ...]


def shaken(*, facts: Sequence[TakenBack]) -> list[Shaken]:
    """Return the certificates in force that these facts carried, and that nothing else carries.

    Neither the evidence that stands as of the day of the decision nor that of today would earn
    them. Five statements for each `PORTION` of people.
    """
    people = sorted({each.person_id for each in facts})
    titles = subject_titles(subjects={each.subject for each in facts})
    known = {
        each.evidence_id: (titles.get(each.subject, (each.subject, None))[0], each)
        for each in facts
    }
    return [
        each
        for start in range(0, len(people), PORTION)
        for each in _shaken(people[start : start + PORTION], known)
    ]


def shaken_of(*, person_id: int) -> list[Shaken]:
    """Return those of one human."""
    return shaken(facts=taken_back(person_ids=[person_id]))


def _shaken(people: Collection[int], facts: Mapping[str, tuple[str, TakenBack]]) -> list[Shaken]:
    cited = _cited(people, facts.keys())
    if not cited:
        return []
    found = []
    for case in read_cases(person_ids=people):
        today = clock.today(case.versions[-1].rules.zone)
        for held in case.held:
            row = cited.get(held.id)
            if row is None or held.worth(today).status not in _IN_FORCE:
                continue
            decisions = _anew(case, held, row[1], (held.decided_on, today))
            if all(each.outcome is not Outcome.MET for each in decisions):
                theirs = sorted((facts[name] for name in row[0]), key=lambda pair: pair[1].at)
                found.append(Shaken(held, tuple(theirs), _missing(case, decisions)))
    return found


def _cited(people: Collection[int], ids: Collection[str]) -> dict[int, tuple[set[str], Any]]:
    """Return by credential which of these facts its decision relied on, and the turn it decided."""
    rows = Credential.objects.filter(rows_of(person_ids=people)).order_by("pk")
    known = rows.values_list("pk", "decision__findings", "decision__evidence")
    cited = (
        (
            pk,
            {name for finding in findings for name in finding["because"]}.intersection(ids),
            evidence.get("turn"),
        )
        for pk, findings, evidence in known
    )
    return {pk: (names, turn) for pk, names, turn in cited if names}


def _anew(case: Case, held: Held, turn: Any, days: Iterable[date]) -> list[Decision]:
    """Decide the same turn again on these days, from what stands now."""
    found = []
    # Decisions of before there were renewals are about a first period.
    asked = turn_from(turn) if turn else Turn(held.period, None)
    for day in days:
        rules = case.version(day).rules
        rule = rules.credential(held.credential_key)
        if rule is not None:
            facts = case.facts_on(rules, day)
            found.append(decide_turn(rule, rules.requirements, facts, day, asked))
    return found


def _missing(case: Case, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Return what is not met now, of what is not inside of a group."""
    if not decisions:
        return ()
    last = decisions[-1]
    titles = case.version(last.as_of).rules.titles()
    unmet = (each.requirement for each in last.findings if not each.met)
    return tuple(titles.get(each, each) for each in unmet if "/" not in each)
