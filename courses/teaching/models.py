"""Cohorts: who takes a course together, with whom, and who was reminded."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Cohort(models.Model):
    """One row is one group of people who take a course together.

    ``organisation`` is whose trainers run it. Seen by them, its members and auditors. Kept for
    ever. Personal data: no.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=160)
    course_key = models.SlugField(max_length=60)
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    from_on = models.DateField()
    # The first day after; None: it goes on.
    until_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("cohort")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="cohort_lasts_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.title


class CohortMember(models.Model):
    """One row is a person's time in a cohort. Leaving fills ``until_on``; rows are kept.

    Seen like the cohort. Personal data: yes.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="members")
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("cohort member")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=Q(until_on__isnull=True),
                name="one_present_membership_per_cohort",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.person_id}"


class Nudge(models.Model):
    """One row says that a trainer reminded a member of what is left, and of what exactly.

    Triggers refuse UPDATE and DELETE. Seen by the trainers and the member. Personal data: yes.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="nudges")
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=160)
    words = models.TextField(blank=True)
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("nudge")

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.person_id} {self.subject}"
