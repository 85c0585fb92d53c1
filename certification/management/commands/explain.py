"""Print why somebody stands as they stand: every finding, in words."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.credentials.cases import Report, report_on
from certification.engine import wording
from certification.engine.facts import Fact
from certification.evidence.snapshots import finding_json
from certification.management.arguments import (
    add_as_of,
    as_json,
    as_of,
    instant_in,
    one_person,
)
from certification.programs.queries import UnknownProgram, catalogue
from lms.kit.periods import last_day


class Command(BaseCommand):
    """Explain one person's standing in one program."""

    help = "Say how a person stands in a program on a date, requirement by requirement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("person", help="A uuid, an e-mail address or a whole name.")
        parser.add_argument("program", help="The key of a program, such as nm-mrss.")
        add_as_of(parser)
        parser.add_argument(
            "--known-at",
            metavar="INSTANT",
            help="What was known at this instant (2026-03-01 or 2026-03-01T09:30): a date means the"
            " end of that day in the program's zone. Default: now.",
        )
        parser.add_argument("--json", action="store_true", help="Print the decision as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide and print."""
        person = one_person(options["person"])
        try:
            report = report_on(
                person_id=person.id,
                program_key=options["program"],
                on=as_of(options),
                known_at=instant_in(options["known_at"], "--known-at", zone_of(options["program"])),
            )
        except UnknownProgram as error:
            known = ", ".join(sorted(catalogue().versions)) or "none is loaded"
            raise CommandError(f"There is no program {error}. Known: {known}.") from error
        if options["json"]:
            self.stdout.write(as_json(report_json(report)))
            return
        for line in report_lines(report):
            self.stdout.write(line)


def zone_of(program: str) -> str:
    """Return the zone of a program, of the newest version. Raises: UnknownProgram."""
    return catalogue().version(program, date.max).rules.zone


def report_lines(report: Report) -> list[str]:
    """Return the whole report as lines of text."""
    rules, facts = report.rules, {each.id: each for each in report.facts.facts}
    lines = [
        f"{report.person.name} ({report.person.uuid})",
        f"{rules.title}, version {report.version.label}, in force from"
        f" {wording.day_text(report.version.effective_on)}",
        f"Standing on {wording.day_text(report.on)}: {_standing_text(report)}",
        wording.headline(report.decision),
    ]
    roles = ", ".join(sorted(report.facts.roles_on(report.on))) or "none"
    anchors = ", ".join(
        f"{name} {wording.day_text(day)}" for name, day in sorted(report.facts.anchors.items())
    )
    if report.known_at is not None:
        lines.append(f"As known at {report.known_at.isoformat(timespec='minutes')}")
    lines.append(f"Roles: {roles}. Deadlines count from: {anchors or 'nothing known'}.")
    lines.extend(f"Certificate {text}" for text in _held_lines(report))
    lines.append("")
    findings = wording.lines(report.decision, rules.titles())
    for finding, line in zip(report.decision.findings, findings, strict=True):
        lines.append(f"{'✓' if finding.met else '·'} {line}")
        lines.extend(f"      {_evidence(facts[each])}" for each in finding.because if each in facts)
    return lines


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as data."""
    titles = report.rules.titles()
    return {
        "person": {"uuid": report.person.uuid, "name": report.person.name},
        "program": report.version.program_key,
        "version": report.version.label,
        "as_of": report.on,
        "known_at": report.known_at,
        "status": report.status,
        "phase": report.phase,
        "outcome": report.decision.outcome.value,
        "engine": report.decision.engine,
        "valid_until": _last(report.valid_until),
        "credentials": [
            {
                "code": each.code,
                "credential": each.credential_key,
                "period": each.period,
                "status": each.worth(report.on).status.value,
                "valid_from": each.valid_from,
                "valid_until": _last(each.valid_until),
            }
            for each in report.held
        ],
        "findings": [
            {"title": titles.get(each.requirement.rpartition("/")[2], ""), **finding_json(each)}
            for each in report.decision.findings
        ],
    }


def _standing_text(report: Report) -> str:
    """Return the status with its phase and its last day."""
    status = report.status.replace("_", " ")
    through = wording.day_text(last) if (last := _last(report.valid_until)) else ""
    phase = {"renewal": ", may be renewed now", "grace": ", lapsed, may still be renewed"}
    return status + (f" through {through}" if through else "") + phase.get(report.phase, "")


def _held_lines(report: Report) -> list[str]:
    texts = []
    for each in report.held:
        last = _last(each.valid_until)
        through = f"through {wording.day_text(last)}" if last else "without end"
        status = each.worth(report.on).status.value.replace("_", " ")
        start = wording.day_text(each.valid_from)
        texts.append(f"{each.code} ({each.title}): {status}, valid from {start} {through}")
    return texts


def _evidence(fact: Fact) -> str:
    parts = [wording.day_text(fact.on), fact.key]
    if fact.hours:
        parts.append(f"{wording.number_text(fact.hours)} h {fact.hours_type.replace('_', '-')}")
    if fact.score is not None:
        parts.append(f"{wording.number_text(fact.score)} %")
    parts.append(f"evidence {fact.id}")
    return ", ".join(parts)


def _last(until: date | None) -> date | None:
    return last_day(until)
