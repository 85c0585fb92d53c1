"""Lay out over time how a person stands: the rules, with the credentials over them; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from certification.credentials.fold import Status as CredentialStatus
from certification.credentials.records import Held
from certification.engine.dates import add_days
from certification.engine.facts import PersonFacts
from certification.engine.requirements import Group, Kind, Requirement, walk
from certification.engine.timeline import Span, timeline
from certification.programs.document import Program as Rules

CERTIFIED: Final = "certified"
# While certified: it may be renewed. While expired: it has lapsed, and may still be renewed.
RENEWAL: Final = "renewal"
GRACE: Final = "grace"
IN_TRAINING: Final = "in_training"
PROVISIONAL: Final = "provisional"
# What the last credential makes of somebody who holds none that is valid.
_LOST: Final = {
    CredentialStatus.EXPIRED: "expired",
    CredentialStatus.SUSPENDED: "suspended",
    CredentialStatus.REVOKED: "revoked",
    CredentialStatus.RETIRED: "retired",
}
# Who has to act for a requirement of this kind.
ACTORS: Final[Mapping[Kind, str]] = {
    Kind.SELF_PACED: "worker",
    Kind.QUIZ: "worker",
    Kind.LIVE_SESSION: "trainer",
    Kind.OBSERVED_SKILL: "coach",
    Kind.CREDENTIAL: "agency",
    Kind.BACKGROUND: "agency",
    Kind.COLLABORATIVE: "agency",
    Kind.EXPERIENCE: "supervisor",
}


# Found once for each digest; a digest never changes its meaning.
_actors: dict[tuple[str, str], str] = {}


class Stage(Protocol):
    """A version of the rules and the first date it is in force."""

    @property
    def effective_on(self) -> date: ...

    @property
    def first(self) -> bool: ...

    @property
    def rules(self) -> Rules: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands from `from_on` until before `until_on` (None: no end known).

    `valid_until` is when the certificate in force, or provisional work, is over (exclusive).
    """

    from_on: date
    until_on: date | None
    status: str
    overdue: int
    unmet: int
    have_hours: Decimal
    need_hours: Decimal
    next_due_on: date | None
    next_requirement: str
    who_next: str
    valid_until: date | None
    phase: str = ""


def standings(
    stages: Sequence[Stage],
    held: Sequence[Held],
    facts_on: Callable[[Rules, date], PersonFacts],
    edges: Iterable[date],
    *,
    since: date | None = None,
) -> list[Standing]:
    """Return the standing over all time, from the first date that matters, or `since` a later one.

    `facts_on` gives the facts with the anchors of a date; `edges` are the dates on which those
    anchors may change. Neighbouring standings differ.
    """
    starts = sorted({*edges, *(each.valid_from for each in held)})
    if not starts:
        return []
    changes = sorted({*starts, *(each.effective_on for each in stages if not each.first)})
    changes = [day for day in changes if day >= starts[0]]
    if since is not None and since > starts[0]:
        changes = [since, *(day for day in changes if day > since)]
    spans: list[tuple[Span, Rules, PersonFacts]] = []
    for rules, facts, day, end in _stretches(stages, facts_on, changes):
        spans.extend((span, rules, facts) for span in timeline(rules, facts, day, end))
    return _joined(_overlaid(spans, held))


def _stretches(
    stages: Sequence[Stage], facts_on: Callable[[Rules, date], PersonFacts], changes: Sequence[date]
) -> list[tuple[Rules, PersonFacts, date, date | None]]:
    """Return the stretches with the same rules and anchors: rules, facts, first day, end."""
    stretches: list[tuple[Rules, PersonFacts, date, date | None]] = []
    for place, day in enumerate(changes):
        end = changes[place + 1] if place + 1 < len(changes) else None
        rules = _in_force(stages, day).rules
        facts = facts_on(rules, day)
        if stretches:
            last_rules, last_facts, since, _ = stretches[-1]
            if last_rules is rules and last_facts.anchors == facts.anchors:
                stretches[-1] = (rules, last_facts, since, end)
                continue
        stretches.append((rules, facts, day, end))
    return stretches


