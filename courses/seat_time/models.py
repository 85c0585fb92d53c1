"""Study sessions, the active stretches within them, video watched, and disputes about time."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class StudySession(models.Model):
    """One row is one page of a course open in one tab.

    ``opened_at`` to ``last_seen_at`` is the wall-clock time; ``reported_seconds`` is what the
    content says of itself (None: it says nothing). ``subject`` is an evidence key, ``revision``
    the course version. Seen by the worker; sums also by trainers and auditors. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    course_key = models.SlugField(max_length=60)
    subject = models.CharField(max_length=160)
    revision = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)
    reported_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("study session")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("opened_at")), name="session_ends_after_its_start"
            )
        ]
        indexes = [
            # Serves "how long did this person work on this course".
            models.Index(fields=["person", "course_key"], name="sessions_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.subject}"


class Activity(models.TextChoices):
    """What made a stretch of time active."""

    READING = "reading", _("Reading and answering")
    MEDIA = "media", _("Media playing")


def activities() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Activity.choices)


class ActiveSpan(models.Model):
    """One row is one stretch of active time, half-open, on the server's clock.

    ``claimed_ms`` is what the browser's monotonic clock said before the server clamped it. Spans of
    several tabs or devices may overlap: the time of a person is their union. Triggers refuse
    UPDATE and DELETE. Seen like the session. Personal data: yes.
    """

    session = models.ForeignKey(StudySession, models.PROTECT, related_name="spans")
    # Counted up by the tab: the same tick told twice is one row.
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=8, choices=activities, default=Activity.READING)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    claimed_ms = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("active span")
        constraints = [
            models.UniqueConstraint(fields=["session", "sequence"], name="one_span_per_tick"),
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="span_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.from_at} – {self.until_at}"


class WatchedSpan(models.Model):
    """One row is one stretch of a recording that was played, in whole seconds of the recording.

    What is credited is the union: distinct seconds. Triggers refuse UPDATE and DELETE. Seen like
    the session. Personal data: yes.
    """

    session = models.ForeignKey(StudySession, models.PROTECT, related_name="watched")
    block_id = models.CharField(max_length=80)
    sequence = models.PositiveBigIntegerField()
    from_second = models.PositiveIntegerField()
    until_second = models.PositiveIntegerField()
    rate = models.DecimalField(max_digits=4, decimal_places=2, default=1)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("watched span")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "block_id", "sequence"], name="one_watched_span_per_tick"
            ),
            models.CheckConstraint(
                condition=Q(until_second__gt=F("from_second")), name="watched_span_has_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_id} {self.from_second}–{self.until_second}"


class TimeDispute(models.Model):
    """One row says that a learner holds the measured time to be wrong; both figures are kept.

    Triggers refuse UPDATE and DELETE. Seen by the learner, trainers and auditors. Personal data:
    yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    course_key = models.SlugField(max_length=60)
    subject = models.CharField(max_length=160)
    measured_minutes = models.PositiveIntegerField()
    claimed_minutes = models.PositiveIntegerField()
    reason = models.TextField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("time dispute")

    def __str__(self) -> str:
        return f"{self.subject}: {self.measured_minutes} / {self.claimed_minutes}"


class TimeDecision(models.Model):
    """One row decides a dispute: the minutes that stand beside the measured ones, and why.

    Triggers refuse UPDATE and DELETE. Seen like the dispute. Personal data: yes.
    """

    dispute = models.OneToOneField(TimeDispute, models.PROTECT, related_name="decision")
    accepted_minutes = models.PositiveIntegerField()
    reason = models.TextField()
    actor = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("decision about time")

    def __str__(self) -> str:
        return f"{self.dispute_id}: {self.accepted_minutes}"
