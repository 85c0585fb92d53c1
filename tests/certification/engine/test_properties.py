"""What must hold for every program and every person, and an oracle that reads the rules naively."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.decide import decide
from certification.engine.decision import Outcome
from certification.engine.requirements import Group, walk
from tests.certification.engine.drawing import (
    KEYS,
    asked_gates,
    days,
    facts,
    people,
    trees,
)

# Shared machines pause; how long an example takes proves nothing.
CALM = settings(deadline=None)
PASSIVE = {"optional", "report_only", "renew", "coach_renew", "trainer_renew"}


@CALM
@given(trees(), people(), days, asked_gates)
def test_the_same_question_has_the_same_answer(tree, person, on, gates):
    assert decide(tree, person, on, gates=gates) == decide(tree, person, on, gates=gates)


@CALM
@given(trees(), people(), days, asked_gates, st.randoms(use_true_random=False))
def test_the_order_of_facts_and_spells_does_not_matter(tree, person, on, gates, random):
    shuffled, spells = list(person.facts), list(person.roles)
    random.shuffle(shuffled)
    random.shuffle(spells)
    other = replace(person, facts=tuple(shuffled), roles=tuple(spells))
    assert decide(tree, other, on, gates=gates) == decide(tree, person, on, gates=gates)


@CALM
@given(trees(), people(), days, asked_gates, facts("new"))
def test_one_more_passed_and_verified_fact_never_takes_anything_away(
    tree, person, on, gates, extra
):
    extra = replace(extra, passed=True, verified=True)
    before = decide(tree, person, on, gates=gates)
    more = replace(person, facts=(*person.facts, extra))
    after = decide(tree, more, on, gates=gates)
    for old, new in zip(before.findings, after.findings, strict=True):
        assert new.met >= old.met
        assert new.have >= old.have
    ranks = [Outcome.UNMET, Outcome.NEEDS_REVIEW, Outcome.MET]
    assert ranks.index(after.outcome) >= ranks.index(before.outcome)


@CALM
@given(trees(), people(), days)
def test_every_finding_adds_up(tree, person, on):
    decision = decide(tree, person, on)
    ids = {fact.id: fact for fact in person.facts}
    for finding in decision.findings:
        assert finding.met == (finding.have >= finding.need)
        relied = [ids[each] for each in finding.because]
        assert all(each.verified and each.on <= on for each in relied)
        assert relied == sorted(relied, key=lambda each: (each.on, each.id))
        assert len(set(finding.because)) == len(finding.because)
    paths = {path for path, _ in walk(tree)}
    assert paths.issuperset(each.requirement for each in decision.findings)


@CALM
@given(trees(), people(), st.dates())
def test_any_date_at_all_gets_an_answer(tree, person, on):
    assert decide(tree, person, on).as_of == on


@CALM
@given(trees(), people(), days, asked_gates)
def test_the_engine_agrees_with_a_naive_reading_of_the_rules(tree, person, on, gates):
    decision = decide(tree, person, on, gates=gates)
    assert decision.outcome is naive_outcome(tree, person, on, gates)
    for finding in decision.findings:
        if finding.requirement in KEYS:
            node = next(each for each in tree if each.id == finding.requirement)
            assert finding.met == naive_met(node, person, on, False)


def naive_outcome(tree, person, on, gates):
    """Answer by the words of the rules, one clause at a time."""
    asked = [
        node
        for node in tree
        if naive_applies(node, person, on)
        and (set(node.gates) & gates if gates is not None else set(node.gates) - PASSIVE)
    ]
    if asked and all(naive_met(node, person, on, False) for node in asked):
        return Outcome.MET
    if asked and all(naive_met(node, person, on, True) for node in asked):
        return Outcome.NEEDS_REVIEW
    return Outcome.UNMET


def naive_applies(node, person, on):
    held = {"all"}
    for spell in person.roles:
        if spell.from_on <= on and (spell.until_on is None or spell.until_on > on):
            held.add(spell.role)
    if not held & set(node.roles):
        return False
    if isinstance(node, Group):
        return any(naive_applies(each, person, on) for each in node.members)
    return True


def naive_met(node, person, on, trusting):
    """Say whether a node is met; `trusting` takes unverified evidence as good."""
    if isinstance(node, Group):
        members = [each for each in node.members if naive_applies(each, person, on)]
        met = [each for each in members if naive_met(each, person, on, trusting)]
        return len(met) >= (len(members) if node.needed is None else node.needed)
    good = [
        fact
        for fact in person.facts
        if (trusting or fact.verified) and naive_counts(node, fact, on)
    ]
    if node.kind == "quiz":
        return len(good) >= 1
    if node.count is not None:
        return len(good) >= node.count
    if node.kind in ("credential", "background") or not node.hours:
        return len(good) >= 1
    return sum((fact.hours for fact in good), Decimal(0)) >= node.hours


def naive_counts(node, fact, on):
    """Say whether one fact is good for one requirement on a date."""
    if fact.key not in (node.id, *node.counts) or not fact.passed:
        return False
    if node.pass_percent is not None:
        if fact.score is None and fact.key != node.id:
            return False
        if fact.score is not None and fact.score < node.pass_percent:
            return False
    ends = []
    if fact.valid_until is not None:
        ends.append(fact.valid_until)
    if node.valid_months is not None and not (node.kind == "credential" and ends):
        ends.append(naive_months_later(fact.on, node.valid_months))
    return fact.on <= on and all(on < end for end in ends)


def naive_months_later(day, months):
    """Step month by month, then back from days that the month lacks."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return day + timedelta(0)
