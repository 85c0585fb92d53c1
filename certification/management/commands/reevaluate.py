"""Decide again about one person or everybody: issue what is earned, lay the standing out anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.credentials.operations import Evaluation, evaluate, evaluate_everybody
from certification.management.arguments import add_as_of, as_json, as_of, one_person
from certification.programs.queries import catalogue


class Command(BaseCommand):
    """Evaluate people; safe to repeat at any time."""

    help = "Issue every credential that is earned and rebuild everybody's standing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--person", help="Only this one: uuid, e-mail address or whole name.")
        parser.add_argument("--program", help="Only this program: its key.")
        add_as_of(parser)
        parser.add_argument("--dry-run", action="store_true", help="Say what would be issued.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Evaluate and print what was issued."""
        program, on, dry = options["program"], as_of(options), options["dry_run"]
        if program is not None and program not in catalogue().versions:
            raise CommandError(f"There is no program {program!r}.")
        if options["person"]:
            one = [one_person(options["person"]).id]
            done = evaluate(person_ids=one, program_key=program, on=on, dry_run=dry)
        else:
            done = evaluate_everybody(program_key=program, on=on, dry_run=dry)
        rows = _rows(done, dry=dry)
        if options["json"]:
            result = {"people": done.people, "dry_run": dry, "issued": rows}
            self.stdout.write(as_json(result))
            return
        for row in rows:
            self.stdout.write("  ".join(str(value) for value in row.values()))
        verb = "would be issued" if dry else "issued"
        self.stdout.write(f"{done.people} people evaluated, {len(rows)} credentials {verb}.")


def _rows(done: Evaluation, *, dry: bool) -> list[dict[str, Any]]:
    if dry:
        return [
            {
                "person": each.dossier.file.person.uuid,
                "name": each.dossier.file.person.name,
                "credential": each.rule.key,
                "period": each.turn.period,
                "valid_from": each.on,
            }
            for each in done.earned
        ]
    return [
        {
            "code": each.code,
            "credential": each.credential_key,
            "period": each.period,
            "valid_from": each.valid_from,
        }
        for each in done.issued
    ]
