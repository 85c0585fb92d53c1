"""The pilot report of a course: how long its modules really take, beside what was assigned."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.catalog.outline import Outline
from courses.catalog.queries import outline_at
from courses.timekeeping.access import may_read_pilots
from courses.timekeeping.pilot import ENOUGH_PERCENT, FEWEST
from courses.timekeeping.queries import ModulePilot, pilots
from lms.kit.tables import Column, csv_response
from lms.public import today

COLUMNS: Final[list[Column]] = [
    ("module", lambda row: row.module.key),
    ("title", lambda row: row.module.title),
    ("assigned_minutes", lambda row: row.pilot.assigned),
    ("people", lambda row: row.pilot.people),
    ("median_minutes", lambda row: row.pilot.median),
    ("middle_half_from", lambda row: row.pilot.low),
    ("middle_half_to", lambda row: row.pilot.high),
    ("median_percent", lambda row: row.pilot.percent),
    ("look_at_basis", lambda row: row.pilot.short),
]


@never_cache
@require_safe
def course_time(request: HttpRequest, course: str) -> HttpResponse:
    """Show for each module how long people were active beside the assigned minutes."""
    outline, rows = _report(request, course)
    context = {
        "outline": outline,
        "rows": rows,
        "fewest": FEWEST,
        "enough": ENOUGH_PERCENT,
        "short": [row for row in rows if row.pilot.short],
        "crumbs": [
            {"label": _("Teach"), "url": reverse("train")},
            {"label": outline.title, "url": reverse("syllabus", args=[outline.slug])},
        ],
    }
    return render(request, "courses/timekeeping/course_time.html", context)


@never_cache
@require_safe
def course_time_csv(request: HttpRequest, course: str) -> HttpResponseBase:
    """Download the pilot report, as it is on the page."""
    outline, rows = _report(request, course)
    return csv_response(f"time-{outline.course_key}-{outline.label}-{today()}", COLUMNS, rows)


def _report(request: HttpRequest, course: str) -> tuple[Outline, list[ModulePilot]]:
    """Return the published course with its pilots.

    Raises:
        PermissionDenied: the account neither teaches, edits nor audits.
        Http404: there is no such published course.
    """
    if request.user.pk is None or not may_read_pilots(user_id=request.user.pk):
        raise PermissionDenied
    outline = outline_at(slug=course)
    if outline is None:
        raise Http404
    return outline, pilots(outline=outline)
