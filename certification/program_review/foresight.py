"""Foresee for whom a text changes anything, by deciding twice: as the rules are, as they would be.

What is foreseen is what happens: the same readers and the same engine answer, while the text is
supposed to be published.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from certification.credentials.as_facts import credential_facts
from certification.credentials.cases import Case, Earned, earned_by, read_cases, standing_of
from certification.credentials.earning import Turn, decide_turn, following, term_of
from certification.credentials.fold import Event
from certification.credentials.records import Held
from certification.credentials.standing import PROVISIONAL, Standing
from certification.engine.decide import decide
from certification.engine.decision import Decision, Finding, Outcome
from certification.engine.requirements import concerns
from certification.evidence.translation import Dossier
from certification.programs.document import Program as Rules
from certification.programs.queries import supposing
from lms.kit import clock
from lms.kit.periods import contains

_MOST_ROUNDS: Final = 5


class Kind(StrEnum):
    """What changes for a person on a date."""

    JOINS = "joins"
    LEAVES = "leaves"
    UNMET = "unmet"
    MET = "met"
    PROVISIONAL_LOST = "pair_lost"
    PROVISIONAL_GAINED = "pair_gained"
    AMOUNT = "amount"
    DEADLINE = "deadline"
    OVERDUE = "overdue"
    NOT_OVERDUE = "in_time"
    BLOCKED = "blocked"
    OPENED = "opened"
    ISSUED = "issued"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """What changes for one person on one date; `details` says which requirements and dates."""

    on: date
    agency_id: int | None
    kinds: tuple[str, ...]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One person whom the program concerns, before or after, with what changes."""

    person_id: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """How a person stands on a date under one set of versions; None everywhere: not in it."""

    standing: Standing | None = None
    decision: Decision | None = None
    # The requirements that matter to the person now: what renews, to those who hold something.
    matter: frozenset[str] = frozenset()
    obtainable: frozenset[str] = frozenset()
    issued: tuple[str, ...] = ()

    @property
    def findings(self) -> dict[str, Finding]:
        """Return the findings that matter and decide, by requirement."""
        found = self.decision.findings if self.decision else ()
        return {each.requirement: each for each in found if each.requirement in self.matter}

    @property
    def tops(self) -> dict[str, str]:
        """Return for every requirement, members of groups included, the one that decides for it."""
        found = self.decision.findings if self.decision else ()
        paths = [(each.requirement, each.requirement.partition("/")[0]) for each in found]
        return {path.rpartition("/")[2]: top for path, top in paths if top in self.matter}

    def is_provisional(self) -> bool:
        """Tell whether the person may work in a pair."""
        return self.standing is not None and self.standing.status == PROVISIONAL

    def overdue(self) -> int:
        """Return how many requirements are overdue."""
        return self.standing.overdue if self.standing else 0


def foresee(
    *,
    person_ids: Collection[int],
    rules: Rules,
    effective_on: date,
    today: date,
    days: Sequence[date],
    agencies: Mapping[str, int],
) -> list[Foreseen]:
    """Return for each of these people in the program what a text would change on some dates.

    As if nobody learned anything more. Six statements for any number of people. `agencies` are
    ids by path. Certificates in force stay in force in any case.
    """
    before = _cases(person_ids, rules.key)
    old = {pk: _sides(case, today, days) for pk, case in before.items()}
    with supposing(rules, effective_on=effective_on):
        after = _cases(person_ids, rules.key)
        new = {pk: _sides(case, today, days) for pk, case in after.items()}
    nowhere = [_Side()] * len(days)
    found = []
    for pk in sorted(before.keys() | after.keys()):
        dossier = (after.get(pk) or before[pk]).dossier
        pairs = zip(days, old.get(pk, nowhere), new.get(pk, nowhere), strict=True)
        changes = (_change(day, dossier, agencies, was, will) for day, was, will in pairs)
        found.append(Foreseen(pk, tuple(each for each in changes if each is not None)))
    return found


def _cases(person_ids: Collection[int], key: str) -> dict[int, Case]:
    """Return the cases of a program by person."""
    cases = read_cases(person_ids=person_ids, program_key=key)
    return {each.dossier.file.person.id: each for each in cases}


def _sides(case: Case, today: date, days: Sequence[date]) -> list[_Side]:
    """Return how a person stands on each date, once what is earned today has been issued."""
    case, promised = _with_promised(case, today)
    standings = standing_of(case)
    return [_side(case, standings, promised if day >= today else (), day, today) for day in days]


def _with_promised(case: Case, today: date) -> tuple[Case, tuple[Earned, ...]]:
    """Return the case with every credential that rules would issue today, and those.

    One credential may be what another one waits for.
    """
    promised: list[Earned] = []
    for _ in range(_MOST_ROUNDS):
        earned = earned_by(case, today)
        if not earned:
            break
        promised.extend(earned)
        held = tuple(_as_issued(each) for each in earned)
        facts = {zone: (*known, *credential_facts(held)) for zone, known in case.facts.items()}
        case = replace(case, held=(*case.held, *held), facts=facts)
    return case, tuple(promised)


