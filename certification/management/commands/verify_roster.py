"""Check a roster file against the certificates on record."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.management.arguments import add_as_of, as_json, as_of
from certification.programs.queries import UnknownProgram
from certification.verification.operations import check_roster
from certification.verification.roster_file import DOWNLOAD, MAX_ROWS, NotARoster, asked_rows
from lms.kit.tables import TableError, csv_text, read_table
from lms.public import organisation


class Command(BaseCommand):
    """Answer every row of a roster, in its order, and keep the answer as a receipt."""

    help = "Check a CSV or XLSX roster: certificate_code, given_name, family_name, record_id, role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="The roster, CSV or XLSX.")
        parser.add_argument("--program", required=True, help="The key of a program.")
        parser.add_argument("--organisation", help="Whose staff may be matched by name: its key.")
        add_as_of(parser)
        parser.add_argument("--out", type=Path, help="Write the answers to this CSV file.")
        parser.add_argument("--json", action="store_true", help="Print the answers as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, answer, write."""
        place = None
        if options["organisation"]:
            place = organisation(key=options["organisation"])
            if place is None:
                raise CommandError(f"There is no organisation {options['organisation']!r}.")
        try:
            with options["file"].open("rb") as opened:
                rows = asked_rows(read_table(opened, max_rows=MAX_ROWS))
            receipt = check_roster(
                rows=rows,
                program_key=options["program"],
                on=as_of(options),
                organisation=place,
                file_name=options["file"].name,
            )
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except (TableError, NotARoster) as error:
            raise CommandError(str(error)) from error
        except UnknownProgram as error:
            raise CommandError(f"There is no program {error}.") from error
        answers = receipt.answer["rows"]
        if options["out"]:
            options["out"].write_text(csv_text(DOWNLOAD, answers), "utf-8")
        if options["json"]:
            whole = {"receipt_id": receipt.uuid, "sha256": receipt.sha256, **receipt.answer}
            self.stdout.write(as_json(whole))
            return
        if not options["out"]:
            self.stdout.write(csv_text(DOWNLOAD, answers), ending="")
        qualified = sum(row["qualification"] == "qualified" for row in answers)
        self.stderr.write(
            f"{len(answers)} rows, {qualified} qualified on {receipt.answer['as_of']}."
            f" Receipt {receipt.uuid}, sha256 {receipt.sha256}."
        )
