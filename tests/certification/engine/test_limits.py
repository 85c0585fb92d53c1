"""Caps, windows, what comes first, what experience spares, and keys that are beginnings of keys."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.decide import decide
from certification.engine.decision import Outcome
from certification.engine.facts import RoleSpell
from certification.engine.requirements import Cap, ProvisionalRule, Reduction, Since
from certification.engine.timeline import timeline
from tests.certification.engine.drawing import FIRST, days, people
from tests.certification.engine.making import HIRED, fact, group, need, person

ON = date(2026, 3, 3)
ONLINE = Cap(hours_types=("self_paced",), percent=Decimal(50))


@dataclass(frozen=True)
class Plan:
    """A program as far as a timeline looks at it."""

    requirements: tuple
    provisional: ProvisionalRule | None = None


def finding(requirement, *facts, on=ON, **who):
    (only,) = decide((requirement,), person(*facts, **who), on).findings
    return only


# what it shows, requirement, facts, have
AMOUNTS = [
    (
        "at most half of 40 hours online (NMCBBHP renewals): 30 online hours are worth 20",
        need(hours=40, caps=(ONLINE,)),
        [fact("a", hours=30), fact("b", hours=10, hours_type="live")],
        "30",
    ),
    (
        "the cap is a share of what is needed, not of what is there",
        need(hours=40, caps=(ONLINE,)),
        [fact("a", hours=15), fact("b", hours=25, hours_type="live")],
        "40",
    ),
    (
        "NM-40-05-P: one of two conversations passed twice counts once",
        need(
            hours="1.5",
            counts=("rubric:youth", "rubric:care"),
            caps=(
                Cap(keys=("rubric:youth",), most=Decimal("0.75")),
                Cap(keys=("rubric:care",), most=Decimal("0.75")),
            ),
        ),
        [fact("a", "rubric:youth", hours="0.75"), fact("b", "rubric:youth", hours="0.75")],
        "0.75",
    ),
    (
        "evidence falls under the first cap that names it",
        need(hours=4, counts=("x",), caps=(Cap(keys=("x",), most=Decimal(3)), replace(ONLINE))),
        [fact("a", "x", hours=4), fact("b", hours=1)],
        "4",
    ),
    (
        "hours earned in another way are none",
        need(hours=4, hours_types=("live",)),
        [fact("a", hours=4), fact("b", hours=3, hours_type="live")],
        "3",
    ),
    (
        "without repeats each key counts once, with its greatest amount",
        need(hours=4, counts=("x", "y"), repeats=False),
        [fact("a", "x", hours=1), fact("b", "x", hours=2), fact("c", "y", hours=1)],
        "3",
    ),
    (
        "a key that ends in * is the beginning of keys, and each fact counts once",
        need(hours=9, counts=("training:*", "training:law")),
        [
            fact("a", "training:law", hours=2),
            fact("b", "training:ethics", hours=1),
            fact("c", "course:x", hours=5),
        ],
        "3",
    ),
    (
        "attendance has no score, and counts where the rule says that it needs none",
        need(hours=4, mark=80, counts=("m", "s"), unscored=("s",)),
        [fact("a", "m", hours=1, score=85), fact("b", "s", hours="1.5"), fact("c", "m", hours=1)],
        "2.5",
    ),
]


@pytest.mark.parametrize(
    ("requirement", "facts", "have"), [each[1:] for each in AMOUNTS], ids=[e[0] for e in AMOUNTS]
)
def test_what_there_is(requirement, facts, have):
    found = finding(requirement, *facts)
    assert found.have == Decimal(have)
    assert found.met == (found.have >= found.need)


def test_a_window_begins_months_before_its_anchor_and_its_first_day_counts():
    requirement = need(hours=1, since=Since("hire", 36))
    first = date(2023, 1, 5)
    for day, met in ((first, True), (first - timedelta(days=1), False)):
        assert finding(requirement, fact("a", on=day, hours=1)).met is met
    old = fact("a", on=date(1999, 1, 1), hours=1)
    assert finding(requirement, old, anchors={}).met, "without the day of hire nothing is too old"


def test_experience_makes_forty_hours_twenty():
    """Wisconsin DHS 34.21: 20 hours for six months of experience or more."""
    less = Reduction(keys=("experience:crisis",), at_least=Decimal(1000), to=Decimal(20))
    requirement = need(hours=40, reductions=(less,))
    hours = fact("a", hours=20)
    worked = [
        fact(f"w{month}", "experience:crisis", date(2026, month, 1), hours=500) for month in (1, 2)
    ]
    steps = [finding(requirement, hours, *worked[:count]) for count in (0, 1, 2)]
    assert [(each.need, each.met) for each in steps] == [(40, False), (40, False), (20, True)]
    unverified = replace(worked[1], verified=False)
    assert finding(requirement, hours, worked[0], unverified).need == 40


def test_what_comes_first_holds_up_what_comes_after():
    tree = (need("FIRST", hours=1), need("THEN", hours=2, after=("FIRST",)))
    then = fact("t", "THEN", date(2026, 1, 10), hours=2)
    _, held = decide(tree, person(then), ON).findings
    assert (held.met, held.have, held.because, held.blocked_by) == (False, 0, (), ("FIRST",))
    _, freed = decide(tree, person(then, fact("f", "FIRST", hours=1)), ON).findings
    assert (freed.met, freed.have, freed.because, freed.blocked_by) == (True, 2, ("t",), ())
    # Asked for a gate that only the second one has, the first one still comes first.
    gated = (tree[0], replace(tree[1], gates=("other",)))
    assert decide(gated, person(then), ON, gates=frozenset({"other"})).outcome is Outcome.UNMET


def test_what_is_not_demanded_of_somebody_holds_nobody_up():
    tree = (need("FIRST", roles=("peer",)), need("THEN", after=("FIRST",)))
    assert decide(tree, person(fact("t", "THEN")), ON).outcome is Outcome.MET


def test_what_waits_for_itself_waits_for_ever():
    tree = (need("A", after=("B",)), need("B", after=("A",)), need("C", after=("nowhere",)))
    everything = person(fact("a", "A"), fact("b", "B"), fact("c", "C"))
    assert not any(each.met for each in decide(tree, everything, ON).findings)
    (span,) = timeline(Plan(tree), everything, ON, None)
    assert span.unmet == 3


def test_unverified_experience_of_what_comes_first_only_asks_for_a_human():
    tree = (need("FIRST"), need("THEN", after=("FIRST",)))
    waiting = person(fact("f", "FIRST", verified=False), fact("t", "THEN"))
    assert decide(tree, waiting, ON).outcome is Outcome.NEEDS_REVIEW


@st.composite
def limited_trees(draw):
    """Return nodes with every kind of limit, one of them in a group that comes first."""
    months = draw(st.sampled_from([None, 1]))
    cap = draw(st.sampled_from([(), (ONLINE,), (Cap(keys=("x",), most=Decimal(1)),)]))
    less = draw(st.sampled_from([(), (Reduction(("y",), Decimal(2), Decimal("0.5")),)]))
    since = draw(st.sampled_from([None, Since("hire"), Since("hire", 1)]))
    a = need("A", hours=2, counts=("x",), caps=cap, months=months, reductions=less)
    b = need("B", hours=1, counts=("x", "y"), repeats=draw(st.booleans()), since=since)
    roles = draw(st.sampled_from([("all",), ("peer",)]))
    c = need("C", after=draw(st.sampled_from([("A",), ("G",), ("B", "A")])), roles=roles)
    d = need("D", counts=("x*",), after=("C",))
    return (a, group("G", draw(st.sampled_from([None, 1])), b, need("E", counts=("y",))), c, d)


@settings(deadline=None)
@given(limited_trees(), people())
def test_on_every_day_the_timeline_says_what_the_decision_says(tree, someone):
    spans = timeline(Plan(tree), someone, FIRST, None)
    for span in spans:
        last = span.until_on - timedelta(days=1) if span.until_on else span.from_on
        for day in {span.from_on, last}:
            decision = decide(tree, someone, day)
            top = [each for each in decision.findings if "/" not in each.requirement]
            assert span.outcome is decision.outcome, day
            assert span.unmet == sum(not each.met for each in top), day


@settings(deadline=None)
@given(limited_trees(), people(), days, st.integers(0, 3))
def test_more_verified_evidence_never_takes_what_is_met_away(tree, someone, on, which):
    extra = fact("new", ("A", "B", "x", "y")[which], on, hours=1, score=90)
    before = decide(tree, someone, on)
    after = decide(tree, replace(someone, facts=(*someone.facts, extra)), on)
    for old, new in zip(before.findings, after.findings, strict=True):
        assert new.met >= old.met


def test_provisional_limits_are_spans_of_their_own():
    rule = ProvisionalRule(requirements=("R-1",), supervised=True)
    spells = (
        RoleSpell("responder", HIRED, date(2026, 4, 1), True),
        RoleSpell("responder", date(2026, 4, 1), None, False),
    )
    plan = Plan((need("R-1"), need("R-2")), rule)
    spans = timeline(plan, person(fact("a", on=HIRED), spells=spells), HIRED, None)
    assert [(each.from_on, each.provisional) for each in spans] == [
        (HIRED, True),
        (date(2026, 4, 1), False),
    ]
