"""The coach's desk, the observation form, and the page that both sign."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from courses.coaching import access, desk, operations, queries
from courses.coaching.forms import CommentForm, ObservationForm, WithdrawForm
from courses.coaching.models import Observation, Rubric
from lms.kit.tables import csv_response
from lms.public import Ability, PersonRecord, can, person_by_uuid, require, today

PAGE: Final = 50
FILTERS: Final = (
    ("", gettext_lazy("Everyone")),
    ("observe", gettext_lazy("To observe")),
    ("waiting", gettext_lazy("Waiting for signature")),
    ("signed", gettext_lazy("Signed in the last 30 days")),
    ("done", gettext_lazy("All practice passed")),
)
COLUMNS: Final = (
    ("name", lambda row: row.name),
    ("role", lambda row: row.role),
    ("place", lambda row: row.place),
    ("practice_passed", lambda row: row.passed),
    ("practice_total", lambda row: row.total),
    ("to_observe", lambda row: row.to_observe),
    ("waiting_for_signature", lambda row: len(row.waiting)),
    ("last_observed_on", lambda row: row.last_on),
)


# --- the desk -------------------------------------------------------------------------------
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the people of the coach's organisations with what waits."""
    found = _desk(request)
    state, words = request.GET.get("show", ""), request.GET.get("q", "")
    rows = desk.sorted_rows(found.filtered(state, words), request.GET.get("sort", ""))
    context = {
        "desk": found,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "found": len(rows),
        "words": words,
        "state": state,
        "filters": _filters(request, found),
        "waiting": sum(len(row.waiting) for row in found.rows),
        "export": f"{reverse('coach_export')}?{request.GET.urlencode()}",
    }
    return render(request, "courses/coaching/desk.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Download the desk as it is filtered and sorted."""
    found = _desk(request)
    rows = found.filtered(request.GET.get("show", ""), request.GET.get("q", ""))
    return csv_response(
        f"coaching-{today()}", COLUMNS, desk.sorted_rows(rows, request.GET.get("sort", ""))
    )


def _desk(request: HttpRequest) -> desk.Desk:
    found = desk.desk(user_id=_user_id(request), on=today())
    if found is None:
        raise PermissionDenied
    return found


def _filters(request: HttpRequest, found: desk.Desk) -> list[dict[str, Any]]:
    items = []
    for state, label in FILTERS:
        query = request.GET.copy()
        query.pop("page", None)
        query["show"] = state
        items.append(
            {
                "label": label,
                "url": f"?{query.urlencode()}",
                "current": request.GET.get("show", "") == state,
                "count": found.count(state),
            }
        )
    return items


# --- one person -----------------------------------------------------------------------------
@require_safe
def practice(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show what one person has practiced, and what to observe next."""
    user_id, worker = _user_id(request), _person(person)
    may_observe = can(user_id=user_id, ability=Ability.OBSERVE, person_id=worker.id)
    if not may_observe:
        require(user_id=user_id, ability=Ability.SEE_PERSON_RECORD, person_id=worker.id)
    observations = queries.observations_of(person_id=worker.id)
    standing = [row for row in observations if not hasattr(row, "withdrawal")]
    rubrics = [_progress(rubric, standing) for rubric in queries.live_rubrics()]
    for item in [row for row in rubrics if row["state"] in ("to_do", "failed")][:1]:
        item["first"] = True
    context = {
        "person": worker,
        "may_observe": may_observe,
        "observations": observations,
        "rubrics": rubrics,
        "crumbs": [{"label": _("Coach"), "url": reverse("coach")}],
    }
    return render(request, "courses/coaching/practice.html", context)


def _progress(rubric: Rubric, standing: list[Observation]) -> dict[str, Any]:
    """Return a rubric with its state for one person: passed, waiting, failed or to_do."""
    mine = [row for row in standing if row.rubric.key == rubric.key]
    signed = [row for row in mine if row.acknowledged_at is not None]
    if any(row.passed for row in signed):
        state = "passed"
    elif len(mine) > len(signed):
        state = "waiting"
    else:
        state = "failed" if signed else "to_do"
    return {"rubric": rubric, "state": state, "last": mine[0] if mine else None}


@require_http_methods(["GET", "HEAD", "POST"])
def observe(request: HttpRequest, person: UUID, rubric: str) -> HttpResponse:
    """Take down one observation; whatever is refused, what was typed stays."""
    worker, sheet = _person(person), queries.live_rubric(key=rubric)
    require(user_id=_user_id(request), ability=Ability.OBSERVE, person_id=worker.id)
    if sheet is None:
        raise Http404
    form = ObservationForm(request.POST or None, rubric=sheet, initial={"observed_on": today()})
    if request.method == "POST" and form.is_valid():
        uuid = _record(request, form, worker, sheet)
        if uuid is not None:
            messages.success(
                request,
                _("Signed and saved. %(name)s has been asked to read and sign it.")
                % {"name": worker.name},
            )
            return redirect("observation", observation=uuid)
    back = reverse("coach_person", kwargs={"person": worker.uuid})
    context = {
        "form": form,
        "rated": form.rated,
        "person": worker,
        "rubric": sheet,
        "back": back,
        "crumbs": [
            {"label": _("Coach"), "url": reverse("coach")},
            {"label": worker.name, "url": back},
        ],
    }
    return render(request, "courses/coaching/observe.html", context)


def _record(
    request: HttpRequest, form: ObservationForm, worker: PersonRecord, sheet: Rubric
) -> UUID | None:
    """Record the form, or put on it why not and return None."""
    try:
        return operations.record_observation(
            actor_id=_user_id(request),
            observed=form.observed(person_id=worker.id, rubric_key=sheet.key),
        )
    except operations.NotYetObserved:
        form.add_error("observed_on", _("This date is still to come."))
    except operations.NotEmployedThen:
        form.add_error(
            "observed_on", _("%(name)s was not employed on this date.") % {"name": worker.name}
        )
    except operations.MayNotObserve:
        form.add_error("observed_on", _("You were not their coach or trainer on this date."))
    except operations.FormUsed:
        form.add_error(None, _("This form was used before. Open a new one."))
    return None


# --- one observation ------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def observation(request: HttpRequest, observation: UUID) -> HttpResponse:
    """Show an observation to both and to who may read it; POST signs it or takes it back."""
    try:
        found = queries.observation(uuid=observation)
    except queries.NoSuchObservation as error:
        raise Http404 from error
    user_id = _user_id(request)
    access.require_read(user_id=user_id, observation=found)
    withdraw_form = WithdrawForm(request.POST if "withdraw" in request.POST else None)
    comment_form = CommentForm(request.POST if "acknowledge" in request.POST else None)
    if request.method == "POST" and _acted(request, found, comment_form, withdraw_form):
        return redirect("observation", observation=found.uuid)
    withdrawal = getattr(found, "withdrawal", None)
    own = access.may_acknowledge(user_id=user_id, observation=found)
    context = {
        "observation": found,
        "items": queries.rated_items(found),
        "withdrawal": withdrawal,
        "own": own,
        "may_sign": own and found.acknowledged_at is None and withdrawal is None,
        "may_withdraw": withdrawal is None
        and access.may_withdraw(user_id=user_id, observation=found),
        "comment_form": comment_form,
        "withdraw_form": withdraw_form,
    }
    return render(request, "courses/coaching/observation.html", context)


def _acted(
    request: HttpRequest, found: Observation, comment: CommentForm, withdraw: WithdrawForm
) -> bool:
    """Do what the form asks; return False when the form has to be shown again."""
    user_id = _user_id(request)
    try:
        if withdraw.is_bound:
            if not withdraw.is_valid():
                return False
            operations.withdraw(
                actor_id=user_id,
                observation_uuid=found.uuid,
                reason=withdraw.cleaned_data["reason"],
            )
            messages.success(request, _("The observation is withdrawn and no longer counts."))
            return True
        if not comment.is_valid():
            return False
        operations.acknowledge(
            actor_id=user_id,
            observation_uuid=found.uuid,
            comment=comment.cleaned_data["comment"],
        )
    except (operations.MayNotAcknowledge, operations.MayNotWithdraw) as error:
        raise PermissionDenied from error
    except operations.AlreadyWithdrawn:
        messages.error(request, _("This observation was withdrawn, so it cannot be signed."))
        return True
    messages.success(request, _("Signed. It is part of your record now."))
    return True


# --- what the views share -------------------------------------------------------------------
def _user_id(request: HttpRequest) -> int:
    user_id = request.user.pk
    if user_id is None:  # The closed door lets nobody through who has not signed in.
        raise Http404
    return user_id


def _person(uuid: UUID) -> PersonRecord:
    found = person_by_uuid(uuid=uuid)
    if found is None:
        raise Http404
    return found
