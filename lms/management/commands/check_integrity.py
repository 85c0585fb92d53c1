"""Hold the stored data against every invariant of the house."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification import public as certification
from courses import public as courses
from lms import public as lms
from lms.kit.integrity import Check, orphans
from lms.management.fixes import fix_of


class Command(BaseCommand):
    """Run every check; safe at any time, and reads only unless told to fix."""

    help = "Check every invariant of the stored data; fails and lists what is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--fix",
            action="store_true",
            help="Rebuild what is only a cache (standing, folded names); history is never touched.",
        )
        parser.add_argument(
            "--sample", type=int, metavar="N", help="Check the standing of N people only."
        )
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, say what was found, and fail if anything is broken."""
        if options["fix"]:
            folded = lms.fold_wrong_names()
            rebuilt = certification.rebuild_wrong_standing()
            if not options["json"]:
                self.stdout.write(f"Names folded again for {folded} people.")
                self.stdout.write(f"Standing rebuilt for {rebuilt} people.")
        checks = [
            orphans(),
            *lms.integrity(),
            *courses.integrity(),
            *certification.integrity(sample=options["sample"]),
        ]
        if options["json"]:
            rows = [{"ok": each.ok, **asdict(each), **_fix(each)} for each in checks]
            self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
        else:
            for each in checks:
                self.stdout.write(_words(each))
        broken = [each.name for each in checks if not each.ok]
        if broken:
            raise CommandError(f"Broken: {', '.join(broken)}.")


def _fix(check: Check) -> dict[str, str]:
    """Return what should be done about a check, as data."""
    fix = fix_of(check.name)
    return {"fix": fix.words, "fix_option": fix.mends or "Does nothing: this is not a cache."}


def _words(check: Check) -> str:
    lines = [f"{'ok ' if check.ok else 'NOT'} {check.name}: {check.sentence}"]
    lines += [f"      {each}" for each in check.problems]
    if not check.ok:
        fix = _fix(check)
        lines += [f"      What to do: {fix['fix']}", f"      --fix: {fix['fix_option']}"]
    return "\n".join(lines)
