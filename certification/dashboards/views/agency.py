"""The agency desk: how a team stands on a date, next deadline first, on screen and as CSV."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from certification.dashboards import access, exports
from certification.dashboards.asking import AskedDate, asked_date, asked_key, query_with
from certification.dashboards.queries.agency import (
    FILTERS,
    SORTS,
    Member,
    Team,
    arrange,
    sift,
    team,
)
from certification.dashboards.queries.programs import ProgramHere, programs_below
from certification.dashboards.teams import TeamRow, headline, team_row
from lms.kit.tables import csv_response
from lms.public import OrganisationRecord, today

PAGE_SIZE: Final = 25
PILLS: Final = {
    "all": _("Everyone"),
    "overdue": _("Overdue"),
    "due": _("Due in 30 days"),
    "provisional": _("Provisional"),
    "training": _("In training"),
    "certified": _("Certified"),
    "expired": _("Lapsed or expired"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a team: the date, the program, and which of its people in which order."""

    team: access.Team
    asked: AskedDate
    programs: list[ProgramHere]
    program: ProgramHere | None
    show: str
    site: str
    words: str
    sort: str

    @property
    def place(self) -> OrganisationRecord:
        """Return the organisation asked about."""
        return self.team.place

    @property
    def on(self) -> date:
        """Return the date asked about."""
        return self.asked.on


@require_GET
def first(request: HttpRequest) -> HttpResponseRedirect:
    """Go to the account's own team; the auditor of a state goes to the state.

    Raises:
        Denied: the account has neither.
    """
    places = access.managed(request)
    if places:
        return redirect("agency", slug=places[0].key)
    access.audited(request)
    return redirect("state")


@require_GET
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a team, its deadlines and who must act."""
    question = _question(request, slug)
    found = team(place=question.place, program=question.program, on=question.on)
    members = _asked_for(found, question)
    page = Paginator(members, PAGE_SIZE).get_page(request.GET.get("page"))
    titles = question.program.rules.titles() if question.program else {}
    answer, more = headline(found.members, question.on)
    return render(
        request,
        "certification/dashboards/agency.html",
        {
            "question": question,
            "found": found,
            "first": answer,
            "more": more,
            "page": page,
            "rows": [_row(each, question, titles) for each in page.object_list],
            "pills": _pills(request, question, found),
            "keep": [(name, request.GET.get(name, "")) for name in ("show", "site", "sort")],
            "csv": reverse("agency-csv", args=[slug]) + query_with(request, {}),
            "may_manage": question.team.manages,
            "teams": access.others_of(question.team),
        },
    )


@require_GET
def team_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Download the view on the screen, all its pages."""
    question = _question(request, slug)
    found = team(place=question.place, program=question.program, on=question.on)
    columns = exports.team_columns(question.on, question.program)
    return csv_response(f"team-{slug}-{question.on}", columns, _asked_for(found, question))


def _question(request: HttpRequest, slug: str) -> Question:
    """Read the question.

    Raises:
        Http404: no such organisation, or the account is a stranger to it.
        Denied: a colleague without the right.
    """
    opened = access.open_team(request, slug)
    if opened is None:
        raise Http404
    asked = asked_date(request, today())
    programs = programs_below(path=opened.place.path, on=asked.on)
    default = programs[0].key if programs else ""
    key = asked_key(request, "program", [each.key for each in programs], default)
    return Question(
        team=opened,
        asked=asked,
        programs=programs,
        program=next((each for each in programs if each.key == key), None),
        show=asked_key(request, "show", FILTERS, "all"),
        site=request.GET.get("site", ""),
        words=request.GET.get("q", "").strip()[:100],
        sort=asked_key(request, "sort", [*SORTS, *(f"-{each}" for each in SORTS)], "due"),
    )


def _asked_for(found: Team, question: Question) -> list[Member]:
    """Return the people of the view: sifted and in its order. Screen and export share it."""
    members = sift(
        found.members,
        on=question.on,
        show=question.show,
        site=_site(found, question),
        words=question.words,
    )
    return arrange(members, question.sort)


def _site(found: Team, question: Question) -> str:
    return question.site if question.site in {each.key for each in found.sites} else ""


def _row(member: Member, question: Question, titles: dict[str, str]) -> TeamRow:
    key = question.program.key if question.program else ""
    href = reverse("agency-person", args=[question.place.key, member.uuid])
    return team_row(member, question.on, titles, f"{href}?program={key}&as_of={question.on}")


def _pills(request: HttpRequest, question: Question, found: Team) -> list[dict[str, object]]:
    """Return the saved filters, each with how many people it would show."""
    site = _site(found, question)

    def count(show: str, at: str) -> int:
        return len(sift(found.members, on=question.on, show=show, site=at, words=""))

    pills: list[dict[str, object]] = [
        {
            "label": label,
            "url": query_with(request, {"show": "" if show == "all" else show}),
            "current": question.show == show,
            "count": count(show, site),
        }
        for show, label in PILLS.items()
    ]
    if len(found.sites) > 1:
        pills += [
            {
                "label": each.name,
                "url": query_with(request, {"site": "" if site == each.key else each.key}),
                "current": site == each.key,
                "count": count(question.show, each.key),
            }
            for each in found.sites
        ]
    return pills
