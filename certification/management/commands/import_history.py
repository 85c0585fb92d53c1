"""Import what people completed or were granted before this academy kept their record."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from certification.history.operations import Imported, import_history, source_of
from certification.history.queries import NotAHistory, plan_of, rows_of
from certification.history.reading import HistoryRow
from certification.history.records import Outcome
from certification.history.result_file import DOWNLOAD, counts, error_rows, result_rows
from certification.management.arguments import as_json
from courses.public import ActConflict, InvalidEvidence
from lms.kit.tables import MAX_BYTES, TableError, csv_text, read_table
from lms.public import LicenceRefused, organisation

_HELP: Final = """\
Import history from a CSV or XLSX file: each row is something that a person completed, or was
granted, before this academy kept their record.

person_key    the agency's own record ID (with --organisation), the person's uuid, or an e-mail
              address on record; never a name
credential    a requirement id or evidence key that a loaded program counts (NM-40-01-L,
              course:mrss-101): becomes training in the ledger; or a kind of licence (LICENCE,
              CPSW, BACKGROUND, DEGREE ...), or a requirement that only a licence or a background
              check meets (NM-LIC): becomes a licence, unverified
completed_on  the day of training, not in the future; before hire is allowed
valid_from, valid_until  of a licence: first and last valid day; no valid_until: no end
hours         0 to 1000, at most two decimals; without hours, training adds none
evidence      what proves it; of a licence: issuer; number

Dates are written 2024-03-31. A requirement named by its own id attests that its pass mark was
met; an evidence key such as module:core40-m01 does not, because a file has no scores. This
academy's own certificates are not imported: import their parts.

All or nothing: any error writes nothing, and every error is printed. Safe to repeat: what is on
record is left alone. Afterwards everybody concerned is decided anew."""


class Command(BaseCommand):
    """Import every row or none, say row by row what came of it, and exit 1 on any error."""

    help = _HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the lines of the help as they are written."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="The history, CSV or XLSX.")
        parser.add_argument("--organisation", help="Whose record IDs the file uses: its key.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be written.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")
        parser.add_argument("--out", type=Path, help="Write the outcome of each row to this CSV.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, plan, write, print. Raises: CommandError."""
        place_id = _place(options["organisation"])
        data = _bytes(options["file"])
        try:
            table = read_table(data)
            rows, notes = rows_of(table)
        except (TableError, NotAHistory) as error:
            raise CommandError(str(error)) from error
        if options["out"]:
            _write(options["out"], "", options["file"])
        if options["dry_run"]:
            done = Imported(plan_of(rows, organisation_id=place_id))
        else:
            done = _import(rows, options["file"].name, data, place_id)
        if options["out"]:
            text = csv_text(DOWNLOAD, result_rows(done.planned, done.ids))
            _write(options["out"], text, options["file"])
        self._print(done, [*table.notes, *notes], **options)
        errors = error_rows(done.planned)
        if errors:
            wrong = counts(done.planned)[Outcome.ERROR]
            raise CommandError(
                f"{len(errors)} errors in {wrong} of {len(rows)} rows: nothing was written."
            )

    def _print(self, done: Imported, notes: Sequence[str], **options: Any) -> None:
        dry_run, found = bool(options["dry_run"]), counts(done.planned)
        rows, errors = result_rows(done.planned, done.ids), error_rows(done.planned)
        if options["json"]:
            answer = {
                "dry_run": dry_run, "written": done.written, "counts": found, "notes": notes,
                "errors": errors, "rows": rows,
            }  # fmt: skip
            self.stdout.write(as_json(answer))
            return
        for note in notes:
            self.stdout.write(note)
        for error in errors:
            self.stdout.write(f"row {error['row']}, {error['column']}: {error['problem']}")
        if errors:
            return
        for row in rows:
            if row["outcome"] == Outcome.ADD or row["detail"] or int(options["verbosity"]) > 1:
                self.stdout.write(_line(row))
        done_words = ", ".join(f"{number} {name}" for name, number in found.items())
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {done_words}.")


def _line(row: dict[str, Any]) -> str:
    what = f"{row['outcome']} {row['record']} {row['credential']}"
    day = row["completed_on"] if row["record"] == "training" else row["valid_from"]
    hours = f", {row['hours']} h" if row["record"] == "training" and row["hours"] else ""
    return f"row {row['row']}: {what} {day}{hours} for {row['name']}. {row['detail']}".rstrip()


def _place(key: str | None) -> int | None:
    if key is None:
        return None
    place = organisation(key=key)
    if place is None:
        raise CommandError(f"There is no organisation {key!r}.")
    return place.id


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _import(
    rows: Sequence[HistoryRow], name: str, data: bytes, organisation_id: int | None
) -> Imported:
    try:
        return import_history(
            rows=rows,
            source=source_of(name, data),
            actor_id=None,
            organisation_id=organisation_id,
        )
    except (InvalidEvidence, ActConflict, LicenceRefused) as error:
        raise CommandError(f"Nothing was written: {error}") from error


def _write(out: Path, text: str, source: Path) -> None:
    """Write the result file; also once before the import, to learn in time that it cannot be."""
    try:
        if out.exists() and out.samefile(source):
            raise CommandError("The result would overwrite the file itself. Name another --out.")
        out.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
