"""Remind people of deadlines and of certificates that end, now instead of in the morning."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from certification.management.arguments import add_as_of, as_json, as_of
from certification.reminders.operations import send_to_everybody
from certification.reminders.queries import Digest


class Command(BaseCommand):
    """Send what is due; safe to repeat: each reminder goes out once, one message a day."""

    help = "Remind workers and supervisors 90, 60, 30, 7 and 0 days before a deadline or an end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        add_as_of(parser)
        parser.add_argument("--dry-run", action="store_true", help="Say what would be sent.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and print who was told what."""
        dry = options["dry_run"]
        done = send_to_everybody(on=as_of(options), dry_run=dry)
        if options["json"]:
            messages = [_message(each) for each in done.digests]
            self.stdout.write(
                as_json({"people": done.people, "dry_run": dry, "messages": messages})
            )
            return
        for each in done.digests:
            own = sum(line.own for line in each.lines)
            self.stdout.write(
                f"{each.recipient.email}  {own} own, {len(each.lines) - own} of the team"
            )
        verb = "would be sent" if dry else "sent"
        self.stdout.write(f"{done.people} people looked at, {len(done.digests)} messages {verb}.")


def _message(digest: Digest) -> dict[str, Any]:
    return {
        "recipient": digest.recipient.uuid,
        "address": digest.recipient.email,
        "day": digest.day,
        "reminders": [
            {
                "person": line.owed.person.uuid,
                "own": line.own,
                "program": line.owed.program_key,
                "subject": line.owed.matter.subject,
                "due_on": line.owed.due_on,
                "days_before": line.days_before,
            }
            for line in digest.lines
        ],
    }
