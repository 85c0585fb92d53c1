"""The courses and their versions, as editors see them, and which reviews are due."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalog.models import CoursePage, CourseRetirement
from courses.publishing import operations, queries
from courses.publishing.access import editor_of, for_editors
from courses.publishing.forms import ReopenForm, RetireForm
from lms.kit.tables import Column, csv_response
from lms.public import today

STATES = {
    queries.OVERDUE: ("bad", gettext_lazy("Overdue")),
    queries.SOON: ("warn", gettext_lazy("Due soon")),
    queries.NEVER: ("none", gettext_lazy("Never reviewed")),
    queries.FINE: ("ok", gettext_lazy("Reviewed")),
}


def desk_crumb() -> dict[str, Any]:
    """Return the way back to the desk of who teaches and edits."""
    return {"label": _("Teach"), "url": reverse("train")}


@never_cache
@require_safe
@for_editors
def courses(request: HttpRequest) -> HttpResponse:
    """Show every course with its version, its draft and what editors changed."""
    context = {"rows": queries.courses(), "on": today(), "crumbs": [desk_crumb()]}
    return render(request, "courses/publishing/courses.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show the versions of a course and who decided what; POST retires it or opens it again."""
    page = CoursePage.objects.filter(slug=course).first()
    if page is None:
        raise Http404
    retired = queries.retirement(course_key=page.key)
    closing = retired is not None and retired.closes_on is not None
    kind = ReopenForm if closing else RetireForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.retire(
                slug=course,
                closes_on=form.cleaned_data.get("closes_on"),
                reason=form.cleaned_data["reason"],
                actor_id=editor_of(request),
            )
        except operations.WrongRetirement:
            form.add_error(None, _("This day is over, or somebody decided meanwhile."))
        else:
            messages.success(request, _("It is written down."))
            return redirect(request.path)
    context = _course_context(page, form, retired if closing else None)
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/publishing/course.html", context, status=status)


def _course_context(
    page: CoursePage, form: Any, retired: CourseRetirement | None
) -> dict[str, Any]:
    row = next(row for row in queries.courses() if row.slug == page.slug)
    return {
        "page": page,
        "changed": bool(row.draft or row.edited),
        "live": bool(row.label),
        "history": queries.history(course_key=page.key),
        "retired": retired,
        "form": form,
        "crumbs": [desk_crumb(), {"label": _("Courses"), "url": reverse("courses_desk")}],
    }


@never_cache
@require_safe
@for_editors
def reviews(request: HttpRequest) -> HttpResponse:
    """Show which lessons a clinician must read, the most pressing first."""
    rows = queries.reviews(on=today())
    counts = {state: sum(row.state == state for row in rows) for state in STATES}
    shown = request.GET.get("state", "")
    context = {
        "crumbs": [desk_crumb()],
        "rows": [
            {"row": row, "look": STATES[row.state]}
            for row in rows
            if row.state == shown or shown not in STATES
        ],
        "filters": [
            {"label": _("All"), "url": "?", "current": shown not in STATES, "count": len(rows)},
            *(
                {
                    "label": words,
                    "url": f"?state={state}",
                    "current": shown == state,
                    "count": counts[state],
                }
                for state, (_tone, words) in STATES.items()
            ),
        ],
    }
    return render(request, "courses/publishing/reviews.html", context)


@never_cache
@require_safe
@for_editors
def reviews_csv(request: HttpRequest) -> HttpResponseBase:
    """Hand out the reviews as CSV."""
    on = today()
    columns: list[Column] = [
        ("course", lambda row: row.course),
        ("lesson", lambda row: row.lesson),
        ("state", lambda row: str(STATES[row.state][1])),
        ("reviewed_by", lambda row: row.name),
        ("qualification", lambda row: row.qualification),
        ("reviewed_on", lambda row: row.reviewed_on),
        ("review_due", lambda row: row.due),
    ]
    return csv_response(f"clinical-reviews-{on}", columns, queries.reviews(on=on))
