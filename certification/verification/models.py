"""Roster checks: who asked, when, and what was answered."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class RosterCheck(models.Model):
    """One row is one answered roster: the receipt of what was asked and answered.

    Never changed. Seen by the organisation that asked and the state. Kept for ever.
    Personal data: yes (names as the agency typed them).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "lms.Organisation", models.PROTECT, null=True, related_name="+"
    )
    asked_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    program_key = models.SlugField(max_length=60)
    as_of = models.DateField()
    file_name = models.CharField(max_length=200, blank=True)
    answer = models.JSONField()
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("roster check")

    def __str__(self) -> str:
        return f"{self.uuid}"
