"""The trainer's desk: cohorts, who is how far, who is stuck where, and reminders."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.assessment.queries import waiting_answers
from courses.seat_time.queries import disputes_waiting
from courses.teaching import access, grid, listing, operations, queries
from courses.teaching.forms import CohortForm, EndForm, NudgeForm, RenameForm, chosen
from courses.teaching.models import Cohort
from lms.kit.tables import csv_response
from lms.public import Ability, can, person_by_uuid, today

FILTERS: Final = (
    ("", gettext_lazy("Everyone")),
    ("stuck", gettext_lazy("Stuck")),
    ("none", gettext_lazy("Not begun")),
    ("part", gettext_lazy("On the way")),
    ("finished", gettext_lazy("Finished")),
)
QUIET: Final = (7, grid.QUIET_DAYS, 30)
"""After how many days without anything new somebody counts as stuck: the choices."""


# --- the desk -------------------------------------------------------------------------------
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the cohorts that the account runs or audits."""
    user_id = _user_id(request)
    if not access.may_see_desk(user_id=user_id):
        raise PermissionDenied
    found = queries.cohorts(user_id=user_id)
    context = {
        "cohorts": [row for row in found if not row.over],
        "over": [row for row in found if row.over],
        "may_begin": bool(access.teaching(user_id=user_id).paths),
        "people": sum(row.people for row in found if not row.over),
        "quizzes": queries.quizzes(),
        "desks": _desks(user_id),
    }
    return render(request, "courses/teaching/desk.html", context)


def _desks(user_id: int) -> list[dict[str, Any]]:
    """Return what else the account may do for who learns: where, and how much waits there."""
    teaches = can(user_id=user_id, ability=Ability.TEACH)
    edits = can(user_id=user_id, ability=Ability.EDIT_CURRICULUM)
    items = []
    if teaches:
        waiting = len(waiting_answers(user_id=user_id))
        items.append(_desk("marking", _("Answers in own words, to mark"), waiting))
        contested = disputes_waiting(user_id=user_id)
        items.append(_desk("train-time", _("Time that learners contest"), contested))
    if teaches or edits:
        items.append(_desk("banks", _("Question banks")))
    if edits:
        items.append(_desk("courses_desk", _("Courses and their versions")))
        items.append(_desk("reviews_due", _("Lessons to review")))
        items.append(_desk("recordings", _("Recordings")))
    return items


