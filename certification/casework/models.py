"""Proposals to revoke with their answers, and appeals with their decisions; rows only."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.casework.reasons import answers, outcomes
from lms.kit import clock


class RevocationProposal(models.Model):
    """One row is one officer's proposal to revoke a certificate; a second officer answers it.

    Triggers refuse UPDATE and DELETE. ``note`` is seen by officers and auditors only. Kept for
    ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credential = models.ForeignKey(
        "certification.Credential", models.PROTECT, related_name="revocation_proposals"
    )
    # One more than the proposals answered so far: two open ones would have the same.
    turn = models.PositiveSmallIntegerField()
    proposed_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=40)
    effective_on = models.DateField()
    note = models.TextField()
    # The suspension that was written with it, to last until the answer.
    suspension = models.OneToOneField(
        "certification.CredentialEvent", models.PROTECT, null=True, related_name="proposal"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("revocation proposal")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "turn"], name="one_open_proposal_per_credential"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Return the number that officers write to each other, such as RV-00012."""
        return f"RV-{self.pk:05d}"


class RevocationAnswer(models.Model):
    """One row is the answer to a proposal: agreed or declined by a second officer, or withdrawn.

    Triggers refuse UPDATE and DELETE. Seen with the proposal. Kept for ever. Personal data: yes.
    """

    proposal = models.OneToOneField(RevocationProposal, models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=12, choices=answers)
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    # The revocation, or the reinstatement that ended the suspension; None: nothing was changed.
    event = models.OneToOneField(
        "certification.CredentialEvent", models.PROTECT, null=True, related_name="answer"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("revocation answer")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="agreed") | Q(event__isnull=False),
                name="an_agreed_proposal_revokes",
            )
        ]

    def __str__(self) -> str:
        return self.outcome


class Appeal(models.Model):
    """One row is a holder's appeal against one suspension or revocation; each is appealed once.

    Triggers refuse UPDATE and DELETE. Seen by the holder, officers and auditors; the public never
    learns of it. Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.OneToOneField(
        "certification.CredentialEvent", models.PROTECT, related_name="appeal"
    )
    words = models.TextField()
    appealed_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    # Sent after the last day; an officer says whether it is heard all the same.
    late = models.BooleanField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("appeal")

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Return the number that people write to each other, such as AP-00012."""
        return f"AP-{self.pk:05d}"


class AppealFile(models.Model):
    """One row is one paper of an appeal; its bytes lie in the store, named by their hash.

    Triggers refuse UPDATE and DELETE. Seen with the appeal. Kept for ever. Personal data: yes.
    """

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    storage_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("appeal file")
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "sha256"], name="a_paper_comes_once_in_an_appeal"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AppealDecision(models.Model):
    """One row is the outcome of an appeal, by an officer who had no part in what is appealed.

    Triggers refuse UPDATE and DELETE. ``words`` are for the holder; ``late_because`` says why an
    appeal that came late was heard. Seen with the appeal. Kept for ever. Personal data: yes.
    """

    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=12, choices=outcomes)
    reason_code = models.CharField(max_length=20)
    words = models.TextField()
    late_because = models.TextField(blank=True)
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    # The event that sets the decision aside; None: it stands.
    event = models.OneToOneField(
        "certification.CredentialEvent", models.PROTECT, null=True, related_name="appeal_decision"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("appeal decision")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="set_aside", event__isnull=False)
                | (~Q(outcome="set_aside") & Q(event__isnull=True)),
                name="an_appeal_that_succeeds_sets_aside",
            )
        ]

    def __str__(self) -> str:
        return self.outcome
