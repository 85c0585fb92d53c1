"""The roster wizard: upload, name the columns, see what would happen, apply, keep the result."""

from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.kit.tables import Column, csv_response
from lms.people.access import Ability
from lms.people.authority import today
from lms.people.forms.rosters import Columns, RosterFile
from lms.people.models import RosterImport
from lms.people.operations import (
    AlreadyApplied,
    PlanChanged,
    apply_import,
    decide,
    drop_draft,
    save_columns,
    start_import,
)
from lms.people.records import OrganisationRecord
from lms.people.roster_plan import LINK, WRITING, KnownPerson, Outcome, PlannedRow, counts
from lms.people.roster_rows import FIELDS
from lms.people.rosters import digest_of, draft_of, imports_of, missing_columns, plan_of
from lms.people.views.asking import AuthenticatedRequest, organisation_for, trail

STEPS: Final = [
    gettext_lazy("File"),
    gettext_lazy("Columns"),
    gettext_lazy("Preview"),
    gettext_lazy("Result"),
]
PER_PAGE: Final = 50
LABELS: Final = {
    Outcome.DECIDE: gettext_lazy("Need a decision"),
    Outcome.ERROR: gettext_lazy("Errors"),
    Outcome.ADD: gettext_lazy("Will add"),
    Outcome.CHANGE: gettext_lazy("Will change"),
    Outcome.END: gettext_lazy("Will end"),
    Outcome.UNCHANGED: gettext_lazy("Unchanged"),
    Outcome.SKIP: gettext_lazy("Left out by you"),
}
DONE_LABELS: Final = LABELS | {
    Outcome.DECIDE: gettext_lazy("Left undecided"),
    Outcome.ADD: gettext_lazy("Added"),
    Outcome.CHANGE: gettext_lazy("Changed"),
    Outcome.END: gettext_lazy("Ended"),
}
TONES: Final = {
    Outcome.DECIDE: "part",
    Outcome.ERROR: "bad",
    Outcome.ADD: "ok",
    Outcome.CHANGE: "ok",
    Outcome.END: "warn",
    Outcome.UNCHANGED: "plain",
    Outcome.SKIP: "none",
}
RESULT_COLUMNS: Final[list[Column]] = [
    (name, itemgetter(name)) for name in ("row", "record_id", "name", "outcome", "detail")
]
EXAMPLE: Final = {
    "record_id": "E-104",
    "given_name": "Alma",
    "family_name": "Reyes",
    "email": "alma@example.org",
    "role": "responder",
    "site": "rio-vista-north",
    "fte": "1",
    "start_date": "2026-03-02",
    "end_date": "",
    "supervisor_record_id": "E-100",
    "action": "",
}


def _place(request: AuthenticatedRequest, slug: str) -> OrganisationRecord:
    return organisation_for(request, slug, Ability.IMPORT_ROSTER)


def _draft(request: AuthenticatedRequest, slug: str, uuid: UUID) -> tuple[Any, RosterImport]:
    """Return the organisation and its import. Raises: Http404 for another organisation's."""
    place = _place(request, slug)
    draft = draft_of(organisation_id=place.id, uuid=uuid)
    if draft is None:
        raise Http404
    return place, draft


def _page(
    request: AuthenticatedRequest, view: str, step: int, place: OrganisationRecord, **context: Any
) -> HttpResponse:
    status = context.pop("status", 200)
    context |= {"place": place, "steps": STEPS, "step": step}
    context["trail"] = trail(place, (_("Roster import"), "roster")) if step > 1 else trail(place)
    return render(request, f"lms/people/roster_{view}.html", context, status=status)


