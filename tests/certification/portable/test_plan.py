"""Each fact from elsewhere counts once for a clause, never for more than was learned."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.engine.requirements import Kind, Requirement
from certification.portable.equivalence import equivalence_of
from certification.portable.outcomes import Outcome, Reason
from certification.portable.plan import Before, Clauses, Credited, Here, plan_import
from certification.portable.records import Origin, SourceLicence
from tests.certification.portable.conftest import DID, SPACE, fact, record

NOW = datetime(2026, 6, 2, tzinfo=UTC)
OURS = "did:web:academy.example.org"
HEAD = """
map: m
title: M
version: "1"
issuer: did:web:lakeshore.example.org
author: Office
accept:
"""


def clause(name, *counts, kind=Kind.SELF_PACED, hours="2"):
    return Requirement(
        id=name, title=name, kind=kind, roles=("all",), gates=("g",),
        hours=Decimal(hours), counts=counts,
    )  # fmt: skip


CLAUSES = Clauses(
    {
        "nm": [
            clause("NM-1", "module:a", "course:a"),
            clause("NM-2", "module:b"),
            clause("NM-LIC", "licence:board", kind=Kind.CREDENTIAL),
        ],
        "ct": [clause("CT-1", "module:a"), clause("CT-2", "core-*")],
    }
)


def here(**more):
    values = {
        "did": OURS,
        "now": NOW,
        "clauses": CLAUSES,
        "day_of": lambda instant: instant.date(),
        "licence_kinds": frozenset({"LICENCE", "OTHER"}),
    }
    return Here(**values | more)


def planned(told, lines=None, **more):
    rules = equivalence_of(HEAD + lines) if lines else None
    plan = plan_import(told, here(**more), rules)
    return [(each.target, each.outcome, each.reason, str(each.hours)) for each in plan.facts]


def test_without_a_map_keys_are_taken_as_they_are():
    assert planned(record(fact("module:a", hours="2"), fact("module:zz", hours="1"))) == [
        ("module:a", Outcome.ADD, None, "2.00"),
        ("module:zz", Outcome.ADD, Reason.NO_CLAUSE, "1.00"),
    ]


def test_partial_credit_by_share_and_by_cap():
    lines = (
        "  - {from: lake:a, to: module:a, factor: 0.25, basis: exist=A}\n"
        "  - {from: lake:b, to: module:b, cap: 1.5, basis: exist=A}\n"
    )
    told = record(fact("lake:a", hours="3"), fact("lake:b", hours="3"))
    assert planned(told, lines) == [
        ("module:a", Outcome.ADD, Reason.PART, "0.75"),
        ("module:b", Outcome.ADD, Reason.PART, "1.50"),
    ]


def test_a_fact_is_credited_once_to_a_clause_whatever_the_map_says():
    lines = (
        "  - {from: lake:a, to: [module:a, course:a, NM-1, module:b], factor: 0.25, basis: exist=A}"
    )
    assert planned(record(fact("lake:a", hours="4")), lines) == [
        ("module:a", Outcome.ADD, Reason.PART, "1.00"),
        ("course:a", Outcome.NOT_COUNTED, Reason.CLAUSE_TWICE, "0.00"),
        ("NM-1", Outcome.NOT_COUNTED, Reason.CLAUSE_TWICE, "0.00"),
        ("module:b", Outcome.ADD, Reason.PART, "1.00"),
    ]


def test_a_program_is_never_given_more_hours_than_were_learned():
    lines = "  - {from: lake:a, to: [module:a, module:b, CT-2], basis: exist=A}"
    assert planned(record(fact("lake:a", hours="2")), lines) == [
        ("module:a", Outcome.ADD, None, "2.00"),
        # All of it went to NM-1 of the same program, and to CT-1 of the other.
        ("module:b", Outcome.NOT_COUNTED, Reason.HOURS_USED, "0.00"),
        ("CT-2", Outcome.NOT_COUNTED, Reason.HOURS_USED, "0.00"),
    ]


def test_an_earlier_import_counts_against_the_same_fact_by_another_map():
    told = record(fact("lake:a", hours="2"))
    origin = Origin(DID, told.facts[0].id)
    before = {origin: [Credited("module:a", Decimal("2.00"), "e", reversed=False)]}
    lines = "  - {from: lake:a, to: [course:a, module:b, module:a], basis: exist=A}"
    assert planned(told, lines, credited=before) == [
        ("course:a", Outcome.NOT_COUNTED, Reason.CLAUSE_TWICE, "0.00"),
        ("module:b", Outcome.NOT_COUNTED, Reason.HOURS_USED, "0.00"),
        ("module:a", Outcome.ON_RECORD, None, "2.00"),
    ]


def test_what_was_taken_back_here_is_not_brought_back():
    told = record(fact("module:a", hours="2"))
    before = {Origin(DID, told.facts[0].id): [Credited("module:a", Decimal(2), "e", reversed=True)]}
    assert planned(told, credited=before) == [
        ("module:a", Outcome.ON_RECORD, Reason.TAKEN_BACK, "2.00")
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "reversal"}, Reason.UNKNOWN_KIND),
        ({"kind": "miracle"}, Reason.UNKNOWN_KIND),
        ({"hours_type": "none"}, Reason.UNKNOWN_KIND),
        ({"occurred_at": datetime(2026, 7, 1, tzinfo=UTC)}, Reason.FUTURE),
        ({"origin": Origin(OURS, "x")}, Reason.OWN),
    ],
)
def test_what_cannot_count_is_listed_with_the_reason(change, reason):
    told = record(replace(fact("module:a", hours="2"), **change))
    assert planned(told) == [("", Outcome.NOT_COUNTED, reason, "0.00")]


@pytest.mark.parametrize(
    "key", ["credential:LICENCE", "background:check", "NM-LIC", "licence:board"]
)
def test_what_others_grant_never_comes_in_as_training(key):
    assert planned(record(fact(key))) == [(key, Outcome.NOT_COUNTED, Reason.GRANTED, "0.00")]


def test_what_is_here_from_another_source_is_not_counted_twice():
    standing = frozenset({("module:a", date(2026, 3, 2))})
    assert planned(record(fact("module:a", hours="2")), standing=standing) == [
        ("module:a", Outcome.NOT_COUNTED, Reason.SAME_HERE, "0.00")
    ]


def test_facts_that_no_line_names_are_listed_never_dropped():
    lines = "  - {from: lake:a, to: module:a, basis: exist=A}\n" + (
        "refuse:\n  - {from: lake:p*, why: Not ours., basis: exist=O}\n"
    )
    told = record(fact("lake:policy"), fact("lake:other"))
    plan = plan_import(told, here(), equivalence_of(HEAD + lines))
    assert [(each.reason, each.note) for each in plan.left] == [
        (Reason.REFUSED, "Not ours."),
        (Reason.NOT_MAPPED, ""),
    ]


def test_a_newer_record_takes_back_what_was_taken_back_there():
    gone = fact("module:a")
    before = Before(gone.id, Origin(DID, gone.id), gone.subject, gone.title, "module:a", "e")
    kept = before._replace(source_id="other")
    plan = plan_import(record(taken_back=(gone.id,)), here(earlier=[before, kept]), None)
    assert (plan.reversals, plan.changes) == ((before,), True)


def test_a_licence_is_the_same_licence_however_often_it_is_told():
    licence = SourceLicence(
        SPACE, "LICENCE", "", "L-1", "Board", date(2025, 1, 1), None, True, NOW
    )  # fmt: skip
    told = record(licences=(licence,))
    [first] = plan_import(told, here(), None).licences
    [again] = plan_import(told, here(licences=frozenset({first.uuid})), None).licences
    assert (first.outcome, again.outcome, first.uuid) == (
        Outcome.ADD,
        Outcome.ON_RECORD,
        again.uuid,
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["module:a", "module:b", "course:a", "NM-1", "core-x"]),
                  st.decimals(0, 1, places=2)),
        min_size=1, max_size=5, unique_by=lambda pair: pair[0],
    ),
    st.decimals(0, 40, places=2),
)  # fmt: skip
def test_no_map_can_credit_more_than_was_learned(targets, hours):
    to = ", ".join(f"{{key: '{key}', factor: {share}}}" for key, share in targets)
    lines = f"  - {{from: lake:a, to: [{to}], basis: exist=A}}"
    plan = plan_import(
        record(fact("lake:a", hours=str(hours))), here(), equivalence_of(HEAD + lines)
    )
    assert len(plan.facts) == len(targets)
    for program in ("nm", "ct"):
        given_to = [
            each for each in plan.adding if program in {p for p, _ in CLAUSES.of(each.target)}
        ]
        assert sum((each.hours for each in given_to), Decimal(0)) <= hours
    credited = [clause for each in plan.adding for clause in CLAUSES.of(each.target)]
    assert len(credited) == len(set(credited))
