"""Say that records of another academy, signed with a key, are believed, or are so no longer."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from certification.management.arguments import as_json, day_in
from certification.portable import trust
from certification.portable.operations import (
    AlreadyTrusted,
    NotTrusted,
    end_trust,
    trust_issuer,
)
from certification.signing.multikey import NotAKey, fingerprint
from lms.kit import clock


class Command(BaseCommand):
    """Add a row to the list of issuers, or print the list."""

    help = (
        "Believe records of an academy: --did did:web:… --key z6Mk… --name NAME, after comparing"
        " the fingerprint with them by telephone. --end stops it. Without --did: print the list."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--did", default="", help="The issuer, such as did:web:example.org.")
        parser.add_argument("--key", default="", help="Its public key, as /.well-known/did.json.")
        parser.add_argument("--name", default="", help="What the academy is called here.")
        parser.add_argument("--from", dest="from_on", help="First day; default: today.")
        parser.add_argument("--until", dest="until_on", help="First day it is no longer believed.")
        parser.add_argument("--end", action="store_true", help="Believe it no longer.")
        parser.add_argument("--note", default="", help="How the key was compared, or why it ends.")
        parser.add_argument("--json", action="store_true", help="Print the list as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add or end, then print the list. Raises: CommandError."""
        today = clock.today(settings.ACADEMY_ZONE)
        if options["did"]:
            try:
                self._change(day_in(options["from_on"], "--from") or today, options)
            except NotAKey as error:
                raise CommandError(f"--key: {error}.") from error
            except AlreadyTrusted as error:
                raise CommandError(f"{error} is believed already by this key.") from error
            except NotTrusted as error:
                raise CommandError(f"{error} is not believed by this key.") from error
        rows = [
            {
                "name": each.row.name,
                "did": each.row.did,
                "key": each.row.key,
                "fingerprint": each.fingerprint,
                "from": each.row.from_on,
                "until": each.row.until_on,
                "believed": each.trusted,
            }
            for each in trust.rows(today)
        ]
        if options["json"]:
            self.stdout.write(as_json(rows))
            return
        for row in rows:
            state = "believed" if row["believed"] else "not believed"
            self.stdout.write(f"{row['name']}: {state}, {row['did']}, {row['fingerprint']}")

    def _change(self, from_on: Any, options: dict[str, Any]) -> None:
        did, key, note = options["did"], options["key"], options["note"]
        if options["end"]:
            end_trust(did=did, key=key, on=from_on, note=note, actor_id=None)
            return
        if not options["name"]:
            raise CommandError("--name is missing: what is the academy called?")
        self.stderr.write(f"Fingerprint of the key: {fingerprint(key)}")
        trust_issuer(
            name=options["name"],
            did=did,
            key=key,
            from_on=from_on,
            until_on=day_in(options["until_on"], "--until"),
            note=note,
            actor_id=None,
        )
