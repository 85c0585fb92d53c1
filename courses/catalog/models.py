"""Course, module and lesson pages, and the frozen versions that evidence cites.

The pages are edited in Wagtail; learners reach them through ``views.py``, which finds a page by
its path in one query instead of walking the tree.
"""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from courses.catalog.blocks import LESSON_BLOCKS
from courses.catalog.rendering import parts_of
from lms.editing.fields import BodyField
from lms.kit import clock


class LearningPage(Page):
    """What catalogue, courses, modules and lessons share. Personal data: no.

    Wagtail shows these pages to editors only: learners reach them through the views of
    ``learning``, which know who may read and what is published.
    """

    # Who may read is a field of the course, and the views hold to it.
    private_page_options: list[str] = []
    preview_modes: list[tuple[str, Any]] = []

    class Meta:
        abstract = True

    def learn_url(self) -> str:
        """Return the address learners use."""
        raise NotImplementedError

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send who comes by Wagtail's address to the learners' address."""
        return redirect(self.learn_url())


class LearnPage(LearningPage):
    """The catalogue: one page, parent of all courses. Public. Personal data: no."""

    max_count = 1
    subpage_types = ["courses.CoursePage"]

    class Meta:
        verbose_name = _("catalogue")

    def learn_url(self) -> str:
        """Return the address learners use."""
        return reverse("learn")


class CourseAccess(models.TextChoices):
    """Who may read a course. Earning a record always needs an account."""

    PUBLIC = "public", _("Anyone may read")
    LOGIN = "login", _("Only who signs in")


def course_accesses() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(CourseAccess.choices)


class CoursePage(LearningPage):
    """One row is one course: its modules are child pages.

    Public or for signed-in people, by ``access``. Never deleted once somebody has a record of it
    (retire instead). Personal data: no.
    """

    key = models.SlugField(_("key"), unique=True, max_length=60)
    summary = models.TextField(_("summary"), blank=True)
    access = models.CharField(
        _("access"), max_length=8, choices=course_accesses, default=CourseAccess.LOGIN
    )
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    # Credit hours by type as strings ("1.50"), from the pack: self_paced, live, practice, coaching.
    hours = models.JSONField(default=dict, blank=True)
    competencies = models.JSONField(default=dict, blank=True)
    reviewed_by = models.CharField(_("clinically reviewed by"), max_length=120, blank=True)
    review_due = models.DateField(_("review due"), null=True, blank=True)

    parent_page_types = ["courses.LearnPage"]
    subpage_types = ["courses.ModulePage"]
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("access")]

    class Meta:
        verbose_name = _("course")

    def learn_url(self) -> str:
        """Return the address learners use."""
        return reverse("course", args=[self.slug])


class ModulePage(LearningPage):
    """One row is one module of a course: its lessons are child pages. Personal data: no."""

    key = models.SlugField(_("key"), unique=True, max_length=80)
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    hours = models.JSONField(default=dict, blank=True)
    objectives = models.JSONField(default=list, blank=True)
    competencies = models.JSONField(default=list, blank=True)
    # Key of the quiz that closes the module; empty: none.
    quiz_key = models.SlugField(max_length=80, blank=True)
    # Key of the rubric of the module's practice; empty: none.
    rubric_key = models.SlugField(max_length=80, blank=True)
    facilitator_guide = models.TextField(blank=True)

    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage"]

    class Meta:
        verbose_name = _("module")

    def learn_url(self) -> str:
        """Return the address learners use."""
        return reverse("module", args=[self.get_parent().slug, self.slug])


class LessonPage(LearningPage):
    """One row is one lesson: words, stories, checks and job aids. Personal data: no."""

    key = models.CharField(_("key"), unique=True, max_length=140)
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    objectives = models.JSONField(default=list, blank=True)
    competencies = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True)
    content_warning = models.TextField(_("content warning"), blank=True)
    reviewed_by = models.CharField(_("clinically reviewed by"), max_length=120, blank=True)
    review_due = models.DateField(_("review due"), null=True, blank=True)
    body = BodyField(LESSON_BLOCKS, blank=True)

    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/catalog/lesson.html"
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("content_warning"),
        FieldPanel("body"),
        FieldPanel("reviewed_by"),
        FieldPanel("review_due"),
    ]

    class Meta:
        verbose_name = _("lesson")

    def learn_url(self) -> str:
        """Return the address learners use."""
        module = self.get_parent()
        return reverse("lesson", args=[module.get_parent().slug, module.slug, self.slug])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what the preview needs: the words, with nothing answered yet."""
        context = super().get_context(request, *args, **kwargs)
        course = self.get_parent().get_parent()
        files = reverse("course_file", args=[course.slug, "name"]).removesuffix("name")
        parts = parts_of(self.body, answers={}, files_url=files, saves=False)
        return context | {"lesson": self, "parts": parts}


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
