"""A map says line by line what counts, on what basis; what is unclear is refused."""

from decimal import Decimal

import pytest

from certification.portable.equivalence import BrokenMap, equivalence_of

MAP = """
map: lakeshore
title: Lakeshore toward the 40 hours
version: "1"
issuer: did:web:lakeshore.example.org
author: Certification office
accept:
  - from: course:core-2025
    to: NM-40-01-S
    factor: 0.5
    basis: exist=I factor=A
  - from: course:core-*
    to:
      - NM-40-02-S
      - {key: NM-40-02-L, cap: 1, score: drop}
    basis: exist=A
    note: Half of it is about Lakeshore.
refuse:
  - from: policy:*
    why: It is about another state.
    basis: exist=O
"""
DID = "did:web:lakeshore.example.org"


def test_the_line_that_names_a_fact_most_exactly_speaks():
    found = equivalence_of(MAP)
    lines = [
        found.line_for(DID, subject)
        for subject in ("course:core-2025", "course:core-2024", "policy:x", "other")
    ]
    assert [each and [target.key for target in each.targets] for each in lines] == [
        ["NM-40-01-S"],
        ["NM-40-02-S", "NM-40-02-L"],
        [],
        None,
    ]
    assert found.line_for("did:web:elsewhere.example.org", "policy:x") is None


def test_shares_caps_scores_and_bases_are_read():
    first, second, refused = equivalence_of(MAP).lines
    assert first.targets[0].factor == Decimal("0.5")
    assert [(each.cap, each.keeps_score) for each in second.targets] == [(None, True), (1, False)]
    assert (first.basis, refused.basis, refused.note) == (
        "interpretation; factor: assumption",
        "our own rule",
        "It is about another state.",
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("factor: 0.5", "factor: 1.5", "factor is above 1"),
        ("factor: 0.5", "factor: -1", "factor is negative"),
        ("factor: 0.5", "share: 0.5", "unknown field 'share'"),
        ("to: NM-40-01-S", "to: []", "to names no key"),
        ("to: NM-40-01-S", "to: null", "to names no key"),
        ("to: NM-40-01-S", "to: 'a b'", "is no evidence key"),
        ("to: NM-40-01-S", "to: [NM-1, NM-1]", "to names a key twice"),
        ("basis: exist=O", "basis: who=A", "does not say where the line comes from"),
        ("basis: exist=O", "basis: exist=Z", "unknown basis code 'Z'"),
        ("from: policy:*", "from: course:core-2025", "is spoken of twice"),
        ("from: policy:*", "from: '*x'", "nor the beginning of keys"),
        ("why: It is about another state.", "note: x", "unknown field 'note'"),
        ("score: drop", "score: half", "score is neither keep nor drop"),
        ("map: lakeshore", "map: lake shore", "map"),
        ('version: "1"', "version: null", "version is missing"),
        ("issuer: did", "author: did", "written twice"),
    ],
)
def test_what_is_unclear_is_refused_with_its_place(old, new, problem):
    with pytest.raises(BrokenMap, match=problem):
        equivalence_of(MAP.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "[]", "a: [", "map: x", "x" * 2_000_000])
def test_what_is_no_map_is_refused(text):
    with pytest.raises(BrokenMap):
        equivalence_of(text)
