"""One row per clause of the rules: what counts, when, and how much of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from certification.engine.decide import decide, decide_credential, is_provisional
from certification.engine.decision import Outcome, Unit
from certification.engine.facts import RoleSpell
from certification.engine.requirements import (
    CredentialKind,
    CredentialRule,
    Due,
    ProvisionalRule,
)
from tests.certification.engine.making import HIRED, fact, group, need, person

ON = date(2026, 3, 3)
MET, UNMET, REVIEW = Outcome.MET, Outcome.UNMET, Outcome.NEEDS_REVIEW

# clause, requirement, facts, (met, have, need, unit, because)
CLAUSES = [
    (
        "NM-40-01-S: self-paced hours are the sum of what was passed at or above the mark",
        need(hours="1.5", mark=80),
        [fact("a", hours="1.0", score=80), fact("b", hours="0.5", score="80.5")],
        (True, "1.5", "1.5", Unit.HOURS, ("a", "b")),
    ),
    (
        "NM-40-01-S: hours below the mark are not hours",
        need(hours="1.5", mark=80),
        [fact("a", hours="1.0", score=80), fact("b", hours="0.5", score="79.9")],
        (False, "1.0", "1.5", Unit.HOURS, ("a",)),
    ),
    (
        "NM-40-08-S: the mark is the clause's own (85), whatever the quiz called a pass",
        need(hours="1.5", mark=85),
        [fact("a", hours="1.5", score=84, passed=True)],
        (False, "0", "1.5", Unit.HOURS, ()),
    ),
    (
        "NM-101: another key counts when listed, and must show its score",
        need("NM-101", hours="1.5", mark=80, counts=("course:mrss-101",)),
        [fact("a", "course:mrss-101", hours="1.5")],
        (False, "0", "1.5", Unit.HOURS, ()),
    ),
    (
        "NM-101: with its score it counts",
        need("NM-101", hours="1.5", mark=80, counts=("course:mrss-101",)),
        [fact("a", "course:mrss-101", hours="1.5", score=90)],
        (True, "1.5", "1.5", Unit.HOURS, ("a",)),
    ),
    (
        "NM-40-01-S: an attestation of the clause itself needs no score",
        need(hours="1.5", mark=80),
        [fact("a", hours="1.5")],
        (True, "1.5", "1.5", Unit.HOURS, ("a",)),
    ),
    (
        "CA-SUPP: null hours ask for one completion",
        need(hours=None),
        [fact("a")],
        (True, "1", "1", Unit.COUNT, ("a",)),
    ),
    (
        "CT-REN: zero hours ask for one completion",
        need(hours=0, mark=80),
        [fact("a", score=79)],
        (False, "0", "1", Unit.COUNT, ()),
    ),
    (
        "NM-40-01-L: live hours are the sum of sessions attended",
        need(kind="live_session", hours=2),
        [
            fact("a", kind="attendance", hours="1.25"),
            fact("b", kind="attendance", hours="0.75", on=date(2026, 2, 2)),
        ],
        (True, "2", "2", Unit.HOURS, ("a", "b")),
    ),
    (
        "NM-40-01-L: a session left early without credit is not attended",
        need(kind="live_session", hours=1),
        [fact("a", kind="attendance", hours=1, passed=False)],
        (False, "0", "1", Unit.HOURS, ()),
    ),
    (
        "NM-EXAM: the best attempt decides, the first of equals is named",
        need(kind="quiz", hours=0, mark=80),
        [
            fact("late", kind="quiz", score=90, on=date(2026, 2, 9)),
            fact("early", kind="quiz", score=90, on=date(2026, 2, 2)),
            fact("low", kind="quiz", score=70, on=date(2026, 1, 9), passed=False),
        ],
        (True, "90", "80", Unit.PERCENT, ("early",)),
    ),
    (
        "NM-EXAM: a failed attempt shows how far it got",
        need(kind="quiz", hours=0, mark=80),
        [fact("low", kind="quiz", score=70, passed=False)],
        (False, "70", "80", Unit.PERCENT, ("low",)),
    ),
    (
        "NM-EXAM: exactly the mark is a pass",
        need(kind="quiz", mark=80),
        [fact("a", kind="quiz", score=80)],
        (True, "80", "80", Unit.PERCENT, ("a",)),
    ),
    (
        "NM-EXAM: a voided attempt above the mark is not shown as having reached it",
        need(kind="quiz", mark=80),
        [fact("a", kind="quiz", score=95, passed=False)],
        (False, "0", "80", Unit.PERCENT, ()),
    ),
    (
        "NM-40-05-P: observed skill by hours, passed ones only",
        need(kind="observed_skill", hours="1.5", mark=80),
        [
            fact("a", kind="observation", hours="1.0", score=85),
            fact("b", kind="observation", hours="1.0", score=95, passed=False),
        ],
        (False, "1.0", "1.5", Unit.HOURS, ("a",)),
    ),
    (
        "NM-OBS: three observations at the mark",
        need(kind="observed_skill", hours=0, count=3, mark=80),
        [
            fact(f"o{n}", kind="observation", score=80 + n, on=HIRED + timedelta(n))
            for n in (3, 1, 2)
        ],
        (True, "3", "3", Unit.COUNT, ("o1", "o2", "o3")),
    ),
    (
        "NM-OBS: one fact is one observation, however often it is handed in",
        need(kind="observed_skill", hours=0, count=2, mark=80),
        [fact("o1", kind="observation", score=90)] * 3,
        (False, "1", "2", Unit.COUNT, ("o1",)),
    ),
    (
        "NM-TOOL: the count is one when not said",
        need(kind="observed_skill", hours=0, mark=80, months=12),
        [fact("a", kind="observation", score=80)],
        (True, "1", "1", Unit.COUNT, ("a",)),
    ),
    (
        "NM-PEER: any of the listed credentials",
        need("NM-PEER", "credential", months=24, counts=("credential:CPSW", "credential:YPSS")),
        [fact("a", "credential:YPSS", kind="credential", until=date(2027, 1, 1))],
        (True, "1", "1", Unit.COUNT, ("a",)),
    ),
    (
        "NM-LIC: the date printed on a licence replaces the assumed 24 months",
        need(kind="credential", months=24),
        [fact("a", kind="credential", on=date(2019, 1, 1), until=date(2027, 1, 1))],
        (True, "1", "1", Unit.COUNT, ("a",)),
    ),
    (
        "CA-PEER: the hours of a credential are not counted, holding it is",
        need(kind="credential", hours=80),
        [fact("a", kind="credential", hours=0)],
        (True, "1", "1", Unit.COUNT, ("a",)),
    ),
    (
        "NM-BG: a check stops counting when its printed date or the 36 months come first",
        need("NM-BG", "background", months=36, counts=("background:check",)),
        [fact("a", "background:check", kind="background", on=date(2023, 3, 3))],
        (False, "0", "1", Unit.COUNT, ()),
    ),
    (
        "NM-LC: only the trailing twelve months",
        need(kind="collaborative", hours=1, months=12),
        [
            fact("old", kind="collaborative", hours=1, on=date(2025, 3, 3)),
            fact("new", kind="collaborative", hours=1, on=date(2025, 3, 4)),
        ],
        (True, "1", "1", Unit.HOURS, ("new",)),
    ),
    (
        "UC-CC-EXP: experience hours are summed",
        need(kind="experience", hours=1000, counts=("experience:mrss",)),
        [
            fact("a", "experience:mrss", kind="experience", hours=600),
            fact("b", "experience:mrss", kind="experience", hours="399.5"),
        ],
        (False, "999.5", "1000", Unit.HOURS, ("a", "b")),
    ),
    (
        "4.0 rule 4: what happens tomorrow does not count today",
        need(),
        [fact("a", on=ON + timedelta(1))],
        (False, "0", "1", Unit.COUNT, ()),
    ),
    (
        "4.0 rule 4: what happens today counts today",
        need(),
        [fact("a", on=ON)],
        (True, "1", "1", Unit.COUNT, ("a",)),
    ),
    (
        "invariant 10: a fact for another clause credits nobody here",
        need(),
        [fact("a", "R-2")],
        (False, "0", "1", Unit.COUNT, ()),
    ),
]


@pytest.mark.parametrize(
    ("requirement", "facts", "expected"), [row[1:] for row in CLAUSES], ids=[r[0] for r in CLAUSES]
)
def test_clause(requirement, facts, expected):
    (finding,) = decide((requirement,), person(*facts), ON).findings
    met, have, needed, unit, because = expected
    assert (finding.met, finding.have, finding.need, finding.unit, finding.because) == (
        met,
        Decimal(have),
        Decimal(needed),
        unit,
        because,
    )
    assert finding.met == (finding.have >= finding.need)
    assert finding.source == requirement.source


# fact date, valid_until, valid_months, first date it no longer counts
EXPIRIES = [
    ("NM-TOOL: twelve months", date(2025, 3, 3), None, 12, date(2026, 3, 3)),
    (
        "12 months from 29 February run through 28 February",
        date(2024, 2, 29),
        None,
        12,
        date(2025, 3, 1),
    ),
    ("29 February plus 48 months is 29 February", date(2024, 2, 29), None, 48, date(2028, 2, 29)),
    ("1 month from 31 January in a leap year", date(2024, 1, 31), None, 1, date(2024, 3, 1)),
    ("6 months from 31 August", date(2025, 8, 31), None, 6, date(2026, 3, 1)),
    ("2000 had a 29 February", date(1999, 12, 31), None, 2, date(2000, 3, 1)),
    ("2100 has no leap day", date(2099, 12, 31), None, 2, date(2100, 3, 1)),
    ("2 months from 31 December", date(2023, 12, 31), None, 2, date(2024, 3, 1)),
    ("the earlier of the two limits", date(2025, 1, 1), date(2025, 5, 1), 12, date(2025, 5, 1)),
    ("the other earlier one", date(2025, 1, 1), date(2027, 5, 1), 12, date(2026, 1, 1)),
    ("only a printed date", date(2025, 1, 1), date(2025, 5, 1), None, date(2025, 5, 1)),
]


@pytest.mark.parametrize(
    ("on", "until", "months", "last"), [row[1:] for row in EXPIRIES], ids=[r[0] for r in EXPIRIES]
)
def test_evidence_counts_from_its_day_until_the_day_before_it_expires(on, until, months, last):
    requirement = need(months=months)
    facts = person(fact(on=on, until=until))

    def outcome(day):
        return decide((requirement,), facts, day).outcome

    assert [outcome(on - timedelta(1)), outcome(on)] == [UNMET, MET]
    assert [outcome(last - timedelta(1)), outcome(last)] == [MET, UNMET]


def test_a_requirement_without_validity_never_expires():
    assert decide((need(),), person(fact(on=date(1990, 1, 1))), date.max).outcome is MET


@pytest.mark.parametrize(
    ("due", "anchors", "expected"),
    [
        (("hire", 14), {"hire": HIRED}, date(2026, 1, 19)),
        (("hire", 0, True), {"hire": HIRED}, HIRED),
        (("first_service", 90), {"hire": HIRED}, None),
        (None, {"hire": HIRED}, None),
        (("hire", 90), {"hire": date.max}, None),
    ],
)
def test_a_deadline_is_calendar_days_after_a_known_anchor(due, anchors, expected):
    (finding,) = decide((need(due=due),), person(anchors=anchors), ON).findings
    assert finding.due == expected


@pytest.mark.parametrize(
    ("roles", "held", "found"),
    [
        (("all",), (), True),
        (("responder",), (), False),
        (("responder", "peer"), ("peer",), True),
        (("supervisor",), ("peer", "responder"), False),
    ],
)
def test_a_requirement_applies_to_the_roles_it_names(roles, held, found):
    decision = decide((need(roles=roles),), person(roles=held), ON)
    assert bool(decision.findings) == found


def test_a_role_counts_from_its_first_day_until_the_day_before_its_end():
    spells = (RoleSpell("peer", date(2026, 3, 1), date(2026, 3, 5)),)
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 4), date(2026, 3, 5)]
    found = [
        len(decide((need(roles=("peer",)),), person(spells=spells), day).findings) for day in days
    ]
    assert found == [0, 1, 1, 0]


def test_nothing_that_applies_is_never_met():
    assert decide((), person(), ON).outcome is UNMET
    assert decide((need(gates=("optional",)),), person(fact()), ON).outcome is UNMET


@pytest.mark.parametrize(
    "gate", ["optional", "report_only", "renew", "coach_renew", "trainer_renew"]
)
def test_a_passive_gate_decides_only_when_asked_for(gate):
    tree = (need("R-1"), need("R-2", gates=(gate,)))
    facts = person(fact())
    everything = decide(tree, facts, ON)
    assert everything.outcome is MET
    assert [each.requirement for each in everything.findings] == ["R-1", "R-2"]
    asked = decide(tree, facts, ON, gates=frozenset({"certify", gate}))
    assert asked.outcome is UNMET


def test_a_second_gate_makes_a_requirement_decisive():
    assert decide((need(gates=("renew", "certify")),), person(), ON).outcome is UNMET
    tree = (need("R-1"), need("R-2", gates=("renew", "bill")))
    assert decide(tree, person(fact()), ON).outcome is UNMET


def test_asking_for_gates_answers_about_those_alone():
    tree = (need("R-1"), need("R-2", gates=("service",)))
    decision = decide(tree, person(fact()), ON, gates=frozenset({"certify"}))
    assert [each.requirement for each in decision.findings] == ["R-1"]
    assert decision.outcome is MET


def test_unverified_evidence_never_meets_but_asks_for_review():
    decision = decide((need(),), person(fact(verified=False)), ON)
    assert (decision.outcome, decision.findings[0].met) == (REVIEW, False)
    assert decision.findings[0].because == ()


def test_review_is_asked_for_only_where_it_could_change_the_outcome():
    tree = (need("R-1"), need("R-2"))
    some = person(fact(verified=False))
    both = person(fact(verified=False), fact("f2", "R-2"))
    assert [decide(tree, each, ON).outcome for each in (some, both)] == [UNMET, REVIEW]


def test_verified_and_unverified_hours_add_up_to_a_review():
    facts = person(fact("a", hours=1), fact("b", hours="0.5", verified=False))
    decision = decide((need(hours="1.5"),), facts, ON)
    assert (decision.outcome, decision.findings[0].have) == (REVIEW, Decimal(1))


@pytest.mark.parametrize("bad", ["NaN", "sNaN", "Infinity", "-Infinity", "-3", "1E+999999"])
def test_nonsense_numbers_are_not_evidence_and_raise_nothing(bad):
    tree = (
        need("R-1", hours=1),
        need("R-2", "quiz", mark=80),
        need("R-3", mark=80, counts=("x",)),
    )
    facts = person(
        fact("a", "R-1", hours=bad), fact("b", "R-2", score=bad), fact("c", "x", score=bad)
    )
    decision = decide(tree, facts, ON)
    assert [each.met for each in decision.findings] == [False, False, False]


def test_the_same_id_with_two_contents_is_read_one_way_in_any_order():
    twice = (fact("a", hours=1), fact("a", hours=2), fact("a", hours=3, verified=False))
    decisions = {decide((need(hours=2),), person(*order), ON) for order in (twice, twice[::-1])}
    assert len(decisions) == 1
    assert decisions.pop().outcome is not MET


def test_an_end_before_its_beginning_never_counts():
    facts = person(fact(on=date(2026, 2, 1), until=date(2026, 1, 1)))
    assert decide((need(),), facts, ON).outcome is UNMET


# Groups: "any", "2 of", "all", with which members met
A, B, C = need("A"), need("B"), need("C")


@pytest.mark.parametrize(
    ("needed", "have", "met", "total"),
    [
        (1, "", False, 1),
        (1, "B", True, 1),
        (2, "B", False, 2),
        (2, "BC", True, 2),
        (None, "AB", False, 3),
        (None, "ABC", True, 3),
    ],
)
def test_a_group_counts_the_members_that_are_met(needed, have, met, total):
    facts = person(*(fact(f"f{key}", key) for key in have))
    findings = decide((group("G", needed, A, B, C),), facts, ON).findings
    assert [each.requirement for each in findings] == ["G", "G/A", "G/B", "G/C"]
    head = findings[0]
    assert (head.met, head.have, head.need) == (met, Decimal(len(have)), Decimal(total))
    assert head.because == tuple(f"f{key}" for key in have)


def test_an_unmet_member_of_a_met_group_does_not_decide():
    assert decide((group("G", 1, A, B),), person(fact(key="A")), ON).outcome is MET


def test_a_group_relies_on_its_met_members_alone():
    tree = (group("G", 1, need("A", hours=1), need("B", hours=2)),)
    facts = person(fact("half", "B", hours=1), fact("full", "A", hours=1))
    assert decide(tree, facts, ON).findings[0].because == ("full",)


def test_a_group_asks_only_for_members_open_to_the_roles_held():
    tree = (group("G", None, need("A"), need("B", roles=("supervisor",))),)
    findings = decide(tree, person(fact(key="A")), ON).findings
    assert [each.requirement for each in findings] == ["G", "G/A"]
    assert findings[0].met


def test_groups_nest():
    inner = group("I", None, B, C)
    tree = (group("G", 1, A, inner),)
    facts = person(fact("b", "B"), fact("c", "C"))
    findings = decide(tree, facts, ON).findings
    assert [(each.requirement, each.met) for each in findings] == [
        ("G", True),
        ("G/A", False),
        ("G/I", True),
        ("G/I/B", True),
        ("G/I/C", True),
    ]
    assert findings[0].because == ("b", "c")


@pytest.mark.parametrize(
    ("needed", "met", "days"),
    [(1, "", 30), (2, "", 20), (None, "", 10), (None, "A", 20), (2, "A", 30), (1, "A", 30)],
)
def test_a_group_is_due_when_its_missing_members_cannot_wait_any_longer(needed, met, days):
    members = [need(key, due=("hire", n)) for key, n in (("A", 10), ("B", 20), ("C", 30))]
    facts = person(*(fact(key=key) for key in met))
    head = decide((group("G", needed, *members),), facts, ON).findings[0]
    assert head.due == HIRED + timedelta(days)


def test_a_group_may_have_a_deadline_of_its_own():
    head = decide((group("G", 1, A, B, due=("hire", 7)),), person(), ON).findings[0]
    assert head.due == HIRED + timedelta(7)


def test_one_fact_may_answer_two_requirements():
    tree = (need("A", counts=("x",)), need("B", counts=("x",)))
    assert decide(tree, person(fact(key="x")), ON).outcome is MET


RULE = CredentialRule(
    key="mrss-certified-responder",
    title="Certified MRSS Responder",
    kind=CredentialKind.CERTIFICATION,
    gates=("enter", "certify"),
    roles=("responder",),
    renewal_gates=("renew",),
    source="mrss-certified-responder: assumption",
)
TREE = (
    need("R-1", gates=("enter",)),
    need("R-2", roles=("responder",)),
    need("R-3", roles=("responder",), gates=("renew",)),
)


@pytest.mark.parametrize(
    ("facts", "renewal", "outcome"),
    [
        (person(fact("a", "R-1"), fact("b", "R-2")), False, MET),
        (person(fact("a", "R-1")), False, UNMET),
        (person(fact("a", "R-1"), roles=()), False, UNMET),
        (person(fact("a", "R-1"), fact("b", "R-2")), True, UNMET),
        (person(fact("a", "R-1"), fact("b", "R-2"), fact("c", "R-3")), True, MET),
    ],
)
def test_a_credential_needs_its_gates_and_one_of_its_roles(facts, renewal, outcome):
    decision = decide_credential(RULE, TREE, facts, ON, renewal=renewal)
    assert decision.outcome is outcome
    assert decision.findings[0].requirement == "mrss-certified-responder.role"
    assert decision.findings[0].met == bool(facts.roles)


def test_provisional_needs_every_named_clause_and_lasts_when_all_is_met():
    rule = ProvisionalRule(requirements=("R-1", "A"))
    tree = (need("R-1"), group("G", 1, need("A"), need("B")), need("R-2"))
    steps = [(), (fact("a", "R-1"),), (fact("a", "R-1"), fact("b", "A"))]
    steps.append((*steps[-1], fact("c", "R-2")))
    people = [person(*facts) for facts in steps]
    found = [is_provisional(rule, decide(tree, each, ON), each) for each in people]
    assert found == [False, False, True, True]
    assert not is_provisional(None, decide(tree, people[0], ON), people[0])


def test_provisional_work_ends_after_its_last_day_and_asks_for_a_supervisor():
    last = ON - timedelta(days=1)
    until = Due("hire", (last - HIRED).days)
    tree, done = (need("R-1"), need("R-2")), (fact("a", "R-1"),)
    supervised = person(*done, spells=(RoleSpell("responder", HIRED, None, True),))
    alone = person(*done)

    def pairs(who, on, **rule):
        rule = ProvisionalRule(requirements=("R-1",), **rule)
        return is_provisional(rule, decide(tree, who, on), who)

    assert [pairs(alone, day, until=until) for day in (last, ON)] == [True, False]
    assert not pairs(person(*done, anchors={}), last, until=until)
    assert [pairs(who, ON, supervised=True) for who in (alone, supervised)] == [False, True]
