"""Give a duty to somebody: how the first officers and managers of an installation begin."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.people.models.access import DutyKind
from lms.people.operations import duties
from lms.public import find_people, organisation, today


class Command(BaseCommand):
    """Grant one duty as the system; managers grant further ones on their pages."""

    help = "Gives a duty (coach, agency_manager, certification_officer …) to one person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take person, duty and organisation."""
        parser.add_argument("person", help="uuid, e-mail address or exact name")
        parser.add_argument("duty", choices=DutyKind.values)
        parser.add_argument("organisation", help="key")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant it, or say why not."""
        found = find_people(reference=options["person"])
        if len(found) != 1:
            names = "".join(f"\n  {each.uuid}  {each.name}  {each.email}" for each in found)
            raise CommandError(
                f"{len(found)} people match {options['person']!r}; give a uuid.{names}"
            )
        place = organisation(key=options["organisation"])
        if place is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        words = f"{options['duty']} of {place.key} to {found[0].name}"
        if options["dry_run"]:
            self.stdout.write(f"Would give {words}.")
            return
        try:
            duties.grant_duty(
                actor_id=None,
                person_id=found[0].id,
                kind=options["duty"],
                organisation_id=place.id,
                starts_on=today(),
            )
        except duties.DutyAlreadyHeld:
            self.stdout.write(f"{found[0].name} holds it already.")
            return
        self.stdout.write(f"Gave {words}.")
