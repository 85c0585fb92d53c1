"""What changed for past attempts when a question turned out to be wrong."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.assessment.models.attempts import Attempt
from courses.assessment.models.banks import Question
from lms.kit import clock


class Regrade(models.Model):
    """One row says that attempts were graded again after a question was mended.

    ``choice`` is what was decided for results that would flip ("raise": nobody loses a pass;
    "all": every result follows the mended key; "none": only new attempts). Triggers refuse UPDATE
    and DELETE. Seen by editors, trainers and auditors. Personal data: no.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    before = models.ForeignKey(Question, models.PROTECT, related_name="+")
    after = models.ForeignKey(Question, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8)
    reason = models.TextField()
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("regrade")

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class RegradedAttempt(models.Model):
    """One row is the result of one attempt before and after a regrade; the attempt stays as it was.

    The newest row of an attempt is its result. ``evidence`` is the fact of the ledger that took
    the place of the first one. Triggers refuse UPDATE and DELETE. Seen like the attempt.
    Personal data: yes.
    """

    regrade = models.ForeignKey(Regrade, models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="regrades")
    score_before = models.DecimalField(max_digits=5, decimal_places=2)
    passed_before = models.BooleanField()
    score_after = models.DecimalField(max_digits=5, decimal_places=2)
    passed_after = models.BooleanField()
    evidence = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("regraded attempt")
        constraints = [
            models.UniqueConstraint(fields=["regrade", "attempt"], name="one_result_per_regrade")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.score_before} → {self.score_after}"
