"""The programs that are shipped say what the research says, and a wrong document says why."""

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from certification.engine.requirements import (
    TRAINING_KINDS,
    CredentialKind,
    Due,
    Group,
    Kind,
    Requirement,
    stated_hours,
    walk,
)
from certification.programs import document
from certification.programs.document import ProgramError, digest_of, parse

DATA = Path(document.__file__).parent / "data"
KEYS = [
    "ca-mcbh-mobile",
    "ct-mcis-pic",
    "mrss-101",
    "mrss-orientation",
    "nm-mrss",
    "uconn-mrss",
]


def shipped(key):
    return parse((DATA / f"{key}.yaml").read_text())


def test_exactly_these_programs_are_shipped():
    assert sorted(each.stem for each in DATA.glob("*.yaml")) == KEYS


# key, requirements, training hours, self-paced, live, observed, existence V I G A
# Source: the totals table of the domain research, section 4.0.
TOTALS = [
    ("nm-mrss", 45, "49.5", "25.0", "16.0", "8.5", (4, 37, 1, 3)),
    ("uconn-mrss", 30, "86.0", "1.0", "68.0", "17.0", (16, 3, 0, 11)),
    ("ct-mcis-pic", 15, "39.0", "0", "39.0", "0", (2, 0, 12, 1)),
    ("ca-mcbh-mobile", 15, "16.0", "14.5", "1.0", "0.5", (11, 0, 4, 0)),
]


@pytest.mark.parametrize(("key", "count", "total", "paced", "live", "seen", "exist"), TOTALS)
def test_a_program_states_the_hours_of_the_research(key, count, total, paced, live, seen, exist):
    program = shipped(key)
    hours = stated_hours(program.requirements)
    assert len(program.requirements) == count
    assert sum(hours[kind] for kind in TRAINING_KINDS) == Decimal(total)
    kinds = (Kind.SELF_PACED, Kind.LIVE_SESSION, Kind.OBSERVED_SKILL)
    assert [hours[kind] for kind in kinds] == [Decimal(paced), Decimal(live), Decimal(seen)]
    codes = Counter(node.basis["exist"] for _, node in walk(program.requirements))
    assert tuple(codes[code] for code in "VIGA") == exist


def test_the_core_of_new_mexico_is_forty_hours():
    core = [each for each in shipped("nm-mrss").requirements if each.id.startswith("NM-40-")]
    assert sum(each.hours for each in core) == 40


@pytest.mark.parametrize("key", KEYS)
def test_every_figure_of_a_shipped_program_has_a_basis(key):
    for _, node in walk(shipped(key).requirements):
        stated = {"exist"}
        stated |= {"hours"} if node.hours else set()
        stated |= {"count"} if node.count else set()
        stated |= {"pass"} if node.pass_percent else set()
        stated |= {"due"} if node.due else set()
        stated |= {"valid"} if node.valid_months else set()
        stated |= {"counts"} if node.counts else set()
        assert stated - node.basis.keys() == set(), node.id


def test_only_our_own_programs_are_our_own_rule():
    own = {key for key in KEYS if shipped(key).own_rule}
    assert own == {"mrss-101", "mrss-orientation"}
    for key in KEYS:
        codes = {
            code for _, node in walk(shipped(key).requirements) for code in node.basis.values()
        }
        assert (codes == {"O"}) == (key in own)


