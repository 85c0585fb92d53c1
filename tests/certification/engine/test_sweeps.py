"""More is never worse, order is nothing, a fact told twice is told once, and no value breaks it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.decide import decide, decide_credential
from certification.engine.decision import Outcome
from certification.engine.facts import RoleSpell
from certification.engine.requirements import (
    Cap,
    CredentialKind,
    CredentialRule,
    Group,
    Reduction,
    walk,
)
from certification.engine.timeline import timeline
from tests.certification.engine import drawing
from tests.certification.engine.making import HIRED, fact, group, need, person
from tests.certification.engine.test_oracle import HOURS_TYPES, KEYS, people, trees

CALM = settings(deadline=None, max_examples=200)
RANKS = [Outcome.UNMET, Outcome.NEEDS_REVIEW, Outcome.MET]

# Numbers that no ledger should hold and an engine must survive.
nasty_numbers = st.sampled_from(
    [
        Decimal(each)
        for each in ("NaN", "sNaN", "Infinity", "-Infinity", "-1", "0", "1E-30", "1E+30")
    ]
    + [Decimal("100.01"), Decimal(100_000), Decimal(2)]
)
far_days = st.sampled_from(
    [date.min, date(1, 1, 2), date(1970, 1, 1), date(9999, 12, 30), date.max]
)
any_days = far_days | drawing.days


def timeline_of(tree, who, first, last):
    class Program:
        requirements, provisional = tree, None

    return timeline(Program, who, first, last)


@st.composite
def extras(draw, name="new"):
    """Return one more fact, passed and verified, of any key and any kind of hours."""
    return replace(
        draw(drawing.facts(name)),
        key=draw(st.sampled_from(KEYS)),
        hours_type=draw(st.sampled_from(HOURS_TYPES)),
        hours=draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1), Decimal(3)])),
        passed=True,
        verified=True,
    )


# --- more is never worse ---------------------------------------------------------------------
@CALM
@given(trees(), people(), drawing.days, drawing.asked_gates, extras())
def test_more_verified_evidence_never_makes_anything_worse(tree, who, on, gates, extra):
    """Nothing that was met is unmet by it, with every feature of the rules.

    `have` may go down only where the need went down with it: a cap that is a share of the need
    shrinks as experience makes the need smaller.
    """
    before = decide(tree, who, on, gates=gates)
    after = decide(tree, replace(who, facts=(*who.facts, extra)), on, gates=gates)
    for old, new in zip(before.findings, after.findings, strict=True):
        assert new.requirement == old.requirement
        assert new.met >= old.met
        assert new.need <= old.need
        assert new.have >= old.have or new.need < old.need
    assert RANKS.index(after.outcome) >= RANKS.index(before.outcome)


@CALM
@given(trees(), people(), drawing.days, drawing.asked_gates, st.integers(0, 6))
def test_verifying_a_fact_never_makes_anything_worse(tree, who, on, gates, which):
    if which >= len(who.facts):
        return
    facts = list(who.facts)
    facts[which] = replace(facts[which], verified=True)
    before = decide(tree, who, on, gates=gates)
    after = decide(tree, replace(who, facts=tuple(facts)), on, gates=gates)
    assert all(new.met >= old.met for old, new in zip(before.findings, after.findings, strict=True))
    assert RANKS.index(after.outcome) >= RANKS.index(before.outcome)


def test_where_more_is_worse_by_design_a_new_role_asks_more():
    tree = (need("A"), need("B", roles=("peer",)))
    alone = person(fact("f", "A"), roles=("responder",))
    both = replace(alone, roles=(*alone.roles, RoleSpell("peer", HIRED, None)))
    day = date(2026, 3, 1)
    assert decide(tree, alone, day).outcome is Outcome.MET
    assert decide(tree, both, day).outcome is Outcome.UNMET


def test_where_later_is_worse_by_design_evidence_runs_out():
    tree = (need("A", months=1),)
    who = person(fact("f", "A", date(2026, 2, 1)))
    assert decide(tree, who, date(2026, 2, 28)).outcome is Outcome.MET
    assert decide(tree, who, date(2026, 3, 1)).outcome is Outcome.UNMET


def test_where_have_falls_by_design_a_share_of_a_smaller_need():
    half = Cap(keys=("online",), percent=Decimal(50))
    less = Reduction(keys=("experience:x",), at_least=Decimal(6), to=Decimal(20), hours=False)
    clause = replace(need("A", hours=40, counts=("online",)), caps=(half,), reductions=(less,))
    online = fact("o", "online", hours=40)
    worked = tuple(fact(f"e{n}", "experience:x") for n in range(6))
    day = date(2026, 3, 1)
    [before] = decide((clause,), person(online), day).findings
    [after] = decide((clause,), person(online, *worked), day).findings
    assert (before.have, before.need, before.met) == (20, 40, False)
    assert (after.have, after.need, after.met) == (10, 20, False)


# --- order, repetition -----------------------------------------------------------------------
@CALM
@given(trees(), people(), drawing.days, st.randoms(use_true_random=False))
def test_the_order_of_what_is_told_does_not_matter(tree, who, on, random):
    facts, spells = list(who.facts), list(who.roles)
    random.shuffle(facts)
    random.shuffle(spells)
    other = replace(who, facts=tuple(facts), roles=tuple(spells))
    assert decide(tree, other, on) == decide(tree, who, on)
    end = drawing.FIRST + timedelta(200)
    assert timeline_of(tree, other, drawing.FIRST, end) == timeline_of(
        tree, who, drawing.FIRST, end
    )


@CALM
@given(trees(), people(), drawing.days, st.randoms(use_true_random=False))
def test_the_order_of_the_clauses_does_not_matter(tree, who, on, random):
    shuffled = list(tree)
    random.shuffle(shuffled)
    one, other = decide(tree, who, on), decide(tuple(shuffled), who, on)
    assert sorted(one.findings, key=repr) == sorted(other.findings, key=repr)
    assert one.outcome is other.outcome


@CALM
@given(trees(), people(), drawing.days)
def test_a_fact_that_is_told_twice_is_told_once(tree, who, on):
    doubled = replace(who, facts=(*who.facts, *who.facts), roles=(*who.roles, *who.roles))
    assert decide(tree, doubled, on) == decide(tree, who, on)
    end = drawing.FIRST + timedelta(200)
    assert timeline_of(tree, doubled, drawing.FIRST, end) == timeline_of(
        tree, who, drawing.FIRST, end
    )


@CALM
@given(trees(), people(), drawing.days)
def test_what_happens_later_decides_nothing_today(tree, who, on):
    past = replace(who, facts=tuple(each for each in who.facts if each.on <= on))
    assert decide(tree, past, on) == decide(tree, who, on)


@CALM
@given(trees(), people(), drawing.days)
def test_evidence_that_no_clause_names_decides_nothing(tree, who, on):
    strange = replace(fact("strange", "nobody-asks-for-this", hours=9), on=on)
    more = replace(who, facts=(*who.facts, strange))
    assert decide(tree, more, on) == decide(tree, who, on)


# --- spans -----------------------------------------------------------------------------------
@CALM
@given(trees(), people(), drawing.asked_gates)
def test_spans_are_the_decisions_of_every_day_and_change_only_where_they_do(tree, who, gates):
    class Program:
        requirements, provisional = tree, None

    first, last = drawing.FIRST - timedelta(5), drawing.FIRST + timedelta(150)
    spans = timeline(Program, who, first, last, gates=gates)
    assert [each.from_on for each in spans[1:]] == [each.until_on for each in spans[:-1]]
    tops = {node.id: node for node in tree}
    for span in spans:
        day = span.from_on
        while day < span.until_on:
            decision = decide(tree, who, day, gates=gates)
            assert decision.outcome is span.outcome, day
            told = [each for each in decision.findings if each.requirement in tops]
            if gates is None:
                told = [
                    each
                    for each in told
                    if not tops[each.requirement].passive
                    and set(tops[each.requirement].gates) - {"optional", "report_only", "renew"}
                ]
            assert sum(not each.met for each in told) == span.unmet, day
            day += timedelta(days=1)
    for one, other in pairwise(spans):
        assert replace(one, from_on=other.from_on, until_on=other.until_on) != other


# --- nothing breaks it -----------------------------------------------------------------------
@st.composite
def nasty_people(draw):
    """Return somebody of whom the strangest things are told."""
    drawn = draw(people())
    facts = tuple(
        replace(
            each,
            on=draw(any_days),
            hours=draw(nasty_numbers),
            score=draw(st.none() | nasty_numbers),
            valid_until=draw(st.none() | any_days),
        )
        for each in drawn.facts
    )
    roles = tuple(
        RoleSpell(each.role, draw(any_days), draw(st.none() | any_days)) for each in drawn.roles
    )
    anchors = {name: draw(any_days) for name in drawn.anchors}
    return replace(drawn, facts=facts, roles=roles, anchors=anchors)


@CALM
@given(trees(), nasty_people(), any_days, drawing.asked_gates)
def test_every_question_has_an_answer_whatever_is_told(tree, who, on, gates):
    decision = decide(tree, who, on, gates=gates)
    assert decision.as_of == on
    for each in decision.findings:
        assert each.have.is_finite() and each.have >= 0
        assert each.met == (each.have >= each.need) or each.blocked_by
    assert decide(tree, who, on, gates=gates) == decision


@CALM
@given(trees(), nasty_people(), any_days, st.none() | any_days)
def test_every_life_has_a_timeline_whatever_is_told(tree, who, first, last):
    spans = timeline_of(tree, who, first, last)
    if last is not None and first >= last:
        assert spans == ()
        return
    assert spans[0].from_on == first and spans[-1].until_on == last
    for span in spans[:6]:
        assert decide(tree, who, span.from_on).outcome is span.outcome


@CALM
@given(
    trees(), nasty_people(), any_days, st.booleans(), st.none() | any_days,
)  # fmt: skip
def test_every_credential_is_earned_or_not_whatever_is_told(tree, who, on, renewal, since):
    rule = CredentialRule(
        key="K",
        title="K",
        kind=CredentialKind.CERTIFICATION,
        gates=("certify",),
        roles=("all",),
        renewal_gates=("renew",),
    )
    assert decide_credential(rule, tree, who, on, renewal=renewal, since=since).as_of == on


# --- an order that is a circle ---------------------------------------------------------------
WAITING = {name: replace(need(name), after=(other,)) for name, other in ("AB", "BA", "CG")}
CIRCLES = [
    ("one waits for itself", (replace(need("A"), after=("A",)),)),
    ("two wait for each other", (WAITING["A"], WAITING["B"])),
    (
        "a member waits for its group",
        (group("G", None, replace(need("A"), after=("G",)), need("B")),),
    ),
    (
        "three in a circle, one of them in a group",
        (WAITING["C"], group("G", None, WAITING["B"], replace(need("A"), after=("C",)))),
    ),
]


@pytest.mark.parametrize(("what", "tree"), CIRCLES, ids=[each[0] for each in CIRCLES])
def test_who_waits_in_a_circle_waits_for_ever_and_says_so_the_same_everywhere(what, tree):
    who = person(*(fact(name, name) for name in "ABC"))
    day = date(2026, 3, 1)
    decision = decide(tree, who, day)
    [span] = timeline_of(tree, who, day, day + timedelta(1))
    assert decision.outcome is Outcome.UNMET
    assert span.outcome is Outcome.UNMET
    heads = [each for each in decision.findings if "/" not in each.requirement]
    assert span.unmet == sum(not each.met for each in heads)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [("GC", "AB"), ("GC", "BA"), ("CG", "AB"), ("CG", "BA")],
)
def test_who_waits_for_a_group_need_not_stand_after_it(inner, outer):
    members = {"A": need("A"), "B": replace(need("B"), after=("A",))}
    nodes = {
        "C": replace(need("C"), after=("G",)),
        "G": group("G", None, *(members[each] for each in inner)),
    }
    tree = tuple(nodes[each] for each in outer)
    who = person(*(fact(name, name) for name in "ABC"))
    day = date(2026, 3, 1)
    assert decide(tree, who, day).outcome is Outcome.MET
    [span] = timeline_of(tree, who, day, day + timedelta(1))
    assert span.outcome is Outcome.MET


def test_a_refresher_that_comes_after_a_course_does_not_ask_for_the_course_again():
    tree = (need("A"), replace(need("B", gates=("renew",)), after=("A",)))
    rule = CredentialRule(
        key="K",
        title="K",
        kind=CredentialKind.CERTIFICATION,
        gates=("certify",),
        roles=("all",),
        renewal_gates=("renew",),
    )
    who = person(fact("course", "A", date(2024, 2, 1)), fact("refresher", "B", date(2026, 2, 1)))
    day, decided = date(2026, 3, 1), date(2024, 3, 1)
    renewed = decide_credential(rule, tree, who, day, renewal=True, since=decided)
    assert renewed.outcome is Outcome.MET


def test_all_that_is_drawn_is_told_apart_by_its_id():
    @settings(max_examples=50, deadline=None)
    @given(trees())
    def unique(tree):
        names = [node.id for _, node in walk(tree)]
        assert len(names) == len(set(names))
        assert any(isinstance(node, Group) for node in tree) or len(tree) == 4

    unique()
