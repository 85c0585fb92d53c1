"""The engine says what a naive reading of the rules says, on every day, with every finding."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from certification.engine.decide import decide, decide_credential, is_provisional
from certification.engine.decision import Outcome
from certification.engine.facts import PersonFacts
from certification.engine.requirements import (
    Cap,
    CredentialKind,
    CredentialRule,
    Group,
    ProvisionalRule,
    Reduction,
    Since,
)
from certification.engine.timeline import Status, timeline
from tests.certification.engine import drawing
from tests.certification.engine.making import fact, need, person
from tests.certification.engine.oracle import Oracle

CALM = settings(deadline=None, max_examples=300)
SWEEP = settings(deadline=None, max_examples=120)
NEVER_ASKED = 60
HOURS_TYPES = ("self_paced", "live", "none")
KEYS = (*drawing.KEYS, "x/1", "x/2", "experience:a")

caps = st.builds(
    lambda keys, types, most, percent: Cap(
        keys=keys, hours_types=types, most=most, percent=None if most is not None else percent
    ),
    st.sampled_from([(), ("x",), ("x*",), ("y", "x/1")]),
    st.sampled_from([(), ("self_paced",), ("live",)]),
    st.sampled_from([None, None, Decimal("0.5"), Decimal(0)]),
    st.sampled_from([Decimal(50), Decimal(25), Decimal(100)]),
)
windows = st.none() | st.builds(
    Since, st.sampled_from(["hire", "certification"]), st.sampled_from([0, 1, 24])
)
reductions = st.builds(
    Reduction,
    keys=st.sampled_from([("experience:*",), ("y",)]),
    at_least=st.sampled_from([Decimal("0.5"), Decimal(2)]),
    to=st.sampled_from([Decimal("0.5"), Decimal(1)]),
    hours=st.booleans(),
)


@st.composite
def trees(draw):
    """Return a small tree in which some clauses have limits, windows, an order, or shrink."""
    tree = [_enriched(draw, node) for node in draw(drawing.trees())]
    if isinstance(tree[0], Group) and draw(st.booleans()):
        # Somebody outside of a group waits for the group as a whole.
        tree[1] = replace(tree[1], after=(*tree[1].after, tree[0].id))
    return tuple(draw(st.permutations(tree)))


def _enriched(draw, node):
    if isinstance(node, Group):
        members = tuple(_enriched(draw, each) for each in draw(st.permutations(node.members)))
        return replace(node, members=members, passive=draw(st.booleans()))
    if not draw(st.booleans()):
        return node
    counts = draw(st.sampled_from([node.counts, ("x*",), ("x/1", "y"), ("x", "experience:*")]))
    unscored = draw(st.sampled_from([(), counts[:1]]))
    return replace(
        node,
        counts=counts,
        unscored=tuple(each for each in unscored if not each.endswith("*")),
        hours_types=draw(st.sampled_from([(), (), ("live",), ("self_paced", "live")])),
        caps=draw(st.sampled_from([(), ()]) | st.lists(caps, min_size=1, max_size=2).map(tuple)),
        repeats=draw(st.booleans()),
        since=draw(windows),
        # Only what is named earlier in the alphabet: an order that is a circle is refused.
        after=draw(st.sampled_from([(), _before(node.id), _before(node.id)[:1], ("nowhere",)])),
        reductions=draw(st.lists(reductions, max_size=2).map(tuple)),
        passive=draw(st.sampled_from([False, False, True])),
    )  # fmt: skip


def _before(name):
    return tuple(each for each in ("A", "B", "C", "D") if each < name)


@st.composite
def people(draw):
    """Return somebody with facts of several kinds of hours and anchors told for roles."""
    drawn = draw(drawing.people())
    facts = tuple(
        replace(
            fact,
            key=draw(st.sampled_from(KEYS)),
            hours_type=draw(st.sampled_from(HOURS_TYPES)),
            hours=draw(st.sampled_from([fact.hours, Decimal("0.25"), Decimal(3)])),
        )
        for fact in drawn.facts
    )
    anchors = dict(drawn.anchors)
    if draw(st.booleans()):
        anchors["first_service:peer"] = draw(drawing.days)
    if draw(st.booleans()):
        anchors["certification"] = draw(drawing.days)
    return replace(drawn, facts=facts, anchors=anchors)


@CALM
@given(trees(), people(), drawing.days, drawing.asked_gates)
def test_every_finding_is_the_one_of_a_naive_reading(tree, who, on, gates):
    decision = decide(tree, who, on, gates=gates)
    oracle = Oracle(tree, who, on)
    expected, _ = oracle.findings(gates)
    assert [
        (each.requirement, each.met, each.have, each.need, each.due) for each in decision.findings
    ] == [(each.path, each.met, each.have, each.need, each.due) for each in expected]
    assert decision.outcome is oracle.outcome(gates)


ALL_MET = example(
    (need("A"),),
    person(fact("f", "A", drawing.FIRST), anchors={"hire": drawing.FIRST}),
    ProvisionalRule(requirements=("A",)),
    None,
)


@SWEEP
@ALL_MET
@given(trees(), people(), drawing.provisional_rules, drawing.asked_gates)
def test_the_spans_say_on_every_day_what_a_naive_reading_says(tree, who, pairing, gates):
    class Program:
        requirements, provisional = tree, pairing

    first, last = drawing.FIRST, drawing.FIRST + timedelta(drawing.DAYS + NEVER_ASKED)
    spans = timeline(Program, who, first, last, gates=gates)
    assert spans[0].from_on == first and spans[-1].until_on == last
    day = first
    while day < last:
        [span] = [each for each in spans if each.from_on <= day < each.until_on]
        oracle = Oracle(tree, who, day)
        everything, _ = oracle.findings()
        _, decisive = oracle.findings(gates)
        unmet = [each for each in decisive if not each.met]
        late = [each for each in unmet if each.due is not None and each.due < day]
        assert (span.outcome, span.unmet, span.overdue) == (
            oracle.outcome(gates), len(unmet), len(late),
        ), day  # fmt: skip
        assert span.next_due == min((each.due for each in unmet if each.due), default=None), day
        met = {each.path.rpartition("/")[2] for each in everything if each.met}
        paired = pairing is not None and met >= set(pairing.requirements)
        assert span.provisional == paired, day
        if span.outcome is Outcome.MET:
            assert span.status is Status.MET, day
        elif late:
            assert span.status is Status.OVERDUE, day
        day += timedelta(days=1)


@CALM
@example(
    (need("A"),),
    person(fact("f", "A", drawing.FIRST)),
    drawing.FIRST,
    ProvisionalRule(requirements=("A",)),
)
@given(trees(), people(), drawing.days, drawing.provisional_rules)
def test_pairing_is_having_met_all_that_it_names_even_when_all_else_is_met(tree, who, on, pairing):
    decision = decide(tree, who, on)
    answers, _ = Oracle(tree, who, on).findings()
    met = {each.path.rpartition("/")[2] for each in answers if each.met}
    expected = pairing is not None and met >= set(pairing.requirements)
    assert is_provisional(pairing, decision, who) == expected


gate_sets = st.lists(st.sampled_from(drawing.GATES), min_size=1, max_size=2, unique=True).map(tuple)


@CALM
@given(
    trees(),
    people(),
    drawing.days,
    gate_sets,
    st.just(()) | gate_sets,
    st.booleans(),
    st.none() | drawing.days,
    st.sampled_from([("responder",), ("peer",), ("all",)]),
)
def test_a_credential_is_earned_as_a_naive_reading_says(
    tree, who, on, gates, renewal_gates, only, since, roles
):
    rule = CredentialRule(
        key="K",
        title="K",
        kind=CredentialKind.CERTIFICATION,
        gates=gates,
        roles=roles,
        renewal_gates=renewal_gates,
        renewal_only=only,
    )
    first = decide_credential(rule, tree, who, on)
    assert first.outcome is naive_credential(rule, tree, who, on, False, None)
    again = decide_credential(rule, tree, who, on, renewal=True, since=since)
    assert again.outcome is naive_credential(rule, tree, who, on, True, since)


def naive_credential(rule, tree, who, on, renewal, since):
    """Answer by the words of the rule: all behind its gates, and for renewal what is newer."""
    if "all" not in rule.roles and who.roles_on(on).isdisjoint(rule.roles):
        return Outcome.UNMET
    renewing = set(rule.renewal_gates) if renewal else set()
    fresh = PersonFacts(
        who.person,
        who.roles,
        who.anchors,
        tuple(
            each
            for each in who.facts
            if since is None or each.kind in ("credential", "background") or each.on > since
        ),
    )
    answers = []
    for node in tree:
        behind = set(node.gates)
        if behind & renewing:
            oracle = Oracle(tree, fresh, on)
        elif behind & set(rule.gates) and not (renewing and rule.renewal_only):
            oracle = Oracle(tree, who, on)
        else:
            continue
        if oracle.asked_of(node):
            answers.append(oracle.answers(node)[0])
    if answers and all(each.met for each in answers):
        return Outcome.MET
    if answers and all(each.maybe for each in answers):
        return Outcome.NEEDS_REVIEW
    return Outcome.UNMET


def test_the_oracle_itself_can_say_no():
    [tree] = [(drawing.need("A", hours="1.5"),)]
    who = person(drawing.fact("f", "A", drawing.FIRST, hours=1))
    [answer] = Oracle(tree, who, drawing.FIRST).findings()[0]
    assert (answer.met, answer.have, answer.need) == (False, Decimal(1), Decimal("1.5"))
