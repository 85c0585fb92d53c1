"""Messages to people, stored before they are sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Notice(models.Model):
    """One row is one message to one person, sent at most once for its key.

    Seen by the person and by operators. Kept two years. Personal data: yes.
    """

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey("lms.Person", models.PROTECT, null=True, related_name="notices")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("notice")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
