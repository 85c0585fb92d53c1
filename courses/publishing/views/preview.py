"""See the next version of a course as a learner will see it; nothing is kept of it."""

from dataclasses import dataclass

from django.contrib.messages import constants
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Revision

from courses.catalog.candidates import Candidate, candidate, rows
from courses.catalog.ranges import hand_out
from courses.learning import screens
from courses.learning.places import Reader, find_lesson, find_module
from courses.learning.views.pages import SANDBOX, SHOWN_TYPES
from courses.publishing.access import for_editors


@dataclass(frozen=True, slots=True)
class Note:
    """A message of one page that is not kept for the next one."""

    message: str
    level: int = constants.INFO
    tags: str = "info"
    level_tag: str = "info"

    def __str__(self) -> str:
        return self.message


@never_cache
@require_safe
@for_editors
def preview(request: HttpRequest, course: str) -> HttpResponse:
    """Show the course page of the next version."""
    found = _candidate(course)
    context = screens.course(_nobody(request), found.after)
    return _shown(request, "courses/learning/course.html", context, course)


@never_cache
@require_safe
@for_editors
def preview_module(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Lead to the first lesson of a module of the next version."""
    unit = find_module(_candidate(course).after, module)
    if not unit.lessons:
        raise Http404
    return redirect("preview_lesson", course=course, module=module, lesson=unit.lessons[0].slug)


@never_cache
@require_safe
@for_editors
def preview_lesson(request: HttpRequest, course: str, module: str, lesson: str) -> HttpResponse:
    """Show a lesson of the next version; answers stand in the address and are kept nowhere."""
    found = _candidate(course)
    unit = found.after.module(module)
    if lesson == "quiz" and unit is not None and unit.quiz_key:
        context = {"module": unit, "outline": found.after}
        return _shown(request, "courses/publishing/preview_quiz.html", context, course)
    place = find_lesson(found.after, module, lesson)
    row = dict(rows(found.outline))[f"lesson:{place.lesson.key}"]
    revision = Revision.objects.filter(pk=row["revision"]).first()
    if revision is None:
        raise Http404
    given = dict(request.GET.lists())
    context = screens.lesson(_nobody(request), place, revision.as_object(), given=given)
    return _shown(request, "courses/learning/lesson.html", context, course)


@never_cache
@require_safe
@for_editors
def preview_file(request: HttpRequest, course: str, name: str) -> HttpResponseBase:
    """Hand out a file of the next version."""
    stored = _candidate(course).outline["files"].get(name)
    if stored is None:
        raise Http404
    suffix = f".{name.rpartition('.')[2].lower()}"
    shown = SHOWN_TYPES.get(suffix)
    return hand_out(
        request,
        stored,
        filename=name.rpartition("/")[2],
        content_type=shown or "application/octet-stream",
        as_attachment=shown is None,
        headers={"Content-Security-Policy": SANDBOX} if suffix in (".html", ".svg") else {},
    )


def _candidate(slug: str) -> Candidate:
    found = candidate(slug=slug)
    if found is None:
        raise Http404
    return found


def _nobody(request: HttpRequest) -> Reader:
    """Return a reader for whom nothing is recorded, whoever looks."""
    return Reader(request.user.pk, None)


def _shown(
    request: HttpRequest, template: str, context: dict[str, object], slug: str
) -> HttpResponse:
    words = _("You see the next version as a learner will. Nothing you do here is recorded.")
    response = render(request, template, context | {"messages": [Note(words)], "preview": True})
    # The learners' pages lead to the published version: here they lead on in the preview.
    page = response.content.decode()
    response.content = page.replace(f"/learn/{slug}/", f"/train/courses/{slug}/preview/").encode()
    return response