def _desk(name: str, label: str, waiting: int = 0) -> dict[str, Any]:
    return {"url": reverse(name), "label": label, "waiting": waiting}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a cohort."""
    user_id = _user_id(request)
    if not access.teaching(user_id=user_id).paths:
        raise PermissionDenied
    form = CohortForm(request.POST or None, user_id=user_id)
    if request.method == "POST" and form.is_valid():
        uuid = operations.create_cohort(
            actor_id=user_id,
            title=form.cleaned_data["title"],
            course_key=form.cleaned_data["course"],
            organisation_id=form.cleaned_data["organisation"],
            from_on=form.cleaned_data["from_on"],
            last_day=form.cleaned_data["last_day"],
        )
        messages.success(request, _("The cohort is there. Now add the people."))
        return redirect("cohort_add", cohort=uuid)
    context = {"form": form, "crumbs": _crumbs()}
    return render(request, "courses/teaching/cohort_new.html", context)


# --- one cohort -----------------------------------------------------------------------------
@never_cache
@require_safe
def cohort(request: HttpRequest, cohort: UUID) -> HttpResponse:
    """Show how far everybody is, and who is stuck where."""
    found = _readable(request, cohort)
    return _page(request, found, NudgeForm())


def _page(request: HttpRequest, found: Cohort, form: NudgeForm) -> HttpResponse:
    quiet = _quiet(request)
    progress = queries.progress(found=found, user_id=_user_id(request), quiet_days=quiet)
    rows = listing.filtered(progress.rows, request.GET.get("show", ""), request.GET.get("q", ""))
    context = {
        "cohort": found,
        "progress": progress,
        "rows": listing.ordered(rows, request.GET.get("sort", "")),
        "state": request.GET.get("show", ""),
        "words": request.GET.get("q", ""),
        "filters": _filters(request, progress),
        "quiet": quiet,
        "quiet_choices": QUIET,
        "places": grid.stuck_places(progress.rows),
        "may_teach": access.may_teach(user_id=_user_id(request), cohort=found),
        "over": queries.ended(found, on=today()),
        "form": form,
        "query": request.GET.urlencode(),
        "crumbs": _crumbs(),
    }
    return render(request, "courses/teaching/cohort.html", context)


@never_cache
@require_safe
def export(request: HttpRequest, cohort: UUID) -> HttpResponseBase:
    """Download the grid as it is filtered and sorted."""
    found = _readable(request, cohort)
    progress = queries.progress(found=found, user_id=_user_id(request), quiet_days=_quiet(request))
    rows = listing.filtered(progress.rows, request.GET.get("show", ""), request.GET.get("q", ""))
    ordered = listing.ordered(rows, request.GET.get("sort", ""))
    return csv_response(f"{found.title}-{today()}", listing.columns(progress.outline), ordered)


@never_cache
@require_safe
def person(request: HttpRequest, cohort: UUID, person: UUID) -> HttpResponse:
    """Show one member of a cohort, item by item."""
    found = _readable(request, cohort)
    record = person_by_uuid(uuid=person)
    if record is None:
        raise Http404
    user_id = _user_id(request)
    row = queries.person_row(found=found, user_id=user_id, person_id=record.id)
    if row is None:
        raise Http404
    may_teach = access.may_teach(user_id=user_id, cohort=found)
    context = {
        "cohort": found,
        "row": row,
        "parts": listing.parts(row),
        "nudges": queries.nudges_of(found=found, person_id=record.id),
        "may_teach": may_teach and access.teaches(user_id=user_id, person_id=record.id),
        "form": NudgeForm(),
        "crumbs": [*_crumbs(), {"label": found.title, "url": _url("cohort", found)}],
    }
    return render(request, "courses/teaching/member.html", context)


# --- changing a cohort ----------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, cohort: UUID) -> HttpResponse:
    """Rename a cohort, or say when it ends."""
    found = _taught(request, cohort)
    rename = RenameForm(
        request.POST if "rename" in request.POST else None, initial={"title": found.title}
    )
    end = EndForm(request.POST if "end" in request.POST else None, cohort=found)
    actor_id = _user_id(request)
    if rename.is_bound and rename.is_valid():
        title = rename.cleaned_data["title"]
        operations.rename_cohort(actor_id=actor_id, cohort_uuid=cohort, title=title)
        messages.success(request, _("Renamed."))
        return redirect("cohort", cohort=cohort)
    if end.is_bound and end.is_valid():
        last = end.cleaned_data["last_day"]
        operations.end_cohort(actor_id=actor_id, cohort_uuid=cohort, last_day=last)
        messages.success(request, _("Saved. Who was in it stays on record."))
        return redirect("cohort", cohort=cohort)
    context = {
        "cohort": found,
        "rename": rename,
        "end": end,
        "crumbs": [*_crumbs(), {"label": found.title, "url": _url("cohort", found)}],
    }
    return render(request, "courses/teaching/cohort_change.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, cohort: UUID) -> HttpResponse:
    """Find people whom the trainer teaches, and add the chosen ones."""
    found = _taught(request, cohort)
    user_id, words = _user_id(request), request.GET.get("q", "").strip()
    if request.method == "POST":
        _add(request, cohort, chosen(request.POST.getlist("person")))
        return redirect(request.get_full_path())
    people = queries.addable(found=found, user_id=user_id, words=words) if words else []
    context = {
        "cohort": found,
        "words": words,
        "people": people,
        "most": queries.MOST_FOUND,
        "crumbs": [*_crumbs(), {"label": found.title, "url": _url("cohort", found)}],
    }
    return render(request, "courses/teaching/cohort_add.html", context)


def _add(request: HttpRequest, cohort: UUID, uuids: list[UUID]) -> None:
    if not uuids:
        messages.warning(request, _("Nobody is chosen. Tick the people to add."))
        return
    try:
        added = operations.add_people(
            actor_id=_user_id(request), cohort_uuid=cohort, person_uuids=uuids
        )
    except operations.CohortOver:
        messages.error(request, _("This cohort has ended. Change its last day first."))
        return
    words = ngettext("%(n)d person added.", "%(n)d people added.", added.new)
    messages.success(request, words % {"n": added.new})


@never_cache
@require_POST
def remove(request: HttpRequest, cohort: UUID, person: UUID) -> HttpResponse:
    """End a person's time in a cohort."""
    try:
        operations.remove_person(actor_id=_user_id(request), cohort_uuid=cohort, person_uuid=person)
    except (queries.NoSuchCohort, operations.NotInCohort) as error:
        raise Http404 from error
    messages.success(request, _("Taken out of the cohort. What was learned stays on record."))
    return redirect("cohort", cohort=cohort)


