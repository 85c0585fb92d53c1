"""Publish the programs of a folder of YAML files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.management.arguments import as_json, day_in
from certification.programs.operations import (
    BrokenPrograms,
    LabelTaken,
    TooEarly,
    load_programs,
)


class Command(BaseCommand):
    """Publish programs; what is published already changes nothing."""

    help = "Publish every program file of a folder (default: those that come with the academy)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("path", nargs="?", type=Path, help="A YAML file, or a folder of them.")
        parser.add_argument(
            "--effective-on",
            metavar="YYYY-MM-DD",
            help="First day a changed program counts; default: today in its zone.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Check and say, write nothing.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print one line for each program."""
        path: Path | None = options["path"]
        if path is not None and not path.exists():
            raise CommandError(f"{path} does not exist.")
        try:
            loaded = load_programs(
                path=path,
                effective_on=day_in(options["effective_on"], "--effective-on"),
                dry_run=options["dry_run"],
            )
        except (BrokenPrograms, LabelTaken, TooEarly) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            rows = [
                {
                    "program": each.key,
                    "version": each.version,
                    "effective_on": each.effective_on,
                    "result": each.result,
                }
                for each in loaded
            ]
            self.stdout.write(as_json(rows))
            return
        for each in loaded:
            self.stdout.write(
                f"{each.key} {each.version}: {each.result}, effective {each.effective_on}"
            )
        if options["dry_run"]:
            self.stdout.write("Nothing was written (--dry-run).")
