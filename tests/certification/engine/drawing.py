"""Draw whole programs and people for the engine's properties; small, close together, awkward."""

from datetime import date, timedelta

from hypothesis import strategies as st

from certification.engine.facts import RoleSpell
from certification.engine.requirements import ProvisionalRule
from tests.certification.engine.making import fact, group, need, person

# Around a leap day, so that month arithmetic is always in play.
FIRST = date(2024, 1, 15)
DAYS = 120
KEYS = ("A", "B", "C", "D", "x", "y")
KINDS = ("self_paced", "live_session", "quiz", "observed_skill", "credential", "collaborative")
ROLES = ("responder", "peer")
GATES = ("certify", "bill", "optional", "renew")

days = st.integers(0, DAYS).map(lambda n: FIRST + timedelta(n))


@st.composite
def requirements(draw, name):
    kind = draw(st.sampled_from(KINDS))
    return need(
        name,
        kind,
        hours=draw(st.sampled_from([None, 0, "0.5", "1.5"])),
        count=draw(st.sampled_from([None, None, 2])),
        mark=draw(st.sampled_from([80, 85] if kind == "quiz" else [None, 80])),
        due=draw(st.sampled_from([None, ("hire", 0), ("hire", 30), ("first_service", 45, True)])),
        months=draw(st.sampled_from([None, 1, 2])),
        roles=draw(st.sampled_from([("all",), ("responder",), ("peer",), ROLES])),
        gates=draw(st.sampled_from([("certify",), ("bill",), ("optional",), ("renew", "bill")])),
        counts=draw(st.sampled_from([(), ("x",), ("x", "y")])),
    )


@st.composite
def trees(draw):
    """Return a few nodes: loose requirements, and now and then a group with a group in it."""
    leaves = [draw(requirements(name)) for name in ("A", "B", "C", "D")]
    shape = draw(st.sampled_from(["flat", "group", "nested"]))
    if shape == "flat":
        return tuple(leaves)
    roles = draw(st.sampled_from([("all",), ("responder",)]))
    gates = draw(st.sampled_from([("certify",), ("optional",)]))
    needed = draw(st.sampled_from([None, 1, 2]))
    due = draw(st.sampled_from([None, ("hire", 20)]))
    if shape == "group":
        return (leaves[0], group("G", needed, *leaves[1:], roles=roles, gates=gates, due=due))
    inner = group("H", draw(st.sampled_from([None, 1])), *leaves[:2], roles=roles, gates=gates)
    return (group("G", needed, inner, leaves[2], roles=("all",), gates=gates, due=due), leaves[3])


@st.composite
def facts(draw, name):
    on = draw(days)
    return fact(
        name,
        draw(st.sampled_from(KEYS)),
        on,
        hours=draw(st.sampled_from([0, "0.5", 1, 2])),
        score=draw(st.sampled_from([None, 70, 80, 90])),
        passed=draw(st.booleans()),
        until=draw(st.none() | st.integers(-1, 60).map(lambda n: on + timedelta(n))),
        verified=draw(st.sampled_from([True, True, False])),
    )


@st.composite
def spells(draw):
    role, start = draw(st.sampled_from(ROLES)), draw(days)
    return RoleSpell(role, start, draw(st.none() | days))


@st.composite
def people(draw):
    count = draw(st.integers(0, 7))
    anchors = {"hire": draw(days)}
    if draw(st.booleans()):
        anchors["first_service"] = draw(days)
    return person(
        *(draw(facts(f"f{n}")) for n in range(count)),
        spells=tuple(draw(st.lists(spells(), max_size=3))),
        anchors=anchors,
    )


provisional_rules = st.none() | st.lists(
    st.sampled_from(["A", "B", "C", "G"]), min_size=1, max_size=2, unique=True
).map(lambda names: ProvisionalRule(requirements=tuple(names)))
asked_gates = st.none() | st.sets(st.sampled_from(GATES), min_size=1).map(frozenset)
