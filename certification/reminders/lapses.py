"""Find what is met now and stops counting on a day to come, because its evidence grows old."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from certification.credentials.cases import Case
from certification.credentials.fold import Status
from certification.engine.decision import Finding
from certification.engine.facts import PersonFacts
from certification.engine.history import History, histories
from certification.engine.requirements import Node
from certification.programs.document import Program
from certification.reminders.matters import (
    LATE,
    PRIVATE,
    Matter,
    Occasion,
    about,
    asked,
    followed,
    leaves,
)
from certification.reminders.schedule import Deadline

LEFT_TO_RENEWAL = timedelta(days=30)
"""What stops counting so shortly before its certificate ends is renewed with it. Our own rule."""


def lapses(
    case: Case, rules: Program, facts: PersonFacts, findings: Mapping[str, Finding], on: date
) -> Iterator[Matter]:
    """Yield what is met now and will not be on a day to come, because what answers it grows old.

    And what stopped counting lately, unless it has a deadline that is still open.
    """
    known = histories(rules.requirements, facts)
    for node in asked(case, rules, on):
        lapse = lapse_of(known[node.id], on)
        if lapse is None:
            continue
        since, over = lapse
        last, finding = over - timedelta(days=1), findings.get(node.id)
        due = finding.due if finding is not None and not finding.met else None
        if due is not None and due >= over:
            continue
        if not _left_to_renewal(case, rules, node, last, on):
            yield about(
                case,
                rules,
                node,
                Deadline(last, since),
                Occasion.LAPSES,
                _old(case, rules, node, over),
            )


def lapse_of(history: History, on: date) -> tuple[date, date] | None:
    """Return since when something is met without a break and the first day on which it is not.

    Of something that is not met on the date: how it was until then. None where nothing that is
    demanded throughout stops being met, or stopped longer ago than anybody is told of.
    """
    at = max(which for which, (since, _) in enumerate(history) if since <= on)
    states = [state for _, state in history]
    while at > 0 and states[at] is not None and not states[at].met:  # type: ignore[union-attr]  # asked before
        at -= 1
    state = states[at]
    if state is None or not state.met:
        return None
    first = at
    while first > 0 and (before := states[first - 1]) is not None and before.met:
        first -= 1
    for since, later in history[at + 1 :]:
        if later is None:
            return None
        if not later.met:
            return (history[first][0], since) if since + LATE > on else None
    return None


def _old(case: Case, rules: Program, node: Node, over: date) -> tuple[str, ...]:
    """Return the ids of the facts about a requirement that themselves end on a day."""
    keys = {key for leaf in leaves(node) for key in leaf.keys}
    facts = case.facts[rules.zone]
    return tuple(each.id for each in facts if each.valid_until == over and each.key in keys)


def _left_to_renewal(case: Case, rules: Program, node: Node, last: date, on: date) -> bool:
    """Tell whether the reminders of a certificate that ends about then say it better.

    Its renewal asks for the requirement anew. What others grant is renewed elsewhere: always told.
    """
    if any(leaf.kind in PRIVATE for leaf in leaves(node)):
        return False
    asking = {
        rule.key
        for rule in rules.credentials
        if not rule.renewal_only and not set(rule.gates).isdisjoint(node.gates)
    }
    return any(
        each.valid_until is not None
        and each.credential_key in asking
        and each.worth(on).status is Status.VALID
        and not followed(each, case.held)
        and last >= (each.renew_from or each.valid_until - LEFT_TO_RENEWAL)
        for each in case.held
    )
