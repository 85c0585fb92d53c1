"""A whole module on paper: every lesson of it, as a worksheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.learning import printing
from courses.learning.places import find_module, lets_in, open_course, reader_of


@never_cache
@require_safe
@lets_in
def module_print(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Show all lessons of a module on one page, made for paper."""
    outline = open_course(request, course)
    found = find_module(outline, module)
    if not found.lessons:
        raise Http404
    context = printing.module(reader_of(request), outline, found)
    return render(request, "courses/learning/module_print.html", context)
