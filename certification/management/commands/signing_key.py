"""Print the public key of this academy, and make a key where there is none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from certification.management.arguments import as_json
from certification.signing.keyfile import NoSigningKey, key_ring, make_key
from certification.signing.multikey import fingerprint
from certification.signing.queries import document_of


class Command(BaseCommand):
    """Say by which key our signatures are checked; never show the private one."""

    help = "Print issuer, public key and fingerprint; --make makes the key of SIGNING_KEY_FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--make", action="store_true", help="Make the key when the file does not exist."
        )
        parser.add_argument("--json", action="store_true", help="Print the DID document.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, read, print. Raises: CommandError."""
        path = Path(settings.SIGNING_KEY_FILE)
        try:
            if options["make"] and make_key(path):
                self.stderr.write(f"Made {path}, readable by its owner alone. Keep a copy safe.")
            ring = key_ring()
        except (NoSigningKey, OSError) as error:
            raise CommandError(f"{error} `signing_key --make` makes one.") from error
        if options["json"]:
            self.stdout.write(as_json(document_of(ring)))
            return
        self.stdout.write(f"issuer       {ring.did}")
        for place, key in enumerate(ring.public):
            self.stdout.write(f"{'earlier key ' if place else 'key         '} {key}")
            self.stdout.write(f"fingerprint  {fingerprint(key)}")
