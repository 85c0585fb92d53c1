"""Enrolments and the append-only learning ledger."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class EventKind(models.TextChoices):
    """What can happen to a learner; each becomes evidence of the kind with the same name."""

    LESSON = "lesson", _("Lesson finished")
    MODULE = "module", _("Self-paced part of a module finished")
    COURSE = "course", _("Course finished")
    QUIZ = "quiz", _("Quiz graded")
    SESSION = "session", _("Live session attended")
    OBSERVATION = "observation", _("Observation signed by both")
    COACHING = "coaching", _("Coaching contact")
    COLLABORATIVE = "collaborative", _("Learning collaborative attended")
    EXPERIENCE = "experience", _("Field experience attested")
    TRAINING = "training", _("Training completed elsewhere")
    REVERSAL = "reversal", _("Correction")


class HoursType(models.TextChoices):
    """How hours were earned."""

    SELF_PACED = "self_paced", _("Self-paced")
    LIVE = "live", _("Live sessions")
    PRACTICE = "practice", _("Skills practice")
    COACHING = "coaching", _("Coaching")
    NONE = "none", _("No hours")


def event_kinds() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(EventKind.choices)


def hours_types() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(HoursType.choices)


class Enrolment(models.Model):
    """One row says that a person takes a course.

    Seen by the person, coaches, the agency and the state. Kept for ever. Personal data: yes.
    """

    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="enrolments")
    course_key = models.SlugField(max_length=60)
    # The role whose track the person takes, where several of theirs fit; empty: all of those.
    track = models.SlugField(max_length=40, blank=True, default="")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("enrolment")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course_key"], name="one_enrolment_per_person_and_course"
            )
        ]

    def __str__(self) -> str:
        return self.course_key


class LearningEvent(models.Model):
    """One row is one fact of the learning ledger. Triggers refuse UPDATE and DELETE.

    A mistake is corrected by a REVERSAL row that points at the row it takes back. ``subject`` is
    an evidence key (``course:mrss-101``, ``quiz:…``, ``rubric:…`` or a requirement id).
    ``occurred_at`` is when it happened in the world, ``recorded_at`` when we learned of it.
    Seen by the person, coaches, the agency and the state. Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="learning_events")
    kind = models.CharField(max_length=14, choices=event_kinds)
    subject = models.CharField(max_length=160)
    hours_type = models.CharField(max_length=12, choices=hours_types, default=HoursType.NONE)
    hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    # Per cent, 0 to 100; None where nothing was scored.
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(default=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    actor = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    # Which words were learned: a course version label, a rubric version or a page revision.
    content_revision = models.CharField(max_length=60, blank=True)
    # The same act told twice has the same key, and is one row.
    act = models.CharField(max_length=160, unique=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("learning event")
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=0), name="ledger_hours_not_negative"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | (Q(score__gte=0) & Q(score__lte=100)),
                name="ledger_score_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False)
                | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="only_a_reversal_reverses",
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("recorded_at")),
                name="ledger_does_not_foresee",
            ),
        ]
        indexes = [
            # Serves "all evidence of this person", the hot path of every decision.
            models.Index(fields=["person", "occurred_at"], name="ledger_by_person"),
            # Serves reports by course.
            models.Index(fields=["subject"], name="ledger_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
