"""What was found each time somebody looked up a licence with those who gave it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock
from lms.people.models.workers import Licence


class LookUp(models.TextChoices):
    """What the source said."""

    CONFIRMED = "confirmed", _("It is there, as recorded")
    DIFFERENT = "different", _("It is there, but not as recorded")
    NOT_FOUND = "not_found", _("It is not there")
    ENDED = "ended", _("Revoked or ended early")


def look_ups() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(LookUp.choices)


class LicenceVerification(models.Model):
    """One row says that a licence was looked up: where, on which day, by whom, with what outcome.

    Nothing is overwritten: who looks again adds a row. The first confirmation is copied to
    ``Licence.verified_at``, which then never changes; what a later look contradicts continues as
    a new licence row that replaces the old one. Triggers refuse UPDATE and DELETE. Seen by those
    who see the licence. Kept for ever. Personal data: yes, sensitive.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="verifications")
    outcome = models.CharField(_("outcome"), max_length=9, choices=look_ups)
    source = models.CharField(_("source"), max_length=200)
    # The legal date on which the source was looked at; it may have been written down later.
    looked_up_on = models.DateField(_("looked up on"))
    actor = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("verification of a licence")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["confirmed", "different", "not_found", "ended"]),
                name="a_look_up_has_a_known_outcome",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="a_look_up_names_its_source"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.looked_up_on}"
