"""Add a state, region, agency or site: how an installation begins."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.people.models.organisations import OrganisationKind
from lms.people.operations import organisations
from lms.public import organisation


class Command(BaseCommand):
    """Add one organisation; one that is there already is left as it is."""

    help = "Adds an organisation. Safe to repeat: a key that exists is left as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take key, name, kind, parent and zone."""
        parser.add_argument("key", help="short name for URLs, such as rio-vista")
        parser.add_argument("name", help="the name people know")
        parser.add_argument("--kind", required=True, choices=OrganisationKind.values)
        parser.add_argument(
            "--parent", default="", help="key of the organisation above; none: a state"
        )
        parser.add_argument("--zone", default="", help="time zone, such as America/Denver")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add it, or say why not."""
        if organisation(key=options["key"]) is not None:
            self.stdout.write(f"{options['key']} is there already.")
            return
        parent = organisation(key=options["parent"]) if options["parent"] else None
        if options["parent"] and parent is None:
            raise CommandError(f"There is no organisation {options['parent']}.")
        if options["dry_run"]:
            self.stdout.write(f"Would add {options['kind']} {options['key']}.")
            return
        try:
            organisations.create_organisation(
                actor_id=None,
                key=options["key"],
                name=options["name"],
                kind=options["kind"],
                parent_id=parent.id if parent else None,
                zone=options["zone"],
            )
        except (organisations.WrongParent, organisations.NoSuchZone) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Added {options['kind']} {options['key']}.")
