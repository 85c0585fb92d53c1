"""When a course is taken out of use, and when it comes back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class CourseRetirement(models.Model):
    """One row says that a course takes nobody new, and until when who began may finish.

    ``closes_on`` is the last day to finish; None: the course is open again. The newest row of a
    course counts. Triggers refuse UPDATE and DELETE. Seen by editors, trainers and auditors.
    Personal data: no.
    """

    course_key = models.SlugField(max_length=60)
    closes_on = models.DateField(null=True, blank=True)
    reason = models.TextField()
    actor = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("retirement of a course")
        indexes = [models.Index(fields=["course_key"], name="retirements_by_course")]

    def __str__(self) -> str:
        return f"{self.course_key} → {self.closes_on}"
