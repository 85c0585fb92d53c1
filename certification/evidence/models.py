"""Decisions as they were made, with the evidence they relied on."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class StoredDecision(models.Model):
    """One row is one decision of the engine that something was built on.

    Triggers refuse UPDATE and DELETE. ``findings`` is the whole list as printed; ``evidence`` the
    snapshot of the facts used, so that it can be recomputed after a course is gone. Seen by the
    person, the agency and the state. Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    program_version = models.ForeignKey(
        "certification.ProgramVersion", models.PROTECT, related_name="+"
    )
    credential_key = models.SlugField(max_length=60)
    as_of = models.DateField()
    outcome = models.CharField(max_length=14)
    findings = models.JSONField()
    evidence = models.JSONField()
    engine = models.CharField(max_length=20)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("decision")

    def __str__(self) -> str:
        return f"{self.credential_key} {self.as_of} {self.outcome}"
