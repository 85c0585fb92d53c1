"""The syllabus of a course, and the guide and rubrics of a module for who teaches it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.catalog import queries as catalog
from courses.catalog.models import ModulePage
from courses.catalog.outline import Outline, OutlineModule
from courses.coaching.queries import live_rubric
from courses.learning.places import find_module, lets_in, open_course, reader_of
from courses.teaching import papers
from courses.teaching import syllabus as rows
from courses.teaching.access import may_see_desk


@require_safe
@lets_in
def syllabus(request: HttpRequest, course: str) -> HttpResponse:
    """Show what a course holds, what its hours rest on, who takes what and what it covers."""
    outline = open_course(request, course)
    bases = catalog.hours_bases(course_key=outline.course_key, label=outline.label)
    context = rows.context(outline, bases)
    user_id = request.user.pk
    context["may_see_time"] = user_id is not None and may_see_desk(user_id=user_id)
    return render(request, "courses/teaching/syllabus.html", context)


@never_cache
@require_safe
def guide(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Show the facilitator guide of a module to who teaches."""
    outline, place, page = _materials(request, course, module)
    context = papers.guide_context(outline, place, page)
    return render(request, "courses/teaching/guide.html", context)


@never_cache
@require_safe
def guide_pdf(request: HttpRequest, course: str, module: str) -> HttpResponseBase:
    """Hand out the facilitator guide of a module as PDF."""
    outline, place, page = _materials(request, course, module)
    return _pdf(papers.guide_pdf(outline, place, page), f"{place.slug}-guide.pdf")


@never_cache
@require_safe
def rubric_pdf(request: HttpRequest, course: str, module: str, rubric: str) -> HttpResponseBase:
    """Hand out a rubric of a module as PDF, to score on by hand."""
    outline, place, _page = _materials(request, course, module)
    found = live_rubric(key=rubric)
    if found is None or rubric not in [each.key for each in place.rubrics]:
        raise Http404
    return _pdf(papers.rubric_pdf(outline, place, found), f"{rubric}.pdf")


def _materials(
    request: HttpRequest, course: str, module: str
) -> tuple[Outline, OutlineModule, ModulePage]:
    """Return the module whose materials are asked for.

    Raises:
        Http404: there is no such published module, or it has no guide and no rubric.
        PermissionDenied: the account neither teaches nor audits.
    """
    if not reader_of(request).teaches:
        raise PermissionDenied
    outline = open_course(request, course)
    place = find_module(outline, module)
    page = catalog.module_page(key=place.key)
    if page is None or not (page.facilitator_guide or place.rubrics):
        raise Http404
    return outline, place, page


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
