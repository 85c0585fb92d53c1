"""Measure the goals of the speed page, floors and features in one run."""

import json
import logging
import os
import platform
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from lms.management.benchmark.goals import GOALS
from lms.management.benchmark.line import Line
from lms.management.benchmark.stage import scratch_stage


class Command(BaseCommand):
    """Print one line a goal: what was measured, the ratio to its floor, what must hold."""

    help = (
        "Measures pages against bare floors (Django, Wagtail, WeasyPrint) in this process, in"
        " turn, and prints medians of CPU time as ratios. Works in a scratch database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the goals to measure, all by default."""
        parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(GOALS))
        parser.add_argument("--rounds", type=int, default=60, help="rounds a goal (default 60)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print; exit 1 when something that must hold does not."""
        names = [name.upper() for name in options["names"]] or list(GOALS)
        unknown = [name for name in names if name not in GOALS]
        if unknown:
            raise CommandError(f"no goal {', '.join(unknown)}; there are {', '.join(GOALS)}")
        logging.disable(logging.WARNING)
        lines: list[Line] = []
        with scratch_stage() as stage:
            for name in names:
                for line in GOALS[name](stage, options["rounds"]):
                    lines.append(line)
                    if not options["json"]:
                        self.stdout.write(_text(line))
        if options["json"]:
            self.stdout.write(
                json.dumps({"machine": _machine(), "lines": [asdict(line) for line in lines]})
            )
        else:
            self.stdout.write(_machine())
        missed = [line.goal for line in lines if not line.met]
        if missed:
            raise CommandError(f"not met: {', '.join(missed)}")


def _text(line: Line) -> str:
    counts = "".join(f"; {name} {have} (≤ {most})" for name, (have, most) in line.counts.items())
    verdict = "met" if line.met else "NOT MET"
    value = f"{line.value:.2f} {line.unit}"
    detail = f"  [{line.detail}]" if line.detail else ""
    return (
        f"{line.goal:4} {line.what:34} {value:>14}  must ≤ {line.must:g}{counts}  {verdict}{detail}"
    )


def _machine() -> str:
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python"
        f" {platform.python_version()}, {connection.vendor}; median CPU ms of this process"
    )