@pytest.mark.parametrize(
    ("key", "zone", "credentials"),
    [
        ("ca-mcbh-mobile", "America/Los_Angeles", []),
        ("ct-mcis-pic", "America/New_York", []),
        ("mrss-101", "America/Denver", [("mrss-101", None, "1.5")]),
        ("mrss-orientation", "America/Denver", [("mrss-orientation", 24, "1.5")]),
        ("nm-mrss", "America/Denver", [("mrss-certified-responder", 24, "40")]),
        (
            "uconn-mrss",
            "America/New_York",
            [
                ("uconn-practitioner", None, "41"),
                ("uconn-supervisor", None, "41"),
                ("uconn-coach", 24, "17"),
                ("uconn-trainer", 24, "20"),
            ],
        ),
    ],
)
def test_what_a_program_awards(key, zone, credentials):
    program = shipped(key)
    assert (program.key, program.zone) == (key, zone)
    assert [(each.key, each.valid_months, each.hours) for each in program.credentials] == [
        (name, months, Decimal(hours)) for name, months, hours in credentials
    ]


@pytest.mark.parametrize(
    "name", ["uconn-practitioner", "uconn-supervisor", "uconn-coach", "uconn-trainer"]
)
def test_the_hours_on_a_credential_are_those_behind_its_gates(name):
    program = shipped("uconn-mrss")
    rule = program.credential(name)
    behind = [
        each.hours or 0
        for each in program.requirements
        if set(each.gates) & set(rule.gates)
        and each.kind in TRAINING_KINDS
        and {"all", *rule.roles} & set(each.roles)
    ]
    assert rule.hours == sum(behind)


def test_what_was_added_to_new_mexico():
    program = shipped("nm-mrss")
    nodes = {each.id: each for each in program.requirements}
    assert nodes["NM-101"].counts == ("course:mrss-101",)
    assert nodes["NM-OBS"].count == 3
    assert nodes["NM-PEER"].counts == (
        "credential:CPSW",
        "credential:CFPSW",
        "credential:CYPSW",
        "credential:YPSS",
    )
    assert nodes["NM-BG"].counts == ("background:check",)
    assert nodes["NM-LIC"].source == (
        "NM-LIC: sourced (secondary, Mintz on SPA); validity, deadline: assumption"
    )
    assert nodes["NM-BG"].due == Due("first_service", 0, before=True)
    rule = program.provisional
    assert rule.requirements == (
        "NM-101",
        "NM-40-05-S",
        "NM-40-05-L",
        "NM-40-06-S",
        "NM-40-06-L",
        "NM-40-08-S",
    )
    assert rule.basis["exist"] == "A"
    assert "was not found" in rule.note


def test_the_two_small_programs():
    course = shipped("mrss-101")
    assert [(each.id, each.kind, each.counts) for each in course.requirements] == [
        ("M101-COURSE", Kind.SELF_PACED, ("course:mrss-101",)),
        ("M101-CHECK", Kind.QUIZ, ("quiz:mrss-101-check",)),
    ]
    assert course.credentials[0].kind is CredentialKind.CERTIFICATE_OF_COMPLETION
    observed = shipped("mrss-orientation").requirements[2]
    assert (observed.id, observed.count, observed.pass_percent, observed.due) == (
        "MO-OBS",
        1,
        80,
        Due("hire", 90),
    )
    assert observed.counts == ("rubric:engagement-conversation",)


HEADER = """
program: small
title: A small program
version: 0.1
as_of: 2026-11-21
zone: America/Denver
issuer: MRSS Academy
own_rule: false
adopted: Nobody
basis: exist=A
"""
ONE = "{id: R-1, title: One, kind: self_paced, roles: [all], gate: [certify], basis: exist=A}"


def small(*entries, header=HEADER, tail=""):
    return header + tail + "requirements:\n" + "".join(f"  - {each}\n" for each in entries)


def entry(name="R-1", **fields):
    """Return one requirement as YAML flow, a field set to ... being left out."""
    row = {
        "id": name,
        "title": f"Title of {name}",
        "kind": "self_paced",
        "roles": "[all]",
        "gate": "[certify]",
        "basis": "exist=A",
        **fields,
    }
    return "{" + ", ".join(f"{k}: {v}" for k, v in row.items() if v is not ...) + "}"


def problems(text):
    with pytest.raises(ProgramError) as caught:
        parse(text)
    return list(caught.value.problems)


