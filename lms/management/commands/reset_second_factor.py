"""Take a lost second factor off an account, so that its owner can set up a new one."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lms.people.models import User
from lms.public import record_audit


class Command(BaseCommand):
    """Remove every authenticator of one account; the reason stays in the audit log."""

    help = (
        "Removes the second factor of an account whose owner lost it. Ask them in person first:"
        " until a new one is set up, the account acts for nobody but itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address and the reason."""
        parser.add_argument("email", help="address the account signs in with")
        parser.add_argument("--reason", required=True, help="how the owner was recognised")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove, or say why not."""
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"No account signs in with {options['email']}.")
        factors = Authenticator.objects.filter(user=user)
        count = factors.count()
        if options["dry_run"]:
            self.stdout.write(f"Would remove {count} authenticators of {user.email}.")
            return
        with transaction.atomic(durable=True):
            factors.delete()
            record_audit(
                actor_id=None,
                action="second_factor_reset",
                subject_kind="user",
                subject=str(user.uuid),
                detail={"reason": options["reason"], "authenticators": count},
            )
        self.stdout.write(f"Removed {count} authenticators of {user.email}.")
