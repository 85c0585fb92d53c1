"""What some learners are allowed besides the rules of a quiz: more time, another attempt."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.assessment.models.banks import Quiz
from lms.kit import clock


class Accommodation(models.Model):
    """One row says how much time a person has for quizzes from now on; the newest row counts.

    ``multiplier``: 1.5 is half as much again, 1 is no more than others, None is no limit. Triggers
    refuse UPDATE and DELETE. The reason tells of somebody's health: seen by the person and by who
    may grant it, never by agency or auditors. Personal data: yes.
    """

    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    multiplier = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    reason = models.TextField()
    granted_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("accommodation")
        constraints = [
            models.CheckConstraint(
                condition=Q(multiplier__isnull=True) | Q(multiplier__gte=1, multiplier__lte=9),
                name="extra_time_is_no_less",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} × {self.multiplier}"


class Unlock(models.Model):
    """One row gives a person one more attempt at a quiz at once, with the reason.

    It lifts the waiting time and, where all attempts are used, allows one more. Triggers refuse
    UPDATE and DELETE. Seen by the person, trainers and auditors. Personal data: yes.
    """

    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="+")
    reason = models.TextField()
    granted_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("unlock")

    def __str__(self) -> str:
        return f"{self.person_id} {self.quiz_id}"