def test_a_small_program_is_read_whole():
    text = small(
        entry(hours=1.5, **{"pass": 80}, due="{from: hire, days: 14}", counts="['course:a']")
    )
    program = parse(text)
    assert (program.key, program.version, program.as_of) == ("small", "0.1", date(2026, 11, 21))
    (requirement,) = program.requirements
    assert requirement == Requirement(
        id="R-1",
        title="Title of R-1",
        kind=Kind.SELF_PACED,
        roles=("all",),
        gates=("certify",),
        hours=Decimal("1.5"),
        pass_percent=Decimal(80),
        due=Due("hire", 14),
        counts=("course:a",),
        basis={"exist": "A", "hours": "A", "pass": "A", "due": "A", "counts": "A"},
        source="R-1: assumption",
    )
    assert program.titles() == {"R-1": "Title of R-1"}
    assert program.credential("none") is None


def test_a_figure_without_a_code_is_an_assumption_even_where_the_clause_is_sourced():
    (requirement,) = parse(small(entry(hours=2, basis="exist=V"))).requirements
    assert requirement.source == "R-1: sourced; hours: assumption"


def test_in_our_own_program_a_figure_without_a_code_is_our_own_rule():
    header = HEADER.replace("own_rule: false", "own_rule: true")
    (requirement,) = parse(small(entry(hours=2, basis="exist=O"), header=header)).requirements
    assert requirement.basis == {"exist": "O", "hours": "O"}


def test_the_digest_is_of_the_text_whatever_its_line_ends():
    text = small(ONE)
    program = parse(text)
    assert program.digest == hashlib.sha256(text.encode()).hexdigest()
    assert digest_of(text.replace("\n", "\r\n")) == program.digest
    assert digest_of(text + " ") != program.digest


# entry, its problem
WRONG = [
    (entry(kind="webinar"), "R-1: unknown kind 'webinar'"),
    (entry(kind="[quiz]"), "R-1: unknown kind ['quiz']"),
    (entry(roles="[wizard]"), "R-1: unknown roles 'wizard'"),
    (entry(roles="[]"), "R-1: roles is empty"),
    (entry(roles="all"), "R-1: roles is not a list of words"),
    (entry(roles="[peer, peer]"), "R-1: roles names something twice"),
    (entry(gate="[]"), "R-1: gate is empty"),
    (entry(gate=...), "R-1: gate is empty"),
    (entry(hours=-1), "R-1: hours is negative"),
    (entry(hours=".nan"), "R-1: hours is not a number"),
    (entry(hours="true"), "R-1: hours is not a number"),
    (entry(hours="many"), "R-1: hours is not a number"),
    (entry(hours=10001), "R-1: hours is above 10000"),
    (entry(count=0), "R-1: count is not a whole number from 1 to 10000"),
    (entry(count=1.5), "R-1: count is not a whole number from 1 to 10000"),
    (entry(**{"pass": 101}), "R-1: pass is above 100"),
    (entry(**{"pass": -1}), "R-1: pass is negative"),
    (entry(kind="quiz"), "R-1: a quiz needs a pass mark above 0"),
    (entry(valid_months=0), "R-1: valid_months is not a whole number from 1 to 1200"),
    (entry(due="{from: birth, days: 1}"), "R-1 due: unknown anchor 'birth'"),
    (entry(due="{from: hire}"), "R-1 due: days is missing"),
    (entry(due="{from: hire, days: -1}"), "R-1 due: days is not a whole number from 0 to 36500"),
    (entry(due="{from: hire, days: 1, after: true}"), "R-1 due: unknown field 'after'"),
    (entry(due="{from: hire, days: 1, before: 1}"), "R-1 due: before must be true or false"),
    (entry(due="tomorrow"), "R-1 due: is not a mapping"),
    (entry(basis="exist=Q"), "R-1: unknown basis code 'Q' for exist"),
    (
        entry(basis="hours=A"),
        "R-1: basis does not say where the requirement comes from (exist=...)",
    ),
    (entry(basis=...), "R-1: basis is missing or is not text"),
    (entry(title=...), "R-1: title is missing or is not text"),
    (entry("a/b"), "a/b: id 'a/b' has characters that a key may not have"),
    (entry(id=...), "requirement 1: id is missing or is not text"),
    (entry(houres=1), "R-1: unknown field 'houres'"),
    (entry(counts="[1]"), "R-1: counts is not a list of words"),
    ("just words", "requirement 1: is not a mapping"),
]


