"""Load curriculum packs as pages and course versions."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.public import (
    KeyTaken,
    Loaded,
    PackError,
    Problem,
    count_lines,
    count_pack,
    load_curriculum,
    publish_course,
    versions,
)

PACKS = settings.ROOT / "content" / "curriculum"
SAID = {
    "created": "loaded and published",
    "unchanged": "unchanged",
    "drafted": "changed: a draft version waits for publishing",
    "draft withdrawn": "back to the published words: the draft was withdrawn",
}


class Command(BaseCommand):
    """Load one pack, or all packs of content/curriculum. Loading again changes nothing."""

    help = (
        "Load curriculum packs. A new pack is published; a changed one becomes a draft version,"
        " and what learners read stays as it is until --publish."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("path", nargs="?", help="a pack folder (default: all packs)")
        parser.add_argument(
            "--check", action="store_true", help="load nothing: count, check and print everything"
        )
        parser.add_argument("--publish", action="store_true", help="publish the drafts as well")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, print one line a pack, and fail when any pack is faulty."""
        if options["check"]:
            self.check_packs(folders(options["path"]), options)
            return
        results = [self.load(folder, options) for folder in folders(options["path"])]
        if options["json"]:
            self.stdout.write(json.dumps(results, indent=2))
        if any(result["problems"] for result in results):
            raise CommandError("Some packs were not loaded; nothing of them was changed.")

    def check_packs(self, packs: list[Path], options: dict[str, Any]) -> None:
        """Print the counts and problems of each pack without touching the database."""
        counts = {folder: count_pack(folder=folder) for folder in packs}
        if options["json"]:
            said = {str(folder): asdict(count) for folder, count in counts.items()}
            self.stdout.write(json.dumps(said, indent=2, default=str))
        else:
            for folder, count in counts.items():
                self.stdout.write("\n".join(count_lines(count=count)))
                self.complain(folder, count.problems, options)
        wrong = sum(len(count.problems) for count in counts.values())
        if wrong:
            raise CommandError(f"{wrong} problems. Mend them; nothing was loaded.")

    def load(self, folder: Path, options: dict[str, Any]) -> dict[str, Any]:
        """Load one pack; return what happened as plain data."""
        result: dict[str, Any] = {"path": str(folder), "problems": [], "published": False}
        try:
            loaded = load_curriculum(path=folder, dry_run=options["dry_run"])
            if options["publish"] and not options["dry_run"]:
                result["published"] = publish_drafts(loaded)
        except PackError as error:
            result["problems"] = [asdict(problem) for problem in error.problems]
            self.complain(folder, error.problems, options)
            return result
        except KeyTaken as error:
            result["problems"] = [asdict(Problem("course.yaml", 0, str(error)))]
            self.complain(folder, (Problem("course.yaml", 0, str(error)),), options)
            return result
        if not options["json"]:
            self.report(loaded, result["published"])
        return result | asdict(loaded)

    def complain(
        self, folder: Path, problems: tuple[Problem, ...], options: dict[str, Any]
    ) -> None:
        """Print what is wrong, one line a problem."""
        if not options["json"] and problems:
            self.stderr.write(f"{folder}: {len(problems)} problems")
            for problem in problems:
                self.stderr.write(f"  {problem}")

    def report(self, loaded: Loaded, published: bool) -> None:
        """Print what happened."""
        said = "changed and published" if published else SAID[loaded.change]
        self.stdout.write(f"{loaded.course_key} {loaded.label}: {said}")
        if loaded.change == "drafted":
            for word, names in (
                ("new", loaded.added),
                ("changed", loaded.changed),
                ("gone", loaded.removed),
            ):
                for name in names:
                    self.stdout.write(f"  {word:8}{name}")


def folders(path: str | None) -> list[Path]:
    """Return the packs to load.

    Raises:
        CommandError: there is no pack.
    """
    if path is None:
        found = sorted(each.parent for each in PACKS.glob("*/course.yaml"))
    else:
        found = [Path(path)] if (Path(path) / "course.yaml").is_file() else []
    if not found:
        raise CommandError(f"There is no course.yaml in {path or f'the folders of {PACKS}'}.")
    return found


def publish_drafts(loaded: Loaded) -> bool:
    """Publish the draft that holds the pack's words. Return False when there is none."""
    drafts = [
        each.label for each in versions(course_key=loaded.course_key) if each.state == "draft"
    ]
    if loaded.label not in drafts:
        return False
    publish_course(course_key=loaded.course_key, label=loaded.label, actor_id=None)
    return True