@require_http_methods(["GET", "POST"])
def upload(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Take a file; show drafts to go on with and what was imported before."""
    place = _place(request, slug)
    form = RosterFile()
    if request.method == "POST":
        form = RosterFile(request.POST, request.FILES)
        if form.is_valid():
            draft = start_import(
                actor_id=request.user.pk,
                organisation_id=place.id,
                file_name=form.cleaned_data["file"].name,
                table=form.table,
            )
            return redirect("roster_columns", slug, draft.uuid)
    earlier = imports_of(organisation_id=place.id)
    return _page(
        request,
        "upload",
        1,
        place,
        form=form,
        drafts=[row for row in earlier if row.applied_at is None],
        applied=[row for row in earlier if row.applied_at is not None],
        fields=FIELDS,
        status=400 if form.is_bound else 200,
    )


@require_GET
def example(request: AuthenticatedRequest, slug: str) -> HttpResponseBase:
    """Download a roster with headings and one row."""
    _place(request, slug)
    columns: list[Column] = [(name, itemgetter(name)) for name in EXAMPLE]
    return csv_response("roster-example", columns, [EXAMPLE])


@require_http_methods(["GET", "POST"])
def columns(request: AuthenticatedRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Ask which column holds what, with a guess filled in."""
    place, draft = _draft(request, slug, uuid)
    data = request.POST if request.method == "POST" else None
    form = Columns(data, headers=draft.headers, chosen=draft.columns)
    if form.is_bound and form.is_valid():
        try:
            save_columns(actor_id=request.user.pk, draft=draft, columns=form.columns)
        except AlreadyApplied:
            return redirect("roster_result", slug, uuid)
        return redirect("roster_preview", slug, uuid)
    first = [
        {"head": head, "values": [row[at + 1] for row in draft.rows[:3]]}
        for at, head in enumerate(draft.headers)
    ]
    status = 400 if form.is_bound else 200
    return _page(request, "columns", 2, place, form=form, draft=draft, first=first, status=status)


@require_http_methods(["GET", "POST"])
def preview(request: AuthenticatedRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show what applying would do, row by row, and keep decisions about people."""
    place, draft = _draft(request, slug, uuid)
    if draft.applied_at is not None:
        return redirect("roster_result", slug, uuid)
    if missing_columns(draft.columns):
        return redirect("roster_columns", slug, uuid)
    if request.method == "POST":
        chosen = {
            name.removeprefix("row-"): str(value)
            for name, value in request.POST.items()
            if name.startswith("row-")
        }
        try:
            decide(actor_id=request.user.pk, draft=draft, decisions=chosen)
        except AlreadyApplied:
            return redirect("roster_result", slug, uuid)
        return redirect("roster_preview", slug, uuid)
    planned = plan_of(draft, today=today())
    found = counts(planned)
    show = request.GET.get("show") or next((o.value for o in LABELS if found[o.value]), "")
    rows = [_shown(each) for each in planned if show in {"all", each.outcome.value}]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return _page(
        request,
        "preview",
        3,
        place,
        draft=draft,
        page=page,
        asking=any(row["asks"] for row in page),
        filters=_filters(found, show, len(planned)),
        writing=sum(found[outcome] for outcome in WRITING),
        left_out=found[Outcome.DECIDE] + found[Outcome.ERROR],
        ending=found[Outcome.END],
        digest=digest_of(planned),
    )


def _shown(each: PlannedRow) -> dict[str, Any]:
    """Return a row as the template draws it."""
    return {
        "number": each.row.number,
        "name": each.row.name,
        "record_id": each.row.record_id,
        "email": each.row.email,
        "tone": TONES[each.outcome],
        "label": LABELS[each.outcome],
        "says": each.says,
        "asks": each.outcome == Outcome.DECIDE or bool(each.choice),
        "choice": each.choice,
        "candidates": [_candidate(each, person) for person in each.candidates],
    }


def _candidate(each: PlannedRow, person: KnownPerson) -> dict[str, str]:
    """Return a suggestion. Of people elsewhere it tells only what the file says already."""
    same = bool(person.email) and person.email.casefold() == each.row.email.casefold()
    name = person.name
    if person.here and same:
        about = _("same address, works or worked here")
    elif person.here:
        about = _("same name, works or worked here")
    elif same:
        name, about = each.row.email, _("somebody with this address has a record already")
    else:
        about = _("signed up with your domain or address")
    return {"value": f"{LINK}{person.uuid}", "name": name, "about": about}


def _filters(found: dict[str, int], show: str, total: int) -> list[dict[str, Any]]:
    items = [
        {"label": label, "url": f"?show={o.value}", "count": found[o.value], "current": show == o}
        for o, label in LABELS.items()
        if found[o.value]
    ]
    everything = {"label": _("All rows"), "url": "?show=all", "count": total}
    return [*items, everything | {"current": show == "all"}]


@require_POST
def confirm(request: AuthenticatedRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Apply what was shown."""
    _placed, draft = _draft(request, slug, uuid)
    try:
        apply_import(actor_id=request.user.pk, draft=draft, digest=request.POST.get("digest", ""))
    except AlreadyApplied:
        messages.info(request, _("This roster was applied before."))
    except PlanChanged:
        messages.warning(
            request, _("Something changed since you looked. Nothing was applied: look again.")
        )
        return redirect("roster_preview", slug, uuid)
    return redirect("roster_result", slug, uuid)


@require_POST
def drop(request: AuthenticatedRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Forget a draft."""
    _placed, draft = _draft(request, slug, uuid)
    try:
        drop_draft(actor_id=request.user.pk, draft=draft)
    except AlreadyApplied:
        return redirect("roster_result", slug, uuid)
    messages.success(request, _("The draft is gone. Nothing was changed."))
    return redirect("roster", slug)


@require_GET
def result(request: AuthenticatedRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show what came of an applied roster."""
    place, draft = _draft(request, slug, uuid)
    if draft.applied_at is None:
        return redirect("roster_preview", slug, uuid)
    found = draft.result["counts"]
    stats = [(DONE_LABELS[o], found.get(o.value, 0)) for o in LABELS]
    left = [
        row
        for row in draft.result["rows"]
        if row["outcome"] in {Outcome.ERROR, Outcome.DECIDE, Outcome.SKIP}
    ]
    page = Paginator(left, PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "result", 4, place, draft=draft, stats=stats, page=page)


@require_GET
def result_file(request: AuthenticatedRequest, slug: str, uuid: UUID) -> HttpResponseBase:
    """Download what came of each row."""
    place, draft = _draft(request, slug, uuid)
    if draft.applied_at is None:
        raise Http404
    name = f"roster-result-{place.key}-{draft.applied_at.date().isoformat()}"
    return csv_response(name, RESULT_COLUMNS, draft.result["rows"])
