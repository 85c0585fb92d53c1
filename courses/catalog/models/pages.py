"""Course, module and lesson pages.

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

from courses.catalog.blocks import LESSON_BLOCKS, MARKDOWN
from courses.catalog.guides import guide_parts
from courses.catalog.models.changes import CourseMedia
from courses.catalog.models.rules import LocalRule
from courses.catalog.rendering import parts_of, prose, recording_ids, rule_keys
from courses.catalog.sources import LessonForm
from lms.editing.fields import BodyField


class LearningPage(Page):
    """What catalogue, courses, modules and lessons share. Personal data: no.

    Wagtail shows these pages to editors only: learners reach them through the views of
    ``learning``, which know who may read and what is published.
    """

    # Who may read is a field of the course, and the views hold to it.
    private_page_options: list[str] = []
    preview_modes: list[tuple[str, Any]] = []
    # A version is published by hand, never by the calendar.
    settings_panels: list[Any] = []
    promote_panels = [FieldPanel("slug")]
    # Publishing freezes a version of the whole course; see courses/publishing.
    published_by_version = False

    class Meta:
        abstract = True

    def learn_url(self) -> str:
        """Return the address learners use."""
        raise NotImplementedError

    def made_key(self) -> str:
        """Return the key of a page that an editor makes; it stays when the address changes."""
        raise NotImplementedError

    def _set_core_field_defaults(self) -> None:
        """Give a new page its key where Wagtail gives it its address, draft or not."""
        super()._set_core_field_defaults()
        if self.published_by_version and self.path and not getattr(self, "key", ""):
            self.key = self.made_key()

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

    published_by_version = True
    parent_page_types = ["courses.LearnPage"]
    subpage_types = ["courses.ModulePage"]
    template = "courses/catalog/course.html"
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("access")]

    class Meta:
        verbose_name = _("course")

    def made_key(self) -> str:
        """Return the key of a page that an editor makes; it stays when the address changes."""
        return self.slug

    def learn_url(self) -> str:
        """Return the address learners use."""
        return reverse("course", args=[self.slug])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what the preview needs: the words and the modules in order."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"modules": self.get_children().order_by("path")}


class ModulePage(LearningPage):
    """One row is one module of a course: its lessons are child pages. Personal data: no."""

    key = models.SlugField(_("key"), unique=True, max_length=80)
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    hours = models.JSONField(default=dict, blank=True)
    objectives = models.JSONField(default=list, blank=True)
    competencies = models.JSONField(default=list, blank=True)
    # What the module is, for learners; Markdown.
    summary = models.TextField(_("summary"), blank=True, help_text=MARKDOWN)
    # Key of the quiz that closes the module; empty: none.
    quiz_key = models.SlugField(max_length=80, blank=True)
    # Keys of the rubrics of the module's practice.
    rubric_keys = models.JSONField(default=list, blank=True)
    # Files of the pack for learners: [{"title", "file", "description"}].
    downloads = models.JSONField(default=list, blank=True)
    facilitator_guide = models.TextField(
        _("facilitator guide"), blank=True, help_text=_("Markdown, with agenda and role-play.")
    )

    published_by_version = True
    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage"]
    template = "courses/catalog/module.html"
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("summary"),
        FieldPanel("facilitator_guide"),
    ]

    class Meta:
        verbose_name = _("module")

    def made_key(self) -> str:
        """Return the key of a page that an editor makes; it stays when the address changes."""
        return f"{self.get_parent().specific.key}-{self.slug}"

    def learn_url(self) -> str:
        """Return the address learners use."""
        return reverse("module", args=[self.get_parent().slug, self.slug])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what the preview needs: the words for learners, then those for trainers."""
        context = super().get_context(request, *args, **kwargs)
        parts, problems = guide_parts(self.facilitator_guide)
        return context | {
            "module": self,
            "summary": prose(self.summary),
            "guide": parts,
            "guide_problems": problems,
        }


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
    # Set by who shows the page: the clinical review of exactly these words.
    review: Any = None

    published_by_version = True
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/catalog/lesson.html"
    base_form_class = LessonForm
    preview_modes = Page.DEFAULT_PREVIEW_MODES
    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("content_warning"),
        FieldPanel("body"),
        FieldPanel("sources"),
    ]

    class Meta:
        verbose_name = _("lesson")

    def made_key(self) -> str:
        """Return the key of a page that an editor makes; it stays when the address changes."""
        return f"{self.get_parent().specific.key}/{self.slug}"

    def learn_url(self) -> str:
        """Return the address learners use."""
        module = self.get_parent()
        return reverse("lesson", args=[module.get_parent().slug, module.slug, self.slug])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what the preview needs: the words, with nothing answered yet."""
        context = super().get_context(request, *args, **kwargs)
        course = self.get_parent().get_parent()
        files = reverse("course_file", args=[course.slug, "name"]).removesuffix("name")
        rules = LocalRule.filled(rule_keys(self.body))
        wanted = CourseMedia.objects.filter(uuid__in=recording_ids(self.body))
        parts = parts_of(
            self.body,
            answers={},
            files_url=files,
            saves=False,
            rules=rules,
            recordings={str(row.uuid): row for row in wanted},
        )
        return context | {"lesson": self, "parts": parts}
