"""What Wagtail's editors may do to pages of a course, and where it sends them instead.

A course is published as one version. Wagtail's own ways of publishing a page lead there; should a
page get published anyway, by a shell or a plugin, a version is frozen for it at once.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Model, ProtectedError
from django.db.models.signals import pre_delete
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets import Button
from wagtail.models import Page, Revision
from wagtail.signals import page_published, pre_page_move

from courses.catalog.candidates import rows
from courses.catalog.models import (
    CoursePage,
    CourseVersion,
    LessonPage,
    ModulePage,
    VersionState,
)
from courses.catalog.operations import OWN
from courses.learning.models import LearningEvent
from courses.learning.protection import KINDS, held_by, subjects_of_page
from courses.publishing.operations import freeze_page
from lms.public import Ability, can

PARTS = (CoursePage, ModulePage, LessonPage)


def connect() -> None:
    """Listen to every way of publishing, moving and deleting."""
    for kind in PARTS:
        page_published.connect(freeze, sender=kind, dispatch_uid=f"freeze {kind.__name__}")
        pre_page_move.connect(keep_place, sender=kind, dispatch_uid=f"keep {kind.__name__}")
    pre_delete.connect(keep_words, sender=Revision, dispatch_uid="keep frozen words")


def freeze(sender: type[Page], instance: Page, **_signal: Any) -> None:
    """Freeze a version for a page that was published on its own."""
    if OWN.get():
        return
    user = instance.latest_revision.user_id if instance.latest_revision else None
    freeze_page(page_id=instance.pk, path=instance.path, actor_id=user)


def keep_place(
    sender: type[Page], instance: Page, parent_page_before: Page, parent_page_after: Page, **_: Any
) -> None:
    """Refuse to move a page with a record below another one: its evidence names the old one.

    Raises:
        ProtectedError: somebody has a record of the page.
    """
    if parent_page_before.pk != parent_page_after.pk and (held_by([instance]) or _frozen(instance)):
        raise ProtectedError(f"{instance!r} belongs to a frozen version.", {instance})


def keep_words(sender: type[Revision], instance: Revision, **_: Any) -> None:
    """Refuse to delete a revision that a record rests on, when Wagtail tidies old ones up.

    Raises:
        ProtectedError: a frozen version that somebody studied holds these words.
    """
    kinds = {kind._meta.model_name for kind in KINDS}
    if instance.content_type.app_label != "courses" or instance.content_type.model not in kinds:
        return
    page = instance.content_object
    if page is None or not LearningEvent.objects.filter(subject__in=_subjects(page)).exists():
        return
    course = _course_of(page)
    versions = CourseVersion.objects.filter(course_key=course.key if course else "")
    held: set[Model] = {
        version
        for version in versions.defer("examining")
        if any(row["revision"] == instance.pk for _name, row in rows(version.outline))
    }
    if held:
        raise ProtectedError(f"A frozen version holds {instance!r}.", held)


def _subjects(page: Page) -> list[str]:
    """Return the evidence keys of a page and of all below it."""
    below = page.get_descendants(inclusive=True).specific()
    return [subject for each in below for subject in subjects_of_page(each)]


def _course_of(page: Page) -> CoursePage | None:
    paths = [page.path[:end] for end in range(4, len(page.path) + 1, 4)]
    found: CoursePage | None = CoursePage.objects.filter(path__in=paths).first()
    return found


def _frozen(page: Page) -> bool:
    """Tell whether the published version of its course has a page."""
    course = _course_of(page)
    version = CourseVersion.objects.filter(
        course_key=course.key if course else "", state=VersionState.PUBLISHED
    ).first()
    return version is not None and any(
        row["page"] == page.pk for _name, row in rows(version.outline)
    )


def _part(page: Page) -> bool:
    return isinstance(page.specific_deferred, PARTS)


# --- hooks ----------------------------------------------------------------------------------
def publish_as_one(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep the words as a draft and say where the course is published."""
    if not _part(page):
        return None
    # Wagtail makes a new page live before it asks.
    Page.objects.filter(pk=page.pk, live_revision__isnull=True).update(live=False)
    messages.warning(
        request,
        _(
            "Saved as a draft. A course is published as one version, so that every record says"
            " which words were learned. Open “Publish the course” when all of it is ready."
        ),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def leave_out_instead(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to unpublish a page of the published version, and say what to do instead."""
    return _held(request, [page])


def lead_bulk_actions(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action_class_instance: Any
) -> HttpResponse | None:
    """Refuse to publish, unpublish or move many pages of courses at once."""
    parts = [each for each in objects if isinstance(each, Page) and _part(each)]
    if not parts:
        return None
    if action_type == "publish":
        return publish_as_one(request, parts[0])
    if action_type in ("unpublish", "move", "delete"):
        return _held(request, parts)
    return None


def stay_in_place(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Refuse to move a page of the published version below another page."""
    if page.get_parent().pk == destination.pk:
        return None
    return _held(request, [page])


def write_anew(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to copy a page of a course: evidence names pages by keys, and a key is one page's."""
    if not _part(page):
        return None
    messages.error(
        request,
        _(
            "Pages of a course are not copied: records name each by a key of its own. Make a new"
            " page, and copy the blocks into it."
        ),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def keep_published(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a page of the published version, whoever has a record of it."""
    return _held(request, [page])


def _held(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    parts = [page for page in pages if _part(page) and _frozen(page)]
    if not parts:
        return None
    messages.error(
        request,
        _(
            "Nothing was changed: this page is part of the published version. Leave a lesson out"
            " of the next version when you publish the course, or retire the course."
        ),
    )
    return redirect("wagtailadmin_pages:edit", parts[0].pk)


def without_publish(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Take "Publish" and "Unpublish" from the menu of pages of a course."""
    page = context.get("page")
    parent = context.get("parent_page")
    inside = isinstance(page, PARTS) or isinstance(
        getattr(parent, "specific", None), (CoursePage, ModulePage)
    )
    if inside:
        menu_items[:] = [
            item for item in menu_items if item.name not in ("action-publish", "action-unpublish")
        ]


def publish_button(page: Page, user: Any, view_name: str, next_url: Any = None) -> list[Button]:
    """Offer the page on which a course is published, to who edits the curriculum."""
    if not _part(page) or not can(user_id=user.pk, ability=Ability.EDIT_CURRICULUM):
        return []
    course = _course_of(page)
    if course is None:
        return []
    return [
        Button(
            _("Publish the course"),
            reverse("course_publish", args=[course.slug]),
            icon_name="upload",
            priority=5,
        )
    ]
