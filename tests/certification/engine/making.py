"""Build requirements and facts in one line each, for the tables of the engine's tests."""

from datetime import date
from decimal import Decimal

from certification.engine.facts import Fact, FactKind, PersonFacts, RoleSpell
from certification.engine.requirements import Due, Group, Kind, Requirement

HIRED = date(2026, 1, 5)


def dec(value):
    return None if value is None else Decimal(str(value))


def need(
    id="R-1",
    kind="self_paced",
    *,
    hours=None,
    count=None,
    mark=None,
    due=None,
    months=None,
    roles=("all",),
    gates=("certify",),
    counts=(),
    **more,
):
    return Requirement(
        id=id,
        title=f"Title of {id}",
        kind=Kind(kind),
        hours=dec(hours),
        count=count,
        pass_percent=dec(mark),
        due=Due(*due) if due else None,
        valid_months=months,
        roles=roles,
        gates=gates,
        counts=counts,
        basis={"exist": "A"},
        source=f"{id}: assumption",
        **more,
    )


def group(id, needed, *members, roles=("all",), gates=("certify",), due=None):
    return Group(
        id=id,
        title=f"Title of {id}",
        members=members,
        roles=roles,
        gates=gates,
        needed=needed,
        due=Due(*due) if due else None,
        source=f"{id}: assumption",
    )


def fact(
    id="f1",
    key="R-1",
    on=date(2026, 2, 1),
    *,
    kind="completion",
    hours=0,
    score=None,
    passed=True,
    until=None,
    verified=True,
    hours_type="self_paced",
):
    return Fact(
        id=id,
        kind=FactKind(kind),
        key=key,
        on=on,
        hours=Decimal(str(hours)),
        score=dec(score),
        passed=passed,
        valid_until=until,
        verified=verified,
        hours_type=hours_type,
    )


def person(*facts, roles=("responder",), anchors=None, spells=None):
    return PersonFacts(
        person="alma",
        roles=spells
        if spells is not None
        else tuple(RoleSpell(role, HIRED, None) for role in roles),
        anchors={"hire": HIRED} if anchors is None else anchors,
        facts=facts,
    )
