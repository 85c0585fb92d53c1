"""Write the portable record of a person to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.management.arguments import one_person
from certification.portable.making import RecordTooLarge
from certification.portable.operations import make_record
from certification.portable.records import Part
from certification.signing.keyfile import NoSigningKey


class Command(BaseCommand):
    """Make the record, sign it, write it down as a download."""

    help = (
        "Write what a person may take along to another academy, signed, as JSON. Only on their own"
        " wish: they can do the same at /me/record/."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("person", help="A uuid, an e-mail address or a whole name.")
        parser.add_argument("--out", type=Path, required=True, help="The file to write.")
        parser.add_argument(
            "--include",
            action="append",
            default=[],
            choices=[each.value for each in Part],
            help="What is left out unless the person says so; may be given several times.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make and write. Raises: CommandError."""
        person, out = one_person(options["person"]), options["out"]
        parts = [Part(each) for each in options["include"]]
        try:
            out.touch(mode=0o600)
            made = make_record(person_id=person.id, parts=parts, actor_id=None)
            out.write_bytes(made.data)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        except (NoSigningKey, RecordTooLarge) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{out}: {len(made.record.facts)} facts of {person.name}, {len(made.data)} bytes,"
            f" signed by {made.record.did}."
        )
