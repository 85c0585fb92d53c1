"""Question banks, the questions in them revision by revision, and quizzes that draw from them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    TRUE_FALSE = "true_false", _("True or false")
    MATCHING = "matching", _("Matching")
    ORDERING = "ordering", _("Putting in order")
    SHORT_TEXT = "short_text", _("Short text")
    NUMERIC = "numeric", _("A number")
    BRANCHING = "branching", _("A case with decisions")
    ESSAY = "essay", _("Own words, marked by a person")


def question_kinds() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(QuestionKind.choices)


class QuestionBank(models.Model):
    """One row is one bank of questions that any quiz may draw from.

    Seen by editors and trainers. Personal data: no.
    """

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    # The course that it came with; empty: it belongs to no course.
    course_key = models.SlugField(max_length=60, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("question bank")

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One row is one revision of one question. A changed question is a new row.

    ``options``: what is chosen among, matched or put in order, [{"id", "text", "correct",
    "feedback"}] for a choice; ``marking``: how an answer is marked (accepted words, tolerance,
    pairs, steps, criteria, partial credit). Both hold the key: seen by editors; learners see a
    question without it until they submit. Kept while attempts cite it. Personal data: no.
    """

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=80)
    revision = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=question_kinds, default=QuestionKind.SINGLE)
    stem = models.TextField()
    options = models.JSONField(default=list)
    marking = models.JSONField(default=dict)
    points = models.PositiveSmallIntegerField(default=1)
    # Asks how sure the learner is; never marked.
    asks_confidence = models.BooleanField(default=False)
    objective = models.CharField(max_length=20, blank=True)
    competency = models.CharField(max_length=20, blank=True)
    tags = models.JSONField(default=list)
    difficulty = models.PositiveSmallIntegerField(default=1)
    critical = models.BooleanField(default=False)
    author = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("question")
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "key", "revision"], name="one_row_per_question_revision"
            ),
            models.UniqueConstraint(
                fields=["bank", "key"],
                condition=Q(retired_at__isnull=True),
                name="one_live_revision_per_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} r{self.revision}"


class Quiz(models.Model):
    """One row is one quiz with its rules: what is drawn, the pass mark, how many attempts.

    ``pools``: what each attempt draws, [{"bank": key, "draw": number, "critical": true or false
    (left out: either), "objective", "competency", "tag", "difficulty" (left out: any)}]; ``draw``
    is their sum. Public to read about, never with its keys. Personal data: no.
    """

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    course_key = models.SlugField(max_length=60)
    pools = models.JSONField(default=list)
    draw = models.PositiveSmallIntegerField()
    pass_percent = models.PositiveSmallIntegerField()
    # None: as often as the learner likes.
    attempts_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    # Between a failed attempt and the next.
    wait_hours = models.PositiveSmallIntegerField(default=0)
    # What it usually takes, and what it may take at most (None: no limit).
    minutes = models.PositiveSmallIntegerField(default=0)
    time_limit_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(condition=Q(pass_percent__lte=100), name="pass_mark_to_100"),
            models.CheckConstraint(condition=Q(draw__gte=1), name="quiz_draws_something"),
        ]

    def __str__(self) -> str:
        return self.title