@never_cache
@require_POST
def nudge(request: HttpRequest, cohort: UUID) -> HttpResponse:
    """Remind the chosen members; whatever is refused, what was typed stays."""
    found = _taught(request, cohort)
    form = NudgeForm(request.POST)
    uuids = chosen(request.POST.getlist("person"))
    if not uuids:
        form.add_error(None, _("Nobody is chosen. Tick the people to remind."))
    if not form.is_valid():
        return _page(request, found, form)
    done = operations.nudge(
        actor_id=_user_id(request),
        cohort_uuid=cohort,
        person_uuids=uuids,
        words=form.cleaned_data["words"],
    )
    _tell(request, done)
    back = request.POST.get("back", "")
    if len(uuids) == 1 and back == "person":
        return redirect("cohort_person", cohort=cohort, person=uuids[0])
    return redirect(f"{_url('cohort', found)}?{request.GET.urlencode()}".rstrip("?"))


def _tell(request: HttpRequest, done: operations.Nudged) -> None:
    """Say who was reminded, and of the others why not."""
    counted = (
        (done.sent, ngettext("%(n)d person reminded.", "%(n)d people reminded.", done.sent)),
        (
            done.already,
            ngettext(
                "%(n)d had a reminder of the same thing today.",
                "%(n)d had a reminder of the same thing today.",
                done.already,
            ),
        ),
        (
            done.finished,
            ngettext(
                "%(n)d has nothing left to do.", "%(n)d have nothing left to do.", done.finished
            ),
        ),
        (
            done.unreachable,
            ngettext(
                "%(n)d has no e-mail address.",
                "%(n)d have no e-mail address.",
                done.unreachable,
            ),
        ),
    )
    told = " ".join(words % {"n": n} for n, words in counted if n)
    level = messages.success if done.sent else messages.warning
    level(request, told or _("Nobody was reminded."))


# --- what the views share -------------------------------------------------------------------
def _user_id(request: HttpRequest) -> int:
    user_id = request.user.pk
    if user_id is None:  # The closed door lets nobody through who has not signed in.
        raise Http404
    return user_id


def _found(uuid: UUID) -> Cohort:
    try:
        return queries.cohort(uuid=uuid)
    except queries.NoSuchCohort as error:
        raise Http404 from error


def _readable(request: HttpRequest, uuid: UUID) -> Cohort:
    found = _found(uuid)
    access.require_read(user_id=_user_id(request), cohort=found)
    return found


def _taught(request: HttpRequest, uuid: UUID) -> Cohort:
    found = _found(uuid)
    access.require_teach(user_id=_user_id(request), cohort=found)
    return found


def _quiet(request: HttpRequest) -> int:
    text = request.GET.get("quiet", "")
    days = int(text) if text.isdecimal() and len(text) < 4 else 0
    return days if days in QUIET else grid.QUIET_DAYS


def _filters(request: HttpRequest, progress: queries.Progress) -> list[dict[str, Any]]:
    items = []
    for state, label in FILTERS:
        query = request.GET.copy()
        query["show"] = state
        items.append(
            {
                "label": label,
                "url": f"?{query.urlencode()}",
                "current": request.GET.get("show", "") == state,
                "count": progress.count(state),
            }
        )
    return items


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Teach"), "url": reverse("train")}]


def _url(name: str, found: Cohort) -> str:
    return reverse(name, kwargs={"cohort": found.uuid})
