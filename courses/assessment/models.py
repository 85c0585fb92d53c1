"""Quizzes, their question bank, attempts and the answers saved as they are given."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Quiz(models.Model):
    """One row is one quiz with its rules: how many are drawn, the pass mark, how many attempts.

    Public to read about, never with its keys. Personal data: no.
    """

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    course_key = models.SlugField(max_length=60)
    draw = models.PositiveSmallIntegerField()
    # How many of them are critical: all of those must be right.
    critical_draw = models.PositiveSmallIntegerField(default=0)
    pass_percent = models.PositiveSmallIntegerField()
    # None: as often as the learner likes.
    attempts_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
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


class Question(models.Model):
    """One row is one revision of one question. A changed question is a new row.

    ``options``: [{"id", "text", "correct", "feedback"}]. Seen by editors; learners see it without
    keys until they submit. Kept while attempts cite it. Personal data: no.
    """

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=80)
    revision = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    stem = models.TextField()
    options = models.JSONField()
    objective = models.CharField(max_length=20, blank=True)
    competency = models.CharField(max_length=20, blank=True)
    difficulty = models.PositiveSmallIntegerField(default=1)
    critical = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("question")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "key", "revision"], name="one_row_per_question_revision"
            ),
            models.UniqueConstraint(
                fields=["quiz", "key"],
                condition=Q(retired_at__isnull=True),
                name="one_live_revision_per_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} r{self.revision}"


class Attempt(models.Model):
    """One row is one attempt, from its first question on.

    ``shown``: [{"question": id, "options": [option ids in the order shown]}]: what this learner
    saw, for ever. ``rules`` freezes pass mark, version and the ids of the critical questions. One
    open attempt per person and quiz. Seen by the learner; scores also by coach, agency and state.
    Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    shown = models.JSONField()
    rules = models.JSONField()
    started_at = models.DateTimeField(default=clock.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Per cent; None until graded.
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "quiz"],
                condition=Q(submitted_at__isnull=True),
                name="one_open_attempt_per_person_and_quiz",
            ),
            models.UniqueConstraint(
                fields=["person", "quiz", "number"], name="attempt_numbers_are_unique"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, score__isnull=True)
                | Q(submitted_at__isnull=False, score__isnull=False),
                name="submitted_means_graded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} #{self.number}"


class Response(models.Model):
    """One row is one learner's current answer to one question of an attempt.

    Overwritten only by a later answer (higher ``sequence``) while the attempt is open; a trigger
    refuses changes after submission. Seen by the learner. Personal data: yes.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="responses")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=40)
    # Counted up by the browser, so that a late retry never overwrites a newer answer.
    sequence = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("response")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "question"], name="one_answer_per_question_and_attempt"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.question_id}"
