"""The outbox: work promised inside a transaction."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class JobState(models.TextChoices):
    """Where a job stands."""

    READY = "ready", _("Ready")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


def job_states() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(JobState.choices)


class Job(models.Model):
    """One row is one promise of work, written in the transaction that makes it due.

    The row is the truth; Celery only carries its id. A lease that has run out is work to be
    taken again, so a killed worker loses nothing. Seen by operators. Done jobs may be pruned.
    Personal data: no (ids only).
    """

    State = JobState

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=job_states, default=JobState.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(default=clock.now)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("job")
        indexes = [
            # Serves the sweep: what is due, or was left running.
            models.Index(
                fields=["run_after"],
                condition=models.Q(state__in=["ready", "running"]),
                name="job_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
