"""What a new version of a course means for who is on the way or finished, and who reviewed it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Effect(models.TextChoices):
    """What a new version asks of people who finished, or began, an older one."""

    KEEP = "keep", _("Nothing: what was finished stays finished")
    TOP_UP = "top_up", _("Only what is new")
    REDO = "redo", _("The course again, from a date")


def effects() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Effect.choices)


class VersionChange(models.Model):
    """One row is the decision made when a version of a course took the place of another.

    ``subjects``: the lessons and quizzes to do for a top-up. ``impact``: how many people had
    finished and were half-way when it was decided. Past records never change by it. Triggers
    refuse UPDATE and DELETE. Seen by editors, trainers and auditors. Personal data: no.
    """

    course_key = models.SlugField(max_length=60)
    from_label = models.CharField(max_length=20)
    to_label = models.CharField(max_length=20)
    effect = models.CharField(max_length=8, choices=effects)
    redo_from = models.DateField(null=True, blank=True)
    subjects = models.JSONField(default=list)
    impact = models.JSONField(default=dict)
    reason = models.TextField()
    actor = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("change of version")
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "to_label"], name="one_decision_per_new_version"
            ),
            models.CheckConstraint(
                condition=Q(effect="redo", redo_from__isnull=False)
                | (~Q(effect="redo") & Q(redo_from__isnull=True)),
                name="only_redoing_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_key} {self.from_label} → {self.to_label}"


class ClinicalReview(models.Model):
    """One row says that a clinician read one revision of a page, and until when that holds.

    Triggers refuse UPDATE and DELETE. Public where the page is. Personal data: the reviewer's name
    and licence, given for this.
    """

    page_key = models.CharField(max_length=140)
    page_revision = models.PositiveIntegerField()
    reviewer = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    qualification = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    reviewed_on = models.DateField()
    review_due = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("clinical review")
        indexes = [models.Index(fields=["page_key"], name="reviews_by_page")]

    def __str__(self) -> str:
        return f"{self.page_key} r{self.page_revision}"


class CourseMedia(models.Model):
    """One row is one recording for lessons, with its captions and transcript.

    A changed file is a new row; lessons cite it by uuid. Names of files in storage are made of
    their contents. Seen by editors, and by learners within lessons. Personal data: no.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=5)
    stored = models.CharField(max_length=255)
    captions = models.CharField(max_length=255, blank=True)
    transcript = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    seconds = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("recording")

    def __str__(self) -> str:
        return self.title

    def files(self) -> dict[str, str]:
        """Return the names under which a course hands it out, and where each is stored."""
        suffix = self.stored.rpartition(".")[2]
        found = {f"recordings/{self.uuid}.{suffix}": self.stored}
        return found | ({f"recordings/{self.uuid}.vtt": self.captions} if self.captions else {})