def who_acts(rules: Rules, requirement: str) -> str:
    """Return who has to act for a requirement, named by its id; empty when it is unknown."""
    key = (rules.digest, requirement)
    if key not in _actors:
        node = next((node for _, node in walk(rules.requirements) if node.id == requirement), None)
        while isinstance(node, Group):
            node = node.members[0]
        _actors[key] = ACTORS[node.kind] if isinstance(node, Requirement) else ""
    return _actors[key]


def _in_force(stages: Sequence[Stage], on: date) -> Stage:
    return next((each for each in reversed(stages) if each.effective_on <= on), stages[0])


def _overlaid(
    spans: Sequence[tuple[Span, Rules, PersonFacts]], held: Sequence[Held]
) -> list[Standing]:
    """Cut the spans where a credential changes and say what the two mean together."""
    turns = sorted({day for each in held for day in each.turning_days()})
    cut: list[Standing] = []
    for span, rules, facts in spans:
        inside = [
            day
            for day in turns
            if span.from_on < day and (span.until_on is None or day < span.until_on)
        ]
        days = [span.from_on, *inside]
        for day, until in zip(days, [*inside, span.until_on], strict=True):
            cut.append(_standing(span, rules, facts, held, day, until))
    return cut


def _standing(
    span: Span,
    rules: Rules,
    facts: PersonFacts,
    held: Sequence[Held],
    day: date,
    until: date | None,
) -> Standing:
    status, valid_until = credential_status(held, day)
    if status is None and span.provisional:
        status, valid_until = PROVISIONAL, provisional_until(rules, facts)
    return Standing(
        from_on=day,
        until_on=until,
        status=status or IN_TRAINING,
        overdue=span.overdue,
        unmet=span.unmet,
        have_hours=span.have_hours,
        need_hours=span.need_hours,
        next_due_on=span.next_due,
        next_requirement=span.next_requirement,
        who_next=who_acts(rules, span.next_requirement) if span.next_requirement else "",
        valid_until=valid_until,
        phase=phase_on(held, day),
    )


def provisional_until(rules: Rules, facts: PersonFacts) -> date | None:
    """Return the first day on which provisional work is over, None where it has no end."""
    due = rules.provisional.until if rules.provisional else None
    last = due.on(facts.anchors) if due else None
    return add_days(last, 1) if last else None


def credential_status(held: Sequence[Held], on: date) -> tuple[str | None, date | None]:
    """Return what the credentials make of their holder on a date, and the end of the valid one.

    One valid credential certifies, whatever became of the others; otherwise the last one that
    had begun speaks.
    """
    told = [(each, each.worth(on).status) for each in held]
    valid = [each for each, status in told if status is CredentialStatus.VALID]
    if valid:
        ends = [each.valid_until for each in valid if each.valid_until is not None]
        return CERTIFIED, max(ends) if len(ends) == len(valid) else None
    lost = [(each, _LOST[status]) for each, status in told if status in _LOST]
    if not lost:
        return None, None
    return max(lost, key=lambda pair: pair[0].age)[1], None


def phase_on(held: Sequence[Held], on: date) -> str:
    """Return whether the newest credential may be renewed now, before its end or after it."""
    begun = [each for each in held if each.begins <= on]
    if not begun or any(each.valid_from > on for each in held):
        return ""
    last = max(begun, key=lambda each: each.age)
    status = last.worth(on).status
    if status is CredentialStatus.VALID and last.renew_from and last.renew_from <= on:
        return RENEWAL
    if status is CredentialStatus.EXPIRED and last.grace_until and on < last.grace_until:
        return GRACE
    return ""


def _joined(standings: Sequence[Standing]) -> list[Standing]:
    """Join neighbours that say the same."""
    joined: list[Standing] = []
    for each in standings:
        if joined and _says(joined[-1]) == _says(each):
            joined[-1] = replace(joined[-1], until_on=each.until_on)
        else:
            joined.append(each)
    return joined


def _says(each: Standing) -> tuple[object, ...]:
    return (
        each.status,
        each.overdue,
        each.unmet,
        each.have_hours,
        each.need_hours,
        each.next_due_on,
        each.next_requirement,
        each.valid_until,
        each.phase,
    )
