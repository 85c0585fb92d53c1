"""A timeline says on every date what a decision says of that date."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.decide import decide, is_provisional
from certification.engine.decision import Outcome, Unit
from certification.engine.facts import RoleSpell
from certification.engine.requirements import PASSIVE_GATES, Group, ProvisionalRule, walk
from certification.engine.timeline import Status, timeline
from tests.certification.engine.drawing import (
    DAYS,
    FIRST,
    asked_gates,
    people,
    provisional_rules,
    trees,
)
from tests.certification.engine.making import HIRED, fact, group, need, person


@dataclass(frozen=True)
class Plan:
    """A program as far as a timeline looks at it."""

    requirements: tuple
    provisional: ProvisionalRule | None = None


def summary(plan, facts, on, gates):
    """Say what a span should say on a date, from the decision of that date alone."""
    decision = decide(plan.requirements, facts, on, gates=gates)
    nodes = dict(walk(plan.requirements))
    top = [each for each in decision.findings if "/" not in each.requirement]
    if gates is None:
        top = [each for each in top if set(nodes[each.requirement].gates) - PASSIVE_GATES]
    unmet = [each for each in top if not each.met]
    dated = [each for each in unmet if each.due is not None]
    overdue = [each for each in dated if each.due < on]
    first = min(dated, key=lambda each: each.due) if dated else (unmet or [None])[0]
    decisive = {each.requirement for each in top}
    hours = [
        each
        for each in decision.findings
        if each.unit is Unit.HOURS
        and each.requirement.split("/")[0] in decisive
        and all(
            nodes[parent].needed is None
            for parent in parents(each.requirement)
            if isinstance(nodes[parent], Group)
        )
    ]
    met = decision.outcome is Outcome.MET
    whole = decide(plan.requirements, facts, on)
    alone = regardless_of_outcome(whole)
    provisional = is_provisional(plan.provisional, alone, facts)
    status = "met" if met else "overdue" if overdue else None
    return (
        status or ("provisional" if provisional else "in_training"),
        provisional,
        len(unmet),
        len(overdue),
        sum((min(each.have, each.need) for each in hours), Decimal(0)),
        sum((each.need for each in hours), Decimal(0)),
        first.due if first else None,
        first.requirement if first else "",
        decision.outcome,
    )


def regardless_of_outcome(decision):
    """Return the decision as unmet, because the outcome asked about is that of other gates."""
    return type(decision)(Outcome.UNMET, decision.as_of, decision.findings, decision.engine)


def parents(path):
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


def told(span):
    return (
        str(span.status),
        span.provisional,
        span.unmet,
        span.overdue,
        span.have_hours,
        span.need_hours,
        span.next_due,
        span.next_requirement,
        span.outcome,
    )


@settings(max_examples=150, deadline=None)
@given(trees(), people(), provisional_rules, asked_gates, st.booleans())
def test_on_every_date_the_timeline_equals_the_decision(tree, facts, rule, gates, endless):
    plan = Plan(tree, rule)
    start, end = FIRST - timedelta(20), FIRST + timedelta(DAYS + 100)
    spans = timeline(plan, facts, start, None if endless else end, gates=gates)
    day, at = start, 0
    while day < end:
        while spans[at].until_on is not None and spans[at].until_on <= day:
            at += 1
        assert told(spans[at]) == summary(plan, facts, day, gates), day
        day += timedelta(1)


@settings(max_examples=150, deadline=None)
@given(trees(), people(), provisional_rules)
def test_spans_touch_never_overlap_and_always_differ(tree, facts, rule):
    end = FIRST + timedelta(DAYS)
    spans = timeline(Plan(tree, rule), facts, FIRST, end)
    assert (spans[0].from_on, spans[-1].until_on) == (FIRST, end)
    for one, two in pairwise(spans):
        assert one.until_on == two.from_on
        assert told(one) != told(two)


def test_a_career_in_six_spans():
    plan = Plan(
        (
            need("R-1", hours=2, due=("hire", 14), roles=("responder",)),
            need("R-2", "observed_skill", mark=80, months=12, due=("hire", 90)),
        ),
        ProvisionalRule(requirements=("R-1",)),
    )
    spells = (RoleSpell("responder", HIRED, date(2027, 6, 1)),)
    facts = person(
        fact("a", "R-1", date(2026, 1, 26), hours=2),
        fact("b", "R-2", date(2026, 2, 28), score=90),
        spells=spells,
    )
    spans = timeline(plan, facts, HIRED, None)
    found = [(each.from_on, str(each.status), each.provisional, each.unmet) for each in spans]
    assert found == [
        (date(2026, 1, 5), "in_training", False, 2),
        (date(2026, 1, 20), "overdue", False, 2),
        (date(2026, 1, 26), "provisional", True, 1),
        (date(2026, 2, 28), "met", True, 0),
        (date(2027, 2, 28), "overdue", True, 1),
        (date(2027, 6, 1), "overdue", False, 1),
    ]
    assert [each.next_due for each in spans[:4]] == [
        date(2026, 1, 19),
        date(2026, 1, 19),
        date(2026, 4, 5),
        None,
    ]
    assert [(each.have_hours, each.need_hours) for each in spans[1:3]] == [(0, 2), (2, 2)]
    assert spans[-1].until_on is None


def test_a_deadline_is_missed_on_the_day_after_it():
    plan = Plan((need(due=("hire", 14)),))
    spans = timeline(plan, person(), HIRED, None)
    assert [(each.from_on, each.status) for each in spans] == [
        (HIRED, Status.IN_TRAINING),
        (HIRED + timedelta(15), Status.OVERDUE),
    ]


def test_a_change_on_the_very_day_of_a_deadline_does_not_make_it_late():
    plan = Plan((need("R-1", due=("hire", 14)), need("R-2")))
    facts = person(fact("a", "R-2", HIRED + timedelta(14)))
    spans = timeline(plan, facts, HIRED, None)
    assert [(each.from_on, each.unmet, each.overdue) for each in spans] == [
        (HIRED, 2, 0),
        (HIRED + timedelta(14), 1, 0),
        (HIRED + timedelta(15), 1, 1),
    ]


def test_a_member_of_a_group_for_others_makes_nobody_provisional():
    tree = (group("G", 1, need("A"), roles=("peer",)), need("R-1"))
    plan = Plan(tree, ProvisionalRule(requirements=("A",)))
    found = [
        timeline(plan, person(fact("a", "A", HIRED), roles=(role,)), HIRED, None)[0].provisional
        for role in ("peer", "responder")
    ]
    assert found == [True, False]


@pytest.mark.parametrize("length", [0, -5])
def test_an_empty_period_has_no_spans(length):
    assert timeline(Plan((need(),)), person(), HIRED, HIRED + timedelta(length)) == ()


def test_what_happened_before_the_start_is_in_the_first_span():
    facts = person(fact(on=date(2020, 1, 1)))
    (span,) = timeline(Plan((need(),)), facts, HIRED, None)
    assert (span.status, span.from_on, span.until_on) == (Status.MET, HIRED, None)


def test_hours_of_a_choice_are_not_hours_needed():
    tree = (group("G", 1, need("A", hours=2), need("B", hours=3)), need("C", hours=4))
    (span,) = timeline(Plan(tree), person(), HIRED, None)
    assert span.need_hours == 4


def test_surplus_hours_of_one_clause_do_not_fill_another():
    tree = (need("A", hours=2), need("B", hours=3))
    (span,) = timeline(Plan(tree), person(fact("a", "A", date(2026, 1, 1), hours=9)), HIRED, None)
    assert (span.have_hours, span.need_hours) == (2, 5)
