"""A learner's own time: what each figure means, and how to say that one is wrong."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalog.outline import Outline
from courses.catalog.queries import outline_at
from courses.seat_time import operations
from courses.seat_time.queries import measured, minutes, minutes_of
from courses.timekeeping.forms import ContestForm
from courses.timekeeping.queries import overview
from lms.public import authority


@never_cache
@require_safe
def my_time(request: HttpRequest) -> HttpResponse:
    """Show the four figures of everything that the learner worked on."""
    _user_id, person_id = _learner(request)
    found = overview(person_id=person_id)
    context = {
        "overview": found,
        "active": minutes(found.active),
        "crumbs": [{"label": _("My page"), "url": "/me/"}],
    }
    return render(request, "courses/timekeeping/my_time.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, course: str) -> HttpResponse:
    """Ask what is wrong with a measured figure; POST keeps it for a trainer to decide."""
    user_id, person_id = _learner(request)
    outline, subject, title = _part(request, course)
    form = ContestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.contest(
                actor_id=user_id,
                person_id=person_id,
                course_key=outline.course_key,
                subject=subject,
                claimed_minutes=form.cleaned_data["minutes"],
                reason=form.cleaned_data["reason"],
            )
        except operations.AlreadyContested:
            messages.info(request, _("You said so before. Nobody has decided yet."))
        else:
            messages.success(request, _("Thank you. Your trainer looks at it and writes to you."))
        return redirect("me-time")
    found = measured(person_ids=[person_id], course_key=outline.course_key).get(person_id)
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "course": outline.title,
        "measured": minutes_of(found, subject),
        "crumbs": [{"label": _("Your time"), "url": reverse("me-time")}],
    }
    return render(request, "courses/timekeeping/contest.html", context)


def _learner(request: HttpRequest) -> tuple[int, int]:
    """Return account and person. Raises Http404: the account belongs to no learner."""
    held = authority(request)
    if held is None or held.person_id is None:
        raise Http404
    return held.user_id, held.person_id


def _part(request: HttpRequest, course: str) -> tuple[Outline, str, str]:
    """Return the course, the evidence key of the part that is meant, and its title.

    Raises:
        Http404: there is no such published course, or no such part of it.
    """
    outline = outline_at(slug=course)
    if outline is None:
        raise Http404
    subject = request.GET.get("of", f"course:{outline.course_key}")
    found = outline.titles().get(subject)
    if found is None:
        raise Http404
    return outline, subject, found[0]
