"""Where an agency has a whole list checked, and reads and downloads the answer."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.programs.queries import catalogue
from certification.verification.access import organisation_for
from certification.verification.forms import RosterForm
from certification.verification.models import RosterCheck
from certification.verification.operations import check_roster
from certification.verification.reasons import ROSTER_REASONS
from certification.verification.roster_file import DOWNLOAD
from lms.kit import clock
from lms.kit.tables import csv_response
from lms.public import OrganisationRecord

PAGE_SIZE = 100
QUALIFICATIONS = (
    "qualified",
    "qualified_with_conditions",
    "provisional",
    "not_qualified",
    "unknown",
)


@require_http_methods(["GET", "POST"])
def verify_roster(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a roster file and answer it."""
    place = organisation_for(request, slug)
    today = clock.today(place.zone)
    form = RosterForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        programs=_programs(place),
        today=today,
    )
    if form.is_bound and form.is_valid():
        receipt = check_roster(
            rows=form.rows,
            program_key=form.cleaned_data["program"],
            on=form.cleaned_data["as_of"],
            organisation=place,
            asked_by_id=request.user.pk,
            file_name=form.cleaned_data["file"].name or "",
        )
        return redirect("roster-check", slug, receipt.uuid)
    earlier = (
        RosterCheck.objects.filter(organisation_id=place.id)
        .defer("answer")
        .order_by("-recorded_at", "-pk")[:10]
    )
    context = {"place": place, "trail": _trail(place), "form": form, "earlier": list(earlier)}
    status = 400 if form.is_bound else 200
    return render(request, "certification/verification/roster.html", context, status=status)


@require_safe
@never_cache
def roster_check(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show an answered roster, as it was answered."""
    place = organisation_for(request, slug)
    check = _check(place, uuid)
    rows: list[dict[str, Any]] = check.answer["rows"]
    counts = Counter(row["qualification"] for row in rows)
    show = request.GET.get("show", "")
    shown = [row for row in rows if row["qualification"] == show] if show in counts else rows
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "trail": [*_trail(place), _item(_("Verify a roster"), f"/agency/{slug}/verify-roster/")],
        "check": check,
        "page": page,
        "rows": [_shown(row) for row in page],
        "show": show,
        "total": len(rows),
        "unmatched": sum(row["match"] in ("no_match", "ambiguous") for row in rows),
        "pills": _pills(counts, show, len(rows)),
        "qualified": counts["qualified"],
        # Broken where a narrow screen may break it.
        "hash_parts": [check.sha256[place : place + 8] for place in range(0, 64, 8)],
    }
    return render(request, "certification/verification/roster_answer.html", context)


@require_safe
def roster_csv(request: HttpRequest, slug: str, uuid: UUID) -> StreamingHttpResponse:
    """Send an answered roster as CSV that no spreadsheet runs."""
    check = _check(organisation_for(request, slug), uuid)
    return csv_response(f"roster-{check.as_of}-{uuid}", DOWNLOAD, iter(check.answer["rows"]))


def _programs(place: OrganisationRecord) -> list[tuple[str, str]]:
    """Return the programs with credentials, those of the organisation first."""
    known = catalogue()
    today = clock.today(place.zone)
    near = set(known.keys_on([place.path], today)) - known.open_keys
    offered = [
        (key, known.version(key, today).rules)
        for key in sorted(known.versions, key=lambda key: (key not in near, key))
    ]
    return [(key, rules.title) for key, rules in offered if rules.credentials]


def _check(place: OrganisationRecord, uuid: UUID) -> RosterCheck:
    check = RosterCheck.objects.filter(organisation_id=place.id, uuid=uuid).first()
    if check is None:
        raise Http404
    return check


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row for the page, the reasons in the reader's language."""
    known = ROSTER_REASONS
    words = [str(known[code]) for code in row["reason_codes"] if code in known]
    dated = row["valid_until"] and row["status"] in ("valid", "expired")
    last = date.fromisoformat(row["valid_until"]) if dated else None
    return {**row, "words": words or row["reasons"], "last": last}


def _pills(counts: Counter[str], show: str, total: int) -> list[dict[str, Any]]:
    labels = {
        "qualified": _("Qualified"),
        "qualified_with_conditions": _("With conditions"),
        "provisional": _("Provisional"),
        "not_qualified": _("Not qualified"),
        "unknown": _("Cannot tell"),
    }
    everyone = {"label": _("All rows"), "url": "?", "count": total, "current": show not in counts}
    return [everyone] + [
        {
            "label": labels[each],
            "url": f"?show={each}",
            "count": counts[each],
            "current": show == each,
        }
        for each in QUALIFICATIONS
        if counts[each]
    ]


def _trail(place: OrganisationRecord) -> list[dict[str, str]]:
    return [_item(place.name, f"/agency/{place.key}/")]


def _item(label: str, url: str) -> dict[str, str]:
    return {"label": label, "url": url}
