"""The frozen versions of courses that evidence cites, and what their hours rest on."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class VersionState(models.TextChoices):
    """A version is drafted, then published, then retired; a published one never changes."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


def version_states() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(VersionState.choices)


class CourseVersion(models.Model):
    """One row is one frozen outline of a course: which lessons, minutes, quiz, at which revision.

    ``outline`` is read by ``outline.py``; every page in it also has "revision" (the Wagtail
    revision that holds its words) and "digest". ``examining`` keeps quizzes and rubrics until
    they are published with it: it holds answer keys and is never shown. Evidence cites
    ``label``. Kept for ever. Personal data: no.
    """

    course_key = models.SlugField(max_length=60)
    label = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    outline = models.JSONField(default=dict)
    examining = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=version_states, default=VersionState.DRAFT)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("course version")
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "label"], name="one_course_version_per_label"
            ),
            models.UniqueConstraint(
                fields=["course_key"],
                condition=models.Q(state="published"),
                name="one_published_version_per_course",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_key} {self.label}"


class HoursBasis(models.Model):
    """One row says why one unit of a course version is worth its hours of one type.

    ``unit`` is an evidence key. ``method``, ``inputs`` (what was counted), ``raw_minutes`` and
    ``rounding`` let an auditor reckon again; ``reviewer`` is empty until an expert has confirmed
    the difficulty. Triggers refuse UPDATE and DELETE: another basis is another version. Kept for
    ever. Personal data: no.
    """

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="hours_bases")
    unit = models.CharField(max_length=100)
    title = models.CharField(max_length=160)
    hours_type = models.CharField(max_length=12)
    method = models.CharField(max_length=10)
    inputs = models.JSONField()
    raw_minutes = models.DecimalField(max_digits=8, decimal_places=2)
    rounding = models.CharField(max_length=40)
    supported_hours = models.DecimalField(max_digits=6, decimal_places=2)
    claimed_hours = models.DecimalField(max_digits=6, decimal_places=2)
    reviewer = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("basis of hours")
        verbose_name_plural = _("bases of hours")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "unit", "hours_type"], name="one_basis_per_unit_and_type"
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_hours__lte=models.F("supported_hours")),
                name="no_more_hours_than_supported",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.hours_type}"