@pytest.mark.parametrize(("line", "problem"), WRONG)
def test_a_wrong_requirement_says_what_and_where(line, problem):
    assert problem in problems(small(line))


def test_every_problem_is_told_at_once():
    text = small(entry("R-1", hours=-1), entry("R-2", kind="x"), entry("R-1"))
    assert problems(text) == [
        "R-1: hours is negative",
        "R-2: unknown kind 'x'",
        "R-1: duplicate id",
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("America/Denver", "Mars/Olympus"), "program: unknown zone 'Mars/Olympus'"),
        (("America/Denver", "../../etc/passwd"), "program: unknown zone '../../etc/passwd'"),
        (("2026-11-21", "lately"), "program: as_of is not a date"),
        (("own_rule: false", "own_rule: maybe"), "program: own_rule must be true or false"),
        (("issuer: MRSS Academy", ""), "program: issuer is missing or is not text"),
        (("title: A small program", "titel: x"), "program: unknown field 'titel'"),
    ],
)
def test_a_wrong_header_says_so(change, problem):
    assert problem in problems(small(ONE, header=HEADER.replace(*change)))


def credential(**fields):
    row = {
        "key": "cert",
        "title": "Certificate",
        "kind": "certification",
        "gates": "[certify]",
        "roles": "[all]",
        "basis": "exist=A",
        **fields,
    }
    return "credentials:\n  - {" + ", ".join(f"{k}: {v}" for k, v in row.items()) + "}\n"


@pytest.mark.parametrize(
    ("tail", "problem"),
    [
        (credential(gates="[fly]"), "credential cert: unknown gates 'fly'"),
        (credential(gates="[]"), "credential cert: gates is empty"),
        (credential(renewal_gates="[fly]"), "credential cert: unknown renewal_gates 'fly'"),
        (credential(kind="medal"), "credential cert: unknown kind 'medal'"),
        (credential(roles="[king]"), "credential cert: unknown roles 'king'"),
        (
            credential(valid_months=-1),
            "credential cert: valid_months is not a whole number from 1 to 1200",
        ),
        (credential() + "  - {key: cert}\n", "credential cert: duplicate key"),
        ("credentials: no\n", "program: credentials is not a list"),
        (
            "provisional: {requirements: [R-9], basis: exist=A}\n",
            "provisional: unknown requirements 'R-9'",
        ),
        ("provisional: {requirements: [], basis: exist=A}\n", "provisional: requirements is empty"),
    ],
)
def test_a_credential_or_provisional_rule_may_only_name_what_is_there(tail, problem):
    assert problem in problems(small(ONE, tail=tail))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a list", "not a mapping"),
        ("a: [", "not readable as YAML"),
        ("a: &x 1\nb: *x", "aliases are not allowed"),
        ("a: 1\na: 2", "'a' is written twice"),
        ("as_of: 2026-13-45", "not readable as YAML"),
        ("[" * 5000, "not readable as YAML"),
        ("!!python/object/apply:os.getcwd []", "not readable as YAML"),
        ("# " + "x" * 1_000_000, "longer than"),
        ("", "not a mapping"),
    ],
)
def test_a_text_that_is_no_program_is_refused(text, words):
    (problem,) = problems(text)
    assert words in problem


