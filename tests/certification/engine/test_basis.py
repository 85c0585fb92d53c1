"""The basis of a figure is read as written and never worded better than it is."""

import pytest

from certification.engine.basis import parse_basis, source_text

# The variants that the rule files hold, as (text, codes, remarks, wording)
LINES = [
    (
        "exist=V hours=A pass=A",
        {"exist": "V", "hours": "A", "pass": "A"},
        {},
        "NM-101: sourced; hours, pass mark: assumption",
    ),
    (
        "exist=V(secondary, Mintz on SPA) valid=A",
        {"exist": "V", "valid": "A"},
        {"exist": "secondary, Mintz on SPA"},
        "NM-101: sourced (secondary, Mintz on SPA); validity: assumption",
    ),
    ("exist=V list=not found", {"exist": "V", "list": "N"}, {}, "NM-101: sourced; list: not found"),
    (
        "exist=A(analogue-NY-HFW-80%)",
        {"exist": "A"},
        {"exist": "analogue-NY-HFW-80%"},
        "NM-101: assumption (analogue-NY-HFW-80%)",
    ),
    (
        "exist=I total40h=V hours=A due=G",
        {"exist": "I", "total40h": "V", "hours": "A", "due": "G"},
        {},
        "NM-101: interpretation; 40-hour total: sourced; deadline: unverified; hours: assumption",
    ),
    ("exist=O hours=O", {"exist": "O", "hours": "O"}, {}, "NM-101: our own rule"),
    ("exist=G hours=G", {"exist": "G", "hours": "G"}, {}, "NM-101: unverified"),
]


@pytest.mark.parametrize(("text", "codes", "remarks", "wording"), LINES)
def test_basis_line(text, codes, remarks, wording):
    basis = parse_basis(text)
    assert (basis.codes, basis.remarks, basis.problems) == (codes, remarks, ())
    assert source_text("NM-101", basis) == wording


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("exist=Z", "unknown basis code 'Z' for exist"),
        ("exist", "basis cannot be read from 'exist'"),
        ("exist=V hours", "basis cannot be read from 'hours'"),
        ("exist=V(open", "basis cannot be read from 'exist=V(open'"),
        ("exist=V exist=A", "basis names exist twice"),
        ("exist=V-ish", "basis cannot be read from 'exist=V-ish'"),
    ],
)
def test_a_basis_that_cannot_be_read_says_so(text, problem):
    assert parse_basis(text).problems == (problem,)
