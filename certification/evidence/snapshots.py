"""Write decisions and their evidence as JSON, to be read and made again later; pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from certification.engine.decision import Decision, Finding
from certification.engine.facts import Fact, FactKind, PersonFacts, RoleSpell
from certification.engine.requirements import Node, keys_in


def findings_json(decision: Decision) -> list[dict[str, Any]]:
    """Return every finding; numbers as text, so that none loses a digit."""
    return [finding_json(each) for each in decision.findings]


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding."""
    row: dict[str, Any] = {
        "requirement": finding.requirement,
        "met": finding.met,
        "have": str(finding.have),
        "need": str(finding.need),
        "unit": finding.unit.value,
        "because": list(finding.because),
        "due": finding.due.isoformat() if finding.due else None,
        "source": finding.source,
    }
    # Left out where nothing is held up, as in decisions of before there was such a thing.
    if finding.blocked_by:
        row["blocked_by"] = list(finding.blocked_by)
    return row


def evidence_json(facts: PersonFacts, requirements: Iterable[Node]) -> dict[str, Any]:
    """Return what the decision was made from: the facts that could count, roles and anchors.

    Facts that no requirement of the program names are left out: they decide nothing here, and
    a record should not tell more than it needs.
    """
    wanted = keys_in(list(requirements))
    return {
        "person": facts.person,
        "roles": [
            {
                "role": each.role,
                "from": each.from_on.isoformat(),
                "until": each.until_on.isoformat() if each.until_on else None,
            }
            for each in facts.roles
        ],
        "anchors": {name: day.isoformat() for name, day in sorted(facts.anchors.items())},
        "facts": [_fact_json(each) for each in facts.facts if wanted.has(each.key)],
    }


def _fact_json(fact: Fact) -> Mapping[str, Any]:
    return {
        "id": fact.id,
        "kind": fact.kind.value,
        "key": fact.key,
        "on": fact.on.isoformat(),
        "hours": str(fact.hours),
        "hours_type": fact.hours_type,
        "score": None if fact.score is None else str(fact.score),
        "passed": fact.passed,
        "valid_until": fact.valid_until.isoformat() if fact.valid_until else None,
        "verified": fact.verified,
        "mode": fact.mode,
    }


def facts_from(evidence: Mapping[str, Any]) -> PersonFacts:
    """Return the facts of a snapshot, so that the decision can be made again."""
    return PersonFacts(
        person=evidence["person"],
        roles=tuple(
            RoleSpell(each["role"], date.fromisoformat(each["from"]), _day(each["until"]))
            for each in evidence["roles"]
        ),
        anchors={name: date.fromisoformat(day) for name, day in evidence["anchors"].items()},
        facts=tuple(_fact(each) for each in evidence["facts"]),
    )


def _fact(row: Mapping[str, Any]) -> Fact:
    return Fact(
        id=row["id"],
        kind=FactKind(row["kind"]),
        key=row["key"],
        on=date.fromisoformat(row["on"]),
        hours=Decimal(row["hours"]),
        score=None if row["score"] is None else Decimal(row["score"]),
        passed=row["passed"],
        valid_until=_day(row["valid_until"]),
        verified=row["verified"],
        hours_type=row["hours_type"],
        mode=row["mode"],
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
