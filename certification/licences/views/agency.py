"""The licences of a team and of its people, for those who look them up with their issuers."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certification.dashboards.asking import asked_key, query_with
from certification.licences.access import Opened, open_person, open_person_to_write, open_place
from certification.licences.forms import CheckedLicenceForm, LookUpForm
from certification.licences.queries import TeamLicence, answerable, own_licences, team_licences
from certification.licences.states import WAITING, State
from certification.licences.wording import (
    kind_title,
    licence_words,
    number_of,
    period_words,
    team_columns,
)
from lms.kit.tables import csv_response
from lms.public import (
    LicenceLife,
    LicenceReplaced,
    OrganisationRecord,
    licence_life,
    record_licence,
    today,
    verify_licence,
)

PAGE_SIZE: Final = 25
SHOWN: Final = {
    "all": (gettext_lazy("All"), frozenset(State)),
    "waiting": (gettext_lazy("To look up"), WAITING),
    "ending": (gettext_lazy("Ending in 90 days"), frozenset({State.ENDING})),
    "expired": (gettext_lazy("Expired"), frozenset({State.EXPIRED})),
    "again": (gettext_lazy("Check again"), frozenset({State.OUTDATED})),
}


@require_GET
@never_cache
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the licences of a team: first what nobody has looked up, then what ends or has ended."""
    place, on = open_place(request, slug), today()
    found = team_licences(place=place, on=on)
    page = Paginator(_asked_for(request, found), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = {
        name: sum(each.standing.state in states for each in found)
        for name, (_label, states) in SHOWN.items()
    }
    show = asked_key(request, "show", SHOWN, "all")
    context = {
        "place": place,
        "on": on,
        "page": page,
        "rows": [
            (each.person, licence_words(each.standing, on, mine=False)) for each in page.object_list
        ],
        "any": bool(found),
        "counts": counts,
        "words": _words(request),
        "show": show,
        "filters": [
            {
                "label": label,
                "url": query_with(request, {"show": "" if name == "all" else name}),
                "current": name == show,
                "count": counts[name],
            }
            for name, (label, _states) in SHOWN.items()
        ],
        "export": reverse("agency-licences-csv", args=[slug]) + query_with(request, {}),
        "crumbs": [_desk(place)],
    }
    return render(request, "certification/licences/team.html", context)


@require_GET
def team_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Download the view on the screen, all its pages."""
    place, on = open_place(request, slug), today()
    rows = _asked_for(request, team_licences(place=place, on=on))
    return csv_response(f"licenses-{slug}-{on}", team_columns(on), rows)


@require_GET
@never_cache
def person(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show somebody's licences with every look at their sources."""
    opened, on = open_person(request, slug, uuid), today()
    found = own_licences(person_id=opened.person.id, on=on)
    rows = [licence_words(each, on, mine=False) for each in found]
    return _page(request, "person", opened, rows=rows, crumbs=_way(opened)[:-1])


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Write down a licence of somebody, looked up or not."""
    opened = open_person_to_write(request, slug, uuid)
    return _write(request, opened, None)


@require_http_methods(["GET", "POST"])
@never_cache
def correct(request: HttpRequest, slug: str, uuid: UUID, licence: UUID) -> HttpResponse:
    """Correct dates, number or issuer: a new row replaces the one on record, which is kept."""
    opened = open_person_to_write(request, slug, uuid)
    return _write(request, opened, _licence(opened, licence))


@require_http_methods(["GET", "POST"])
@never_cache
def look_up(request: HttpRequest, slug: str, uuid: UUID, licence: UUID) -> HttpResponse:
    """Write down what the source of a licence said."""
    opened = open_person_to_write(request, slug, uuid)
    life = _licence(opened, licence)
    form = LookUpForm(request.POST if request.method == "POST" else None, licence=life.licence)
    if form.is_bound and form.is_valid():
        try:
            verify_licence(
                actor_id=request.user.pk,
                licence_id=life.licence.id,
                outcome=form.cleaned_data["outcome"],
                seen=form.seen(),
                ended_on=form.ended_on(),
            )
        except LicenceReplaced:
            messages.info(request, _("It was corrected meanwhile. This is how it stands now."))
        else:
            messages.success(request, _("What the source said is on record."))
        return redirect("agency-person-licences", slug, uuid)
    facts = [
        (_("Number"), number_of(life.licence)),
        (_("Issued by"), life.licence.issuer),
        (_("Dates"), period_words(life.licence)),
        (_("Counts for"), life.licence.requirement),
    ]
    return _page(
        request,
        "look_up",
        opened,
        form=form,
        title=kind_title(life.licence.kind),
        facts=[(name, value) for name, value in facts if value],
        crumbs=_way(opened),
    )


def _write(request: HttpRequest, opened: Opened, old: LicenceLife | None) -> HttpResponse:
    form = CheckedLicenceForm(
        request.POST if request.method == "POST" else None,
        requirements=answerable(person_id=opened.person.id, on=today()),
        like=old.licence if old else None,
    )
    if form.is_bound and form.is_valid():
        try:
            record_licence(
                actor_id=request.user.pk,
                person_id=opened.person.id,
                replaces_id=old.licence.id if old else None,
                seen=form.seen(),
                **form.granted(),
            )
        except LicenceReplaced:
            messages.info(request, _("It was corrected meanwhile. This is how it stands now."))
        else:
            messages.success(request, _("It is on record."))
        return redirect("agency-person-licences", opened.place.key, opened.person.uuid)
    verified = old is not None and old.licence.verified
    title = kind_title(old.licence.kind) if old else ""
    more = {"form": form, "old": old, "verified": verified, "title": title}
    return _page(request, "write", opened, crumbs=_way(opened), **more)


def _licence(opened: Opened, uuid: UUID) -> LicenceLife:
    """Return a standing licence of the person. Raises: Http404."""
    life = licence_life(uuid=uuid)
    if life is None or life.licence.person_id != opened.person.id:
        raise Http404
    return life


def _page(request: HttpRequest, view: str, opened: Opened, **context: Any) -> HttpResponse:
    form = context.get("form")
    status = 400 if form is not None and form.is_bound else 200
    back = reverse("agency-person-licences", args=[opened.place.key, opened.person.uuid])
    context |= {"opened": opened, "back": back}
    return render(request, f"certification/licences/{view}.html", context, status=status)


def _desk(place: OrganisationRecord) -> dict[str, object]:
    return {"label": place.name, "url": reverse("agency", args=[place.key])}


def _way(opened: Opened) -> list[dict[str, object]]:
    place, someone = opened.place, opened.person
    here = reverse("agency-person-licences", args=[place.key, someone.uuid])
    team = reverse("agency-licences", args=[place.key])
    return [
        _desk(place),
        {"label": _("Licenses"), "url": team},
        {"label": someone.name, "url": here},
    ]


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


def _asked_for(request: HttpRequest, found: list[TeamLicence]) -> list[TeamLicence]:
    """Return the rows of the view. Screen and export share it."""
    _label, states = SHOWN[asked_key(request, "show", SHOWN, "all")]
    words = _words(request).casefold().split()
    return [
        each
        for each in found
        if each.standing.state in states
        and all(word in each.person.name.casefold() for word in words)
    ]
