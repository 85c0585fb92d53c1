"""Proposals to join two records, their answers, and what joining changed of certificates."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Answer(models.TextChoices):
    """What became of a proposal."""

    JOINED = "joined", _("Joined")
    DECLINED = "declined", _("Not the same person")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def answers() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Answer.choices)


class DuplicateProposal(models.Model):
    """One row says that an officer takes two records for one human, and why.

    ``choices``: {"keep": [codes of certificates that stay in force although one of their kind is
    revoked or suspended], "seen": [warnings that were ticked], "digest": fingerprint of the
    preview}. Triggers refuse UPDATE and DELETE. Seen by certification officers. Kept for ever.
    Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    absorbed = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    reason = models.TextField()
    choices = models.JSONField(default=dict)
    proposed_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    # Sent by the form, so that a double click is one proposal.
    form_key = models.UUIDField(unique=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("proposal to join two records")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")), name="a_proposal_names_two_records"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Return the number by which people speak of the proposal."""
        return f"DUP-{self.pk:05d}"


class DuplicateAnswer(models.Model):
    """One row ends a proposal: joined by a second officer, declined or withdrawn.

    Triggers refuse UPDATE and DELETE. Seen by certification officers. Kept for ever.
    Personal data: yes.
    """

    proposal = models.OneToOneField(DuplicateProposal, models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=10, choices=answers)
    merge = models.OneToOneField("lms.PersonMerge", models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    answered_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("answer to a proposal to join two records")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="joined", merge__isnull=False)
                | (~Q(outcome="joined") & Q(merge__isnull=True)),
                name="joined_means_merged",
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.outcome}"


class DuplicateChange(models.Model):
    """One row names an event that joining wrote on a certificate, so that parting sets it aside.

    Triggers refuse UPDATE and DELETE. Seen by certification officers. Kept for ever.
    Personal data: yes.
    """

    answer = models.ForeignKey(DuplicateAnswer, models.PROTECT, related_name="changes")
    event = models.OneToOneField("certification.CredentialEvent", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("change by joining two records")

    def __str__(self) -> str:
        return f"{self.answer_id} {self.event_id}"
