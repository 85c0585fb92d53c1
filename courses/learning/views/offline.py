"""What works without a connection: the worker's script, its page, and what a module needs."""

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.learning import pinning
from courses.learning.places import find_module, lets_in, open_course, reader_of
from lms.kit.problems import problem_response


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Hand out the service worker, from the root so that it may serve every page of the site."""
    place = finders.find("js/worker.js")
    if not isinstance(place, str):
        raise Http404
    with open(place, "rb") as script:
        return HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what is kept on this device; the page that stands in for all else without a network.

    It is kept on devices, so it is the same for everybody and knows nobody.
    """
    return render(request, "courses/learning/offline.html", {"for_everybody": True})


@never_cache
@require_safe
@lets_in
def module_offline(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Say what a device fetches to read a module without a connection, and how large that is."""
    outline = open_course(request, course)
    found = find_module(outline, module)
    if reader_of(request).person_id is None:
        return problem_response(403, detail="Only learners keep modules on a device.")
    return JsonResponse(pinning.module(outline, found))