def shape(node):
    if isinstance(node, Group):
        return (node.id, node.needed, [shape(each) for each in node.members])
    return node.id


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            ("{id: G, title: G, basis: exist=A, any: [A, B]}", entry("A"), entry("B"), entry("C")),
            [("G", 1, ["A", "B"]), "C"],
        ),
        (
            (entry("A"), entry("B"), "{id: G, title: G, basis: exist=A, all: [A, B]}"),
            [("G", None, ["A", "B"])],
        ),
        (
            (entry("A"), "{id: G, title: G, basis: exist=A, n: 2, of: [A, " + entry("B") + "]}"),
            [("G", 2, ["A", "B"])],
        ),
        (
            (
                "{id: G, title: G, basis: exist=A, any: [A, {id: H, title: H, basis: exist=A, "
                "all: [B, C]}]}",
                entry("A"),
                entry("B"),
                entry("C"),
            ),
            [("G", 1, ["A", ("H", None, ["B", "C"])])],
        ),
    ],
)
def test_a_requirement_that_a_group_names_is_demanded_through_the_group_alone(entries, expected):
    assert [shape(each) for each in parse(small(*entries)).requirements] == expected


def test_members_inherit_from_their_group_and_a_group_from_its_members():
    inner = entry("A", roles=..., gate=...)
    given = "{id: G, title: G, basis: exist=A, roles: [peer], gate: [bill], any: [" + inner + "]}"
    (from_above,) = parse(small(given)).requirements
    assert (from_above.members[0].roles, from_above.members[0].gates) == (("peer",), ("bill",))
    one, two = entry("A", roles="[peer]", gate="[bill]"), entry("B", roles="[peer]")
    (from_below,) = parse(
        small("{id: G, title: G, basis: exist=A, any: [" + one + ", " + two + "]}")
    ).requirements
    assert (from_below.roles, from_below.gates) == (("peer",), ("bill", "certify"))


G = "{{id: G, title: G, basis: exist=A, roles: [all], gate: [certify], {}}}"


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ((ONE, G.format("any: [R-9]")), "G: unknown requirement 'R-9'"),
        ((ONE, G.format("any: []")), "G: the group has no members"),
        (
            (ONE, G.format("any: [R-1], all: [R-1]")),
            "G: a group is written with any, with all, or with n and of",
        ),
        (
            (ONE, G.format("of: [R-1]")),
            "G: a group is written with any, with all, or with n and of",
        ),
        ((ONE, G.format("n: 2, of: [R-1]")), "G: only 1 of 2 members are open to all"),
        ((ONE, G.format("any: [R-1, R-1]")), "G: 'R-1' is named twice by groups"),
        ((ONE, G.format("any: [R-1, G]")), "G: is only named by groups that name each other"),
        ((ONE, G.format("any: [R-1], hours: 2")), "G: unknown field 'hours'"),
        ((ONE, G.format("n: 0, of: [R-1]")), "G: n is not a whole number from 1 to 1000"),
        (
            (G.format("any: [G]"),),
            "program: every requirement is named by a group: they form a circle",
        ),
        ((), "program: requirements is empty"),
    ],
)
def test_a_wrong_group_says_what_and_where(entries, problem):
    assert problem in problems(small(*entries))


def test_a_group_of_two_must_be_possible_for_each_of_its_roles():
    entries = (
        "{id: G, title: G, basis: exist=A, n: 2, of: [A, B, C]}",
        entry("A", roles="[peer, clinician]"),
        entry("B", roles="[peer, clinician]"),
        entry("C", roles="[coach]"),
    )
    assert problems(small(*entries)) == ["G: only 1 of 2 members are open to coach"]


def test_groups_nest_only_so_deep():
    text = entry("A")
    for depth in range(12):
        text = f"{{id: G{depth}, title: G, basis: exist=A, any: [{text}]}}"
    assert any("nested deeper than 8" in each for each in problems(small(text)))