def _as_issued(each: Earned) -> Held:
    """Return a credential as it would be issued, without a number."""
    term = term_of(each.rule, each.turn, each.on)
    return Held(
        id=0,
        code="",
        person_id=each.dossier.file.person.id,
        program_key=each.version.program_key,
        credential_key=each.rule.key,
        period=each.turn.period,
        title=each.rule.title,
        holder_name="",
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        events=(Event("issued", term.valid_from, clock.now()),),
        renew_from=term.renew_from,
        grace_until=term.grace_until,
        decided_on=each.on,
    )


def _side(
    case: Case,
    standings: Sequence[Standing],
    promised: Sequence[Earned],
    day: date,
    today: date,
) -> _Side:
    rules = case.version(day).rules
    facts = case.facts_on(rules, day)
    issued = {each.rule.key for each in promised}
    if day > today:
        issued |= {each.rule.key for each in earned_by(case, day)}
    current = (each for each in standings if contains(each.from_on, each.until_on, day))
    return _Side(
        standing=next(current, None),
        decision=decide(rules.requirements, facts, day),
        matter=frozenset(
            each.id for each in rules.requirements if case.held or concerns(each, None)
        ),
        obtainable=_obtainable(case, rules, day),
        issued=tuple(sorted(issued)),
    )


def _obtainable(case: Case, rules: Rules, day: date) -> frozenset[str]:
    """Return the credentials whose first or next period the rules would grant on a date."""
    facts = case.facts_on(rules, day) if rules.credentials else None
    found = set()
    for rule in rules.credentials:
        held = [each for each in case.held if each.credential_key == rule.key]
        turn = following(rule, held, day) if held else Turn(1, None)
        if facts is not None:
            decision = decide_turn(rule, rules.requirements, facts, day, turn)
            if decision.outcome is Outcome.MET:
                found.add(rule.key)
    return frozenset(found)


def _change(
    day: date, dossier: Dossier, agencies: Mapping[str, int], old: _Side, new: _Side
) -> Change | None:
    """Return what differs between two sides, or None when nothing does."""
    details = _details(old, new)
    if not details:
        return None
    details["after"] = _summary(new)
    kinds = tuple(kind.value for kind in Kind if kind.value in details)
    return Change(day, _agency_on(dossier, agencies, day), kinds, details)


def _details(old: _Side, new: _Side) -> dict[str, Any]:
    """Return what differs by kind, and nothing where nothing does."""
    told: dict[Kind, Any] = {
        Kind.JOINS: old.decision is None and new.decision is not None,
        Kind.LEAVES: old.decision is not None and new.decision is None,
        **_findings_differ(old, new),
        # Who is certified works in a pair no more, because there is no need to.
        Kind.PROVISIONAL_LOST: old.is_provisional() and not new.is_provisional() and not new.issued,
        Kind.PROVISIONAL_GAINED: new.is_provisional() and not old.is_provisional(),
        Kind.OVERDUE: new.overdue() if new.overdue() and not old.overdue() else 0,
        Kind.NOT_OVERDUE: bool(old.overdue() and not new.overdue()),
        Kind.BLOCKED: sorted((old.obtainable | set(old.issued)) - new.obtainable - set(new.issued)),
        Kind.OPENED: sorted(new.obtainable - old.obtainable - set(old.issued)),
        Kind.ISSUED: sorted(set(new.issued) - set(old.issued)),
    }
    if not any(told.values()):
        told[Kind.OTHER] = _summary(old) != _summary(new)
    return {kind.value: value for kind, value in told.items() if value}


def _findings_differ(old: _Side, new: _Side) -> dict[Kind, Any]:
    """Return what differs in the requirements that decide, each by its id.

    What moves into a group, or out of one, is followed there: a choice in place of two demands
    is nothing newly unmet for somebody who had met neither.
    """
    was, will = old.findings, new.findings
    was_top, will_top = old.tops, new.tops
    inside: dict[str, set[str]] = {}
    for key, top in will_top.items():
        inside.setdefault(top, set()).add(key)

    def unmet_before(key: str) -> bool:
        """Tell whether a requirement, or the one that decided for it, was unmet."""
        return key in was_top and not was[was_top[key]].met

    open_twice = [
        (key, was[key], each)
        for key, each in will.items()
        if key in was and not each.met and not was[key].met
    ]
    return {
        Kind.UNMET: [
            key
            for key, each in will.items()
            if not each.met and not any(unmet_before(one) for one in inside[key])
        ],
        Kind.MET: [
            key
            for key, each in was.items()
            if not each.met and (key not in will_top or will[will_top[key]].met)
        ],
        Kind.AMOUNT: [
            [key, str(before.need), str(after.need)]
            for key, before, after in open_twice
            if before.need != after.need
        ],
        Kind.DEADLINE: [
            [key, _iso(before.due), _iso(after.due)]
            for key, before, after in open_twice
            if before.due != after.due
        ],
    }


def _summary(side: _Side) -> dict[str, Any]:
    each = side.standing
    if each is None:
        return {}
    return {
        "status": each.status,
        "unmet": each.unmet,
        "overdue": each.overdue,
        "next_due_on": _iso(each.next_due_on),
    }


def _agency_on(dossier: Dossier, agencies: Mapping[str, int], day: date) -> int | None:
    """Return the agency that employs somebody on a date, of several the one since longest."""
    for spell in dossier.spells:
        if contains(spell.starts_on, spell.ends_on, day):
            for path, pk in agencies.items():
                if spell.organisation_path.startswith(path):
                    return pk
    return None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
