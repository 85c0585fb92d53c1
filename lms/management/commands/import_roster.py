"""Import an agency's roster from a CSV or XLSX file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.kit.tables import TableError, read_table
from lms.people.authority import today
from lms.people.models import RosterImport
from lms.people.operations import apply_import, start_import
from lms.people.operations.rosters import report
from lms.people.queries import organisation
from lms.people.roster_plan import Outcome, counts
from lms.people.rosters import guessed, missing_columns, plan_of


class Command(BaseCommand):
    """Apply what can be applied, say row by row what was left out, and exit 1 if anything was."""

    help = (
        "Import a roster (CSV or XLSX) for an organisation. Safe to repeat. Leaving somebody out"
        " ends nothing; the action “end” does. Rows that could mean somebody already known are"
        " left out here: decide about them on the roster page."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the organisation's key, --dry-run and --json."""
        parser.add_argument("file", type=Path, help="the roster, .csv or .xlsx")
        parser.add_argument("--organisation", required=True, help="key, such as rio-vista")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, plan, apply, print. Raises: CommandError."""
        place = organisation(key=options["organisation"])
        if place is None:
            raise CommandError(f"There is no organisation {options['organisation']!r}.")
        try:
            table = read_table(options["file"].read_bytes())
        except (OSError, TableError) as fault:
            raise CommandError(str(fault)) from fault
        missing = missing_columns(guessed(table.headers, organisation_id=place.id))
        if missing:
            raise CommandError(f"No column was recognised for: {', '.join(missing)}.")
        if options["dry_run"]:
            draft = RosterImport(
                organisation_id=place.id,
                headers=list(table.headers),
                rows=[[row.number, *row.values.values()] for row in table.rows],
                columns=guessed(table.headers, organisation_id=place.id),
            )
            planned = plan_of(draft, today=today())
            found, rows = counts(planned), report(planned, {})
        else:
            draft = start_import(
                actor_id=None,
                organisation_id=place.id,
                file_name=options["file"].name,
                table=table,
            )
            applied = apply_import(actor_id=None, draft=draft)
            found, rows = applied.counts, applied.rows
        self._print(found, rows, list(table.notes), **options)
        left_out = found[Outcome.ERROR] + found[Outcome.DECIDE]
        if left_out:
            raise CommandError(f"{left_out} of {len(rows)} rows were left out.", returncode=1)

    def _print(
        self, found: dict[str, int], rows: list[dict[str, Any]], notes: list[str], **options: Any
    ) -> None:
        dry_run = bool(options["dry_run"])
        if options["json"]:
            answer = {"dry_run": dry_run, "counts": found, "notes": notes, "rows": rows}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for note in notes:
            self.stdout.write(note)
        for row in rows:
            if row["outcome"] != Outcome.UNCHANGED or int(options["verbosity"]) > 1:
                self.stdout.write(
                    f"row {row['row']}: {row['outcome']} {row['name']} {row['detail']}".rstrip()
                )
        done = ", ".join(f"{number} {name}" for name, number in found.items())
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {done}.")
