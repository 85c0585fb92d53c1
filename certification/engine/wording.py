"""Say a decision in plain English sentences, for the command line and the refusal letter."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from certification.engine.decision import Decision, Finding, Outcome, Unit

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.MET: "met",
    Outcome.UNMET: "not met",
    Outcome.NEEDS_REVIEW: "evidence is waiting for review",
}


def headline(decision: Decision) -> str:
    """Return one sentence with the outcome: "As of 3 Mar 2026: not met, 2 of 40 open."."""
    findings = [each for each in decision.findings if "/" not in each.requirement]
    unmet = sum(not each.met for each in findings)
    day = day_text(decision.as_of)
    if not findings:
        return f"As of {day}: no requirement applies."
    return f"As of {day}: {_OUTCOMES[decision.outcome]}, {unmet} of {len(findings)} open."


def lines(decision: Decision, titles: Mapping[str, str]) -> list[str]:
    """Return one line for each finding, members of a group indented below it.

    `titles` are looked up by the finding's whole path, then by its last part; a clause without
    a title is called by its id.
    """
    return [_line(each, titles, decision.as_of) for each in decision.findings]


def day_text(day: date) -> str:
    """Write a date as "3 Mar 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def number_text(value: Decimal) -> str:
    """Write a number without needless zeros: 1.50 is "1.5" and 40.0 is "40"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _line(finding: Finding, titles: Mapping[str, str], as_of: date) -> str:
    path = finding.requirement
    name = path.rpartition("/")[2]
    indent = "  " * path.count("/")
    title = titles.get(path) or titles.get(name) or name
    state = "met" if finding.met else "not met"
    parts = [f"{title}: {state}, {_amount(finding)}.", _deadline(finding, as_of)]
    parts.append(f"[{finding.source or name}]")
    return indent + " ".join(part for part in parts if part)


def _amount(finding: Finding) -> str:
    have, need = number_text(finding.have), number_text(finding.need)
    if finding.unit is Unit.HOURS:
        return f"{have} of {need} {'hour' if finding.need == 1 else 'hours'}"
    if finding.unit is Unit.PERCENT:
        return f"best score {have} %, {need} % needed" if finding.because else f"{need} % needed"
    if finding.unit is Unit.DATE:
        return f"{_ordinal(finding.have)}, needed by {_ordinal(finding.need)}"
    if finding.need == 1:
        return "on record" if finding.met else "nothing on record"
    return f"{have} of {need}"


def _ordinal(value: Decimal) -> str:
    return day_text(date.fromordinal(int(value))) if value > 0 else "no date"


def _deadline(finding: Finding, as_of: date) -> str:
    if finding.met or finding.due is None:
        return ""
    if finding.due < as_of:
        return f"It was due by {day_text(finding.due)}."
    return f"Due by {day_text(finding.due)}."
