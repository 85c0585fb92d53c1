"""Build the demo state, say how to sign in to it, or add many more invented people."""

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.management.demo import build, bulk, logins, staff


class Command(BaseCommand):
    """Seed the demo; safe to repeat: what is there stays as it is."""

    # ./run demo calls this at every start, after commands that check: loading all URLs takes longer
    # than the work.
    requires_system_checks = []
    help = "Build the demo: regions, agencies, a fixed cast and 200 more invented people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--people", type=int, default=0, metavar="N",
            help="Have N more people by bulk rows, up to 100,000.",
        )  # fmt: skip
        parser.add_argument("--seed", type=int, default=build.SEED, help="Draw others; fixed.")
        parser.add_argument(
            "--strangers", type=int, default=staff.STRANGERS, metavar="N",
            help="How many people beside the cast the demo has; fewer build faster.",
        )  # fmt: skip
        parser.add_argument(
            "--keep", action="store_true", help="Do nothing when the demo is there already."
        )
        parser.add_argument("--logins", action="store_true", help="Print how to sign in.")
        parser.add_argument(
            "--code", metavar="EMAIL", help="Print the present code of a demo account."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would be made.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the things that the options name."""
        try:
            if options["code"]:
                self.stdout.write(logins.code_of(options["code"]))
            elif options["logins"]:
                self._print(logins.logins(), logins.words, as_json=options["json"])
            else:
                self._seed(options)
        except (build.NoDemoHere, logins.NoSuchAccount) as error:
            raise CommandError(str(error)) from error

    def _seed(self, options: dict[str, Any]) -> None:
        if not 0 <= options["people"] <= bulk.MOST:
            raise CommandError(f"--people is a number from 0 to {bulk.MOST}.")
        build.check_place()
        if options["dry_run"]:
            self._print(
                build.plan(options["strangers"], options["people"]), as_json=options["json"]
            )
            return
        say = (lambda _: None) if options["json"] else self.stdout.write
        known = build.begun()
        if known is None or not known.finished or not options["keep"]:
            build.build(seed=options["seed"], count=options["strangers"], say=say)
        if options["people"]:
            bulk.have(options["people"], say=say, processes=os.cpu_count() or 1)
        self._print(build.counts(), as_json=options["json"])

    def _print(self, result: dict[str, Any], words: Any = None, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result, indent=2, default=str))
        elif words is not None:
            self.stdout.write(words(result))
        else:
            self.stdout.write(", ".join(f"{value} {name}" for name, value in result.items()))
