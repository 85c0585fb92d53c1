"""Rubrics and observations of practice, signed by two."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Rubric(models.Model):
    """One row is one version of a rubric: items with behavioural anchors, critical ones marked.

    ``items``: [{"id", "text", "competency", "critical", "anchors": {"0": …, "3": …}}].
    Public within the academy. A change is a new version. Personal data: no.
    """

    key = models.SlugField(max_length=80)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=160)
    course_key = models.SlugField(max_length=60)
    items = models.JSONField()
    instructions = models.TextField(blank=True)
    # Timed steps: [{"minutes", "title", "text"}].
    plan = models.JSONField(default=list, blank=True)
    benchmark_percent = models.PositiveSmallIntegerField()
    hours_type = models.CharField(max_length=12, default="practice")
    hours = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("rubric")
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="one_row_per_rubric_version"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(retired_at__isnull=True),
                name="one_live_version_per_rubric",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Setting(models.TextChoices):
    """Where the practice was observed."""

    SIMULATION = "simulation", _("Simulation")
    FIELD = "field", _("Field response")


def observation_settings() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Setting.choices)


class Observation(models.Model):
    """One row is one observed conversation, rated by a coach and acknowledged by the worker.

    After the acknowledgement a trigger refuses every change, and DELETE always. Contains no
    client information. Seen by the two, the agency and the state. Kept for ever. Personal data:
    yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Sent by the form, so that a double click is one observation.
    form_key = models.UUIDField(unique=True)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="observations")
    observer = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    # Of the duty that gave the observer the right on that date.
    duty = models.ForeignKey("lms.Duty", models.PROTECT, related_name="+")
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="+")
    setting = models.CharField(max_length=10, choices=observation_settings)
    observed_on = models.DateField()
    ratings = models.JSONField()
    strengths = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    passed = models.BooleanField()
    critical_failed = models.JSONField(default=list)
    signed_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=clock.now)
    acknowledged_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    worker_comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("observation")
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("observer")), name="nobody_observes_themselves"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(score__lte=100), name="observation_score_percent"
            ),
        ]
        indexes = [
            # Serves the coach's desk: what I signed that waits for the worker.
            models.Index(fields=["observer", "acknowledged_at"], name="observation_by_observer"),
        ]

    def __str__(self) -> str:
        return f"{self.rubric_id} {self.observed_on}"


class Withdrawal(models.Model):
    """One row takes back an observation, with a reason; the observation itself stays.

    Seen by the two, the agency and the state. Kept for ever. Personal data: yes.
    """

    observation = models.OneToOneField(Observation, models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("withdrawal")

    def __str__(self) -> str:
        return f"{self.observation_id}"
