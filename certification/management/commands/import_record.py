"""Import a portable record that another academy has signed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.management.arguments import as_json, one_person
from certification.portable import trust, wording
from certification.portable.comparing import Compared, compare
from certification.portable.equivalence import BrokenMap, equivalence_of
from certification.portable.models import EquivalenceMap
from certification.portable.operations import (
    Imported,
    MapTaken,
    NameDiffers,
    SomebodyElse,
    add_map,
    checked,
    import_record,
    preview,
    same_name,
    take_in,
)
from certification.portable.outcomes import Outcome
from certification.portable.reading import MOST_BYTES, NotARecord
from courses.public import ActConflict, InvalidEvidence
from lms.public import LicenceRefused, PersonRecord, person


class Command(BaseCommand):
    """Check the signature, plan, write, compare the decisions, and print all of it."""

    help = (
        "Import the signed record of a person from another academy. The issuer must be on the list"
        " (trust_issuer). Nothing is dropped silently: what does not count is listed. Safe to"
        " repeat. Afterwards the person is decided anew, and the decisions are compared."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="The record, as it was downloaded.")
        parser.add_argument(
            "--person", required=True, help="Whose it is: a uuid, an e-mail or a whole name."
        )
        parser.add_argument("--map", type=Path, help="An equivalence map (YAML) to apply.")
        parser.add_argument(
            "--other-name",
            action="store_true",
            help="The names differ, and you know that it is the same person.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would be written.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, plan, write, print. Raises: CommandError."""
        who = one_person(options["person"])
        data = _bytes(options["file"])
        text = _text(options["map"]) if options["map"] else None
        try:
            done, rows = self._run(who, data, text, options)
        except NotARecord as error:
            raise CommandError(wording.not_a_record(error)) from error
        except trust.NotBelieved as error:
            raise CommandError(trust.refusal(error)) from error
        except BrokenMap as error:
            raise CommandError("\n".join(error.problems)) from error
        except MapTaken as error:
            raise CommandError(
                f"Another text is kept as {error}. Give the changed map a new version."
            ) from error
        except NameDiffers as error:
            raise CommandError(
                f"The record is of {error}, and here the person is {who.name}. If you know that it"
                " is the same person, say --other-name."
            ) from error
        except SomebodyElse as error:
            other = person(person_id=error.person_id)
            raise CommandError(
                f"This record was imported before for {other.name} ({other.uuid}). Nothing was"
                " written."
            ) from error
        except (InvalidEvidence, ActConflict, LicenceRefused) as error:
            raise CommandError(f"Nothing was written: {error}") from error
        self._print(done, rows, who, options)

    def _run(
        self, who: PersonRecord, data: bytes, text: str | None, options: dict[str, Any]
    ) -> tuple[Imported, list[Compared]]:
        record, _issuer = checked(data)
        rules = equivalence_of(text) if text is not None else None
        if options["dry_run"]:
            if not (options["other_name"] or same_name(record, who.id)):
                raise NameDiffers(record.name)
            done = preview(record=record, person_id=who.id, equivalence=rules)
        else:
            kept = add_map(text=text, actor_id=None) if text is not None else None
            done = self._import(who, data, kept, options)
        planned = bool(options["dry_run"])
        return done, compare(record=record, person_id=who.id, plan=done.plan, planned=planned)

    def _import(
        self, who: PersonRecord, data: bytes, kept: EquivalenceMap | None, options: dict[str, Any]
    ) -> Imported:
        return import_record(
            upload=take_in(data=data, actor_id=None),
            person_id=who.id,
            equivalence=kept,
            actor_id=None,
            name_differs=bool(options["other_name"]),
        )

    def _print(
        self, done: Imported, rows: list[Compared], who: PersonRecord, options: dict[str, Any]
    ) -> None:
        if options["json"]:
            self.stdout.write(as_json(wording.import_json(done, rows, dry_run=options["dry_run"])))
            return
        for each in done.plan.facts:
            if each.outcome is not Outcome.ON_RECORD or int(options["verbosity"]) > 1:
                self.stdout.write(wording.fact_line(each))
        for licence in done.plan.licences:
            self.stdout.write(wording.licence_line(licence))
        for before in done.plan.reversals:
            self.stdout.write(f"taken back there and here: {before.title} ({before.target})")
        self.stdout.write("")
        for compared in rows:
            for line in wording.comparison_lines(compared):
                self.stdout.write(line)
        plan = done.plan
        if not plan.changes:
            self.stdout.write(f"Nothing new for {who.name}: all of it is on record.")
            return
        said = "Would be" if options["dry_run"] else "Done"
        self.stdout.write(
            f"{said} for {who.name}: {len(plan.adding)} facts, {len(plan.new_licences)} licences,"
            f" {len(plan.reversals)} taken back, {len(plan.left)} not counted."
        )


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read.") from error
