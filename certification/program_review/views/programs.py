"""The list of programs, one program with its versions, and who has adopted it."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.evidence.translation import legal_date
from certification.program_review import access, operations, queries
from certification.program_review.forms import AdoptForm, EndForm
from certification.program_review.states import OPEN
from certification.program_review.views.showing import crumbs, user_id
from certification.program_review.wording import STATES
from certification.programs.models import Adoption, ProgramVersion
from certification.programs.queries import Catalogue, Version, catalogue
from lms.kit import clock, formats


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the programs with the version in force, and the drafts that wait."""
    who = user_id(request)
    access.require_desk(user_id=who)
    drafts = queries.open_drafts(access.visible_drafts(user_id=who))
    programs = catalogue()
    rows = [_program_row(programs, versions) for versions in programs.versions.values()]
    context = {
        "rows": sorted(rows, key=lambda row: (row["title"].casefold(), row["key"])),
        "drafts": [_draft_row(each) for each in drafts],
        "may_write": access.may_change(user_id=who, program_key=""),
        "crumbs": crumbs()[:1],
    }
    return render(request, "certification/programs/list.html", context)


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """Show a program: its versions, its drafts, who works under it."""
    who = user_id(request)
    access.require_desk(user_id=who)
    versions = _versions(key)
    return render(request, "certification/programs/program.html", _shown(who, key, versions))


@require_POST
def adopt(request: HttpRequest, key: str) -> HttpResponse:
    """Put an organisation under a program."""
    who = user_id(request)
    access.require_desk(user_id=who)
    versions = _versions(key)
    form = AdoptForm(request.POST, places=access.adoptable(user_id=who))
    if form.is_valid():
        try:
            operations.adopt(
                actor_id=who,
                organisation_id=form.cleaned_data["organisation"],
                program_key=key,
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.ends_on,
            )
        except operations.AlreadyAdopted:
            form.add_error("organisation", _("It works under this program on these days already."))
        except operations.WrongDays:
            form.add_error("last_day", _("The last day is before the first."))
        else:
            messages.success(request, _("Adopted. Everybody’s standing is being worked out anew."))
            return redirect("program", key=key)
    context = _shown(who, key, versions) | {"form": form}
    return render(request, "certification/programs/program.html", context, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
def end_adoption(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Let an adoption end on a day."""
    who = user_id(request)
    rows = Adoption.objects.select_related("organisation", "program")
    row = rows.filter(pk=number, program__key=key).first()
    if row is None:
        raise Http404
    access.require_adopt(user_id=who, organisation_id=row.organisation_id)
    versions = _versions(key)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            operations.end_adoption(
                actor_id=who,
                adoption_id=row.pk,
                ends_on=form.ends_on,
                note=form.cleaned_data["note"],
            )
        except operations.AdoptionEnded:
            messages.warning(request, _("This adoption has an end already."))
            return redirect("program", key=key)
        except operations.WrongDays:
            form.add_error("last_day", _("This is before the first day."))
        else:
            messages.success(request, _("The adoption ends after that day."))
            return redirect("program", key=key)
    context = {
        "row": row,
        "form": form,
        "title": versions[-1].rules.title,
        "crumbs": crumbs(key, versions[-1].rules.title),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/programs/end_adoption.html", context, status=status)


@require_safe
def version_text(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Hand out the text of a version, word for word, as a download."""
    access.require_desk(user_id=user_id(request))
    row = ProgramVersion.objects.filter(pk=number, program__key=key).first()
    if row is None:
        raise Http404
    response = HttpResponse(row.source, content_type="application/yaml; charset=utf-8")
    name = "".join(each if each.isalnum() or each in "-._" else "-" for each in row.label)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{name}.yaml"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _versions(key: str) -> tuple[Version, ...]:
    found = catalogue().versions.get(key)
    if not found:
        raise Http404
    return found


def _program_row(programs: Catalogue, versions: tuple[Version, ...]) -> dict[str, Any]:
    last = versions[-1]
    today = clock.today(last.rules.zone)
    now = programs.version(last.program_key, today)
    return {
        "key": last.program_key,
        "title": now.rules.title,
        "now": now,
        "begun": now.effective_on <= today,
        "next": next((each for each in versions if each.effective_on > today), None),
        "open": last.program_key in programs.open_keys,
        "adopters": len(
            {
                each.path
                for each in programs.adoptions
                if each.program_key == last.program_key
                and (each.until_on is None or each.until_on > today)
            }
        ),
    }


def _draft_row(each: queries.DraftRow) -> dict[str, Any]:
    tone, words = STATES[each.state]
    return {"draft": each, "tone": tone, "words": words, "days": (clock.now() - each.since).days}


def _shown(who: int, key: str, versions: tuple[Version, ...]) -> dict[str, Any]:
    rules = versions[-1].rules
    today = clock.today(rules.zone)
    may_change = access.may_change(user_id=who, program_key=key)
    places = access.adoptable(user_id=who) if may_change else []
    drafts = queries.listed(access.visible_drafts(user_id=who) & Q(program_key=key))
    return {
        "key": key,
        "title": rules.title,
        "rules": rules,
        "today": today,
        "open": key in catalogue().open_keys,
        "versions": _version_rows(key, versions, today),
        "adoptions": _adoption_rows(key, today, {each.id for each in places}),
        "drafts": [_draft_row(each) for each in drafts if each.state in OPEN],
        "past": [_draft_row(each) for each in drafts if each.state not in OPEN],
        "under_way": queries.rollouts(key),
        "may_change": may_change,
        "form": AdoptForm(places=places, initial={"starts_on": today}) if places else None,
        "crumbs": crumbs(),
    }


def _version_rows(key: str, versions: tuple[Version, ...], today: date) -> list[dict[str, Any]]:
    """Return the versions, the newest first, with who published each and why."""
    rows = ProgramVersion.objects.filter(program__key=key).defer("source")
    known = {
        each.pk: each
        for each in rows.select_related("published_by__person", "review__draft").defer(
            "source", "review__draft__source"
        )
    }
    current = catalogue().version(key, today)
    found = []
    for each in reversed(versions):
        zone = ZoneInfo(each.rules.zone)
        row = known[each.id]
        review = getattr(row, "review", None)
        found.append(
            {
                "version": each,
                "last": formats.last_day(each.until_on),
                "current": each.id == current.id,
                "by": queries.name_of(row.published_by) if row.published_by else "",
                "recorded_at": row.recorded_at,
                "review": review,
                "counts_back": bool(
                    each.effective_on < legal_date(row.recorded_at, zone) and review
                ),
            }
        )
    return found


def _adoption_rows(key: str, today: date, mine: set[int]) -> list[dict[str, Any]]:
    rows = Adoption.objects.filter(program__key=key).select_related("organisation")
    return [
        {
            "row": each,
            "last": formats.last_day(each.ends_on),
            "over": each.ends_on is not None and each.ends_on <= today,
            "may_end": each.ends_on is None and each.organisation_id in mine,
        }
        for each in rows.order_by("organisation__name", "starts_on", "pk")
    ]
