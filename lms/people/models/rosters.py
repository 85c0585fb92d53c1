"""Roster files on their way in: the draft that survives, and the remembered mapping."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class RosterMapping(models.Model):
    """One row remembers which columns an organisation's roster files have.

    Seen by the organisation's managers. Personal data: no.
    """

    organisation = models.OneToOneField("lms.Organisation", models.PROTECT, related_name="+")
    columns = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("roster mapping")

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class RosterImport(models.Model):
    """One row is one uploaded roster file: its rows, mapping, and what came of it.

    Seen by the organisation's managers. Drafts may be dropped; applied ones stay as evidence of
    who recorded what. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    headers = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("roster import")

    def __str__(self) -> str:
        return self.file_name
