"""Refusal letters as they were sent; rows only."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


def reference_of(letter: uuid.UUID) -> str:
    """Return the number of a letter, which stands on its paper before the row is written."""
    return f"RL-{letter.hex[:8].upper()}"


class RefusalLetter(models.Model):
    """One row is one letter that says why somebody is not certified, with the decision it prints.

    Triggers refuse UPDATE and DELETE. ``content`` is everything that is printed, so that the same
    bytes can be made again, whatever became of names, titles and rules. Seen by the person it is
    about and by the certification office. Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField(
        "certification.StoredDecision", models.PROTECT, related_name="refusal"
    )
    officer = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    content = models.JSONField()
    storage_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    # One form sent twice is one letter.
    form_key = models.UUIDField(unique=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("refusal letter")

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Return the number that people write to each other, such as RL-8F3A2B1C."""
        return reference_of(self.uuid)
