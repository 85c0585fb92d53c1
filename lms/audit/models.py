"""The audit log: one row per act, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class AuditEntry(models.Model):
    """One row says who did what to what, and when we recorded it.

    Triggers refuse UPDATE and DELETE. Seen by state auditors and certification officers. Kept for
    ever. Personal data: yes.
    """

    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    actor = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            # Serves "everything that happened to this subject".
            models.Index(fields=["subject_kind", "subject"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind}:{self.subject}"
