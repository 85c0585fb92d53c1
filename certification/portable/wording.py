"""Say in words what an import does, and how two decisions compare."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from certification.engine.decision import Finding, Unit
from certification.engine.wording import day_text, number_text
from certification.evidence.snapshots import finding_json
from certification.portable.comparing import Compared, FindingRow, Why
from certification.portable.models import ImportedFact
from certification.portable.operations import Imported
from certification.portable.outcomes import Outcome, Reason
from certification.portable.plan import PlannedFact, PlannedLicence
from certification.portable.reading import MOST_BYTES, NotARecord
from certification.portable.records import FORMAT, Part

REASONS: Mapping[Reason, str | Promise] = {
    Reason.NOT_MAPPED: _("the map does not speak of it"),
    Reason.REFUSED: _("the map does not accept it"),
    Reason.CLAUSE_TWICE: _("it is credited to this requirement already, by another key"),
    Reason.HOURS_USED: _("all of its hours are credited already"),
    Reason.OWN: _("it came from this academy, where it is on record"),
    Reason.SAME_HERE: _("the same is on record here for that day, from another source"),
    Reason.FUTURE: _("it lies in the future"),
    Reason.UNKNOWN_KIND: _("this academy does not know such a kind of record"),
    Reason.BAD_KEY: _("it is not written as records are here"),
    Reason.GRANTED: _("a license or certificate does not come in as training"),
    Reason.TAKEN_BACK: _("it was taken back here, and stays so"),
    Reason.OTHER_HOURS: _("on record with other hours, by an earlier import; those stay"),
    Reason.PART: _("a part of the hours"),
    Reason.NO_CLAUSE: _("no requirement here asks for it"),
}
OUTCOMES: Mapping[Outcome, tuple[str, str | Promise]] = {
    Outcome.ADD: ("ok", _("Counted")),
    Outcome.ON_RECORD: ("none", _("On record already")),
    Outcome.NOT_COUNTED: ("part", _("Not counted")),
    Outcome.REVERSE: ("warn", _("Taken back")),
}
DECISIONS: Mapping[str, tuple[str, str | Promise]] = {
    "met": ("ok", _("Met")),
    "unmet": ("part", _("Not met")),
    "needs_review": ("warn", _("Waits for review")),
}
PARTS: Mapping[Part, str | Promise] = {
    Part.LICENCES: _("licenses, degrees and background checks"),
    Part.PEER: _("peer credentials"),
    Part.EMPLOYERS: _("names of employers"),
}


def not_a_record(error: NotARecord) -> str:
    """Return why a file is refused before its signature is looked at, and what to do."""
    if error.code == "large":
        most = MOST_BYTES // 1_000_000
        return _now("The file is larger than %(most)s MB. No portable record is.") % {"most": most}
    if error.code in ("json", "other"):
        return _now(
            "This file is no portable record. It must be the .json file that the worker downloaded,"
            " unchanged: not a picture, a PDF or a copy pasted into another file."
        )
    if error.code == "format":
        return _now(
            "This record is written as %(theirs)s; this academy reads %(ours)s. Ask the worker to"
            " download it again, from an academy that runs the present version."
        ) % {"theirs": error.problems[0], "ours": FORMAT}
    said = _now("The file is signed, but what it says cannot be read: %(problems)s.")
    return said % {"problems": "; ".join(error.problems)}


def reason_words(each: PlannedFact | Why) -> str:
    """Return why something is not counted, or what is to be known of what is."""
    reason = each.reason
    if reason is None:
        return ""
    return str(REASONS[reason])


def fact_line(each: PlannedFact) -> str:
    """Return one line of the command: what becomes of a fact."""
    source = each.source
    what = f"{source.title} ({source.subject}, {source.occurred_at:%Y-%m-%d})"
    told = f"{number_text(source.hours)} h" if source.hours else ""
    tone = str(OUTCOMES[each.outcome][1]).lower()
    toward = ""
    if each.outcome is not Outcome.NOT_COUNTED:
        toward = f" as {each.target}"
        if source.hours:
            toward += f", {number_text(each.hours)} of {told}"
    why = ": ".join(part for part in (reason_words(each), each.note) if part)
    return f"{tone}: {what}{toward}{f'; {why}' if why else ''}"


def licence_line(each: PlannedLicence) -> str:
    """Return one line of the command: what becomes of a licence."""
    state = "recorded, not verified" if each.outcome is Outcome.ADD else "on record already"
    return f"license {each.kind} from {each.source.valid_from}: {state}"


def amount(finding: Finding | None) -> str:
    """Return how far a requirement is met: "1.5 of 2 hours"."""
    if finding is None:
        return _now("not asked")
    words = {"have": number_text(finding.have), "need": number_text(finding.need)}
    if finding.unit is Unit.HOURS:
        return _now("%(have)s of %(need)s h") % words
    if finding.unit is Unit.PERCENT:
        return _now("%(have)s %% of %(need)s %%") % words
    if finding.unit is Unit.DATE:
        return _now("met") if finding.met else _now("not met")
    return _now("%(have)s of %(need)s") % words


def same_words(compared: Compared) -> str:
    """Return the answer in one sentence: whether the decision is the same, and if not, why."""
    if compared.there is None:
        return _now("The rules of this program cannot be read here. Nothing can be compared.")
    if compared.same_now:
        return _now("The decision here is the decision there, requirement by requirement.")
    if compared.same:
        return _now(
            "Employed and certified as there, the decision here is the decision there. What differs"
            " today is the employment: the record tells it, and your agency decides it."
        )
    n = sum(not row.same for row in compared.rows)
    return _now("%(n)s requirements stand differently here. Each says which facts make it so.") % {
        "n": n
    }


def comparison_lines(compared: Compared) -> list[str]:
    """Return a comparison as lines of text."""
    program = compared.program
    lines = [
        f"{program.title}, version {program.version}, on {day_text(program.as_of)}:"
        f" {same_words(compared)}"
    ]
    if compared.there is None or compared.here is None or compared.as_if is None:
        return lines
    for name, ruling in (
        ("there", compared.there),
        ("here", compared.here),
        ("here, employed as there", compared.as_if),
    ):
        roles = ", ".join(sorted(ruling.roles)) or "no role"
        lines.append(f"  {name} ({roles}): {ruling.decision.outcome.value}")
    if not compared.restated:
        lines.append("  The record states another decision than its own rules give.")
    for row in compared.rows:
        if not row.same:
            lines.append(f"  · {row.title}: there {amount(row.there)}, here {amount(row.as_if)}")
            lines.extend(f"      {why_words(each)}" for each in row.whys)
    return lines


def why_words(why: Why) -> str:
    """Return what became here of a fact that a finding there relies on."""
    words = {"title": why.fact.title, "why": reason_words(why), "hours": number_text(why.hours)}
    if why.outcome is Outcome.NOT_COUNTED:
        return _now("%(title)s: not counted, %(why)s") % words
    if why.reason is not None:
        return _now("%(title)s: counted with %(hours)s h, %(why)s") % words
    return _now("%(title)s: counted") % words


def import_json(done: Imported, rows: list[Compared], *, dry_run: bool) -> dict[str, Any]:
    """Return an import with its comparison as data."""
    plan = done.plan
    return {
        "dry_run": dry_run,
        "import": done.uuid,
        "written": done.uuid is not None,
        "counts": {
            "added": len(plan.adding),
            "not_counted": len(plan.left),
            "on_record": sum(each.outcome is Outcome.ON_RECORD for each in plan.facts),
            "taken_back": len(plan.reversals),
            "licences": len(plan.new_licences),
        },
        "facts": [
            {
                "id": each.source.id,
                "subject": each.source.subject,
                "target": each.target,
                "outcome": each.outcome.value,
                "reason": each.reason.value if each.reason else "",
                "note": each.note,
                "hours": str(each.hours),
                "of_hours": str(each.source.hours),
            }
            for each in plan.facts
        ],
        "programs": [_program_json(each) for each in rows],
    }


def _program_json(each: Compared) -> dict[str, Any]:
    rulings = {"there": each.there, "here": each.here, "as_if": each.as_if}
    return {
        "program": each.program.key,
        "version": each.program.version,
        "digest": each.program.digest,
        "as_of": each.program.as_of,
        "same_rules": each.same_rules,
        "restated": each.restated,
        "same": each.same,
        "same_now": each.same_now,
        **{
            name: ruling.decision_json() | {"earned": ruling.earned} if ruling else None
            for name, ruling in rulings.items()
        },
        "differences": [_row_json(row) for row in each.rows if not row.same],
    }


def _row_json(row: FindingRow) -> dict[str, Any]:
    return {
        "requirement": row.requirement,
        "there": finding_json(row.there) if row.there else None,
        "as_if": finding_json(row.as_if) if row.as_if else None,
        "because": [
            {"id": why.fact.id, "outcome": why.outcome.value, "reason": why.reason or ""}
            for why in row.whys
        ],
    }


def stored_reason(row: ImportedFact) -> str:
    """Return why an import did not count a fact."""
    return str(REASONS[Reason(row.reason)]) if row.reason in set(Reason) else ""
