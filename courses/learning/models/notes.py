"""What a learner keeps to come back to: private notes, and the place where reading stopped."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class LessonNote(models.Model):
    """One row keeps what a learner typed or chose in one block of a lesson.

    A reflection, a scenario path or a check answer: private to the worker, never evidence, and
    never shown to anybody else, coaches and administrators included. May be changed and deleted
    by its writer. Personal data: yes.
    """

    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    lesson_key = models.CharField(max_length=140)
    block_id = models.CharField(max_length=80)
    value = models.JSONField(default=dict)
    # Counted up by the browser, so that a late retry never overwrites a newer answer.
    sequence = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("lesson note")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "lesson_key", "block_id"], name="one_note_per_block"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key} {self.block_id}"


class ReadingPlace(models.Model):
    """One row is where a learner was last in a lesson, on whichever device.

    ``anchor`` is the id of the part that stood at the top, ``percent`` how far down the page that
    was. The newest row of a course is where to go on. Private to the worker; overwritten only by
    a later place (higher ``sequence``). Personal data: yes.
    """

    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    course_key = models.SlugField(max_length=60)
    lesson_key = models.CharField(max_length=140)
    anchor = models.CharField(max_length=80, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    sequence = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("reading place")
        constraints = [
            models.UniqueConstraint(fields=["person", "lesson_key"], name="one_place_per_lesson"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="place_is_on_the_page"),
        ]
        indexes = [
            # Serves "go on where you were" on the course page.
            models.Index(fields=["person", "course_key", "saved_at"], name="places_by_course"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key} {self.percent} %"
