"""The desk of contested times, for trainers and officers; auditors read it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalog.queries import outline
from courses.seat_time import access, operations
from courses.seat_time.models import TimeDispute
from courses.seat_time.queries import NoSuchDispute
from courses.seat_time.queries import dispute as read_dispute
from courses.timekeeping.access import may_read_pilots
from courses.timekeeping.forms import DecideForm
from courses.timekeeping.queries import disputes_seen, titles_of
from lms.public import Ability, people, require

PAGE = 50


@never_cache
@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """List the contested times that the account sees, those that wait first.

    Raises:
        PermissionDenied: the account sees nobody's.
    """
    user_id = _user_id(request)
    if not access.looks_at_any(user_id=user_id):
        raise PermissionDenied
    page = Paginator(disputes_seen(user_id=user_id), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    titles = titles_of(course_keys={row.course_key for row in rows})
    context = {
        "page": page,
        "crumbs": _crumbs(user_id),
        "rows": [(row, row.person.name, titles.get(row.subject, row.subject)) for row in rows],
    }
    return render(request, "courses/timekeeping/disputes.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, dispute: UUID) -> HttpResponse:
    """Show a contested time with both figures; POST decides about it."""
    user_id, row = _user_id(request), _row(dispute)
    if not access.may_look(user_id=user_id, person_id=row.person_id):
        require(user_id=user_id, ability=Ability.TEACH, person_id=row.person_id)
        raise PermissionDenied
    may_decide = access.may_decide(user_id=user_id, person_id=row.person_id)
    form = DecideForm(request.POST or None, initial={"minutes": row.claimed_minutes})
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        if form.is_valid():
            return _decide(request, user_id, row, form)
    learner = people(person_ids=[row.person_id])
    course = outline(course_key=row.course_key)
    titles = titles_of(course_keys={row.course_key})
    context = {
        "row": row,
        "name": next((each.name for each in learner.values()), row.person.name),
        "course": course.title if course else row.course_key,
        "title": titles.get(row.subject, row.subject),
        "decision": getattr(row, "decision", None),
        "may_decide": may_decide,
        "form": form,
        "crumbs": [
            *_crumbs(user_id),
            {"label": _("Contested times"), "url": reverse("train-time")},
        ],
    }
    return render(request, "courses/timekeeping/dispute.html", context)


def _crumbs(user_id: int) -> list[dict[str, str]]:
    """Return the way back to the desk, for those who have one: officers do not."""
    return (
        [{"label": _("Teach"), "url": reverse("train")}] if may_read_pilots(user_id=user_id) else []
    )


def _decide(request: HttpRequest, user_id: int, row: TimeDispute, form: DecideForm) -> HttpResponse:
    try:
        operations.decide(
            actor_id=user_id,
            dispute_uuid=row.uuid,
            accepted_minutes=form.cleaned_data["minutes"],
            reason=form.cleaned_data["reason"],
        )
    except operations.AlreadyDecided:
        messages.info(request, _("Somebody has decided it already."))
    else:
        messages.success(request, _("Decided. Both figures stay, and the learner is told."))
    return redirect("train-time-dispute", dispute=row.uuid)


def _row(uuid: UUID) -> TimeDispute:
    try:
        return read_dispute(uuid=uuid)
    except NoSuchDispute as error:
        raise Http404 from error


def _user_id(request: HttpRequest) -> int:
    found = request.user.pk
    if found is None:  # The closed door lets nobody through who has not signed in.
        raise Http404
    return int(found)
