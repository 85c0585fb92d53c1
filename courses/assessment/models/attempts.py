"""Attempts at quizzes, the answers saved as they are given, and marks given by people."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.assessment.models.banks import Question, Quiz
from lms.kit import clock


class Ended(models.TextChoices):
    """How an attempt ended."""

    LEARNER = "learner", _("Handed in")
    TIME = "time", _("Time was up")


def endings() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Ended.choices)


class Attempt(models.Model):
    """One row is one attempt, from its first question on.

    ``shown``: [{"question": id, "options": [option ids in the order shown]}]: what this learner
    saw, for ever. ``rules`` freezes pass mark, version, the ids of the critical questions and what
    time was given for which reason. ``due_at``: when what is saved is handed in; None: no limit.
    One open attempt per person and quiz. Handed in and without a score: a person still marks it.
    Seen by the learner; scores also by coach, agency and state. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    shown = models.JSONField()
    rules = models.JSONField()
    started_at = models.DateTimeField(default=clock.now, editable=False)
    due_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(max_length=8, choices=endings, blank=True)
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
                condition=Q(submitted_at__isnull=False) | Q(score__isnull=True),
                name="graded_means_submitted",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True, passed__isnull=True)
                | Q(score__isnull=False, passed__isnull=False),
                name="a_score_says_whether_it_passes",
            ),
        ]
        indexes = [
            # Serves the sweep that hands in what is out of time.
            models.Index(
                fields=["due_at"],
                condition=Q(submitted_at__isnull=True, due_at__isnull=False),
                name="open_attempts_by_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} #{self.number}"


class Response(models.Model):
    """One row is one learner's current answer to one question of an attempt.

    ``value`` is the id of an option, a list of ids, a mapping, a number or words, by the kind of
    the question. Overwritten only by a later answer (higher ``sequence``) while the attempt is
    open; a trigger refuses changes after submission. Seen by the learner. Personal data: yes.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="responses")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    value = models.JSONField()
    # How sure, 1 (guessed) to 3 (sure); None: not asked or not said.
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
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


class Mark(models.Model):
    """One row is what a person gave for an answer in the learner's own words.

    ``criteria``: the points of each criterion of the question's rubric. The newest row counts
    until the attempt is graded; triggers refuse UPDATE and DELETE. Seen by the learner, the
    marker and trainers. Personal data: yes.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="marks")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    criteria = models.JSONField()
    # Share of the question's points, 0 to 1.
    credit = models.DecimalField(max_digits=5, decimal_places=4)
    words = models.TextField(blank=True)
    marker = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("mark")
        constraints = [
            models.CheckConstraint(
                condition=Q(credit__gte=0, credit__lte=1), name="mark_is_a_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.question_id}"
