"""Why somebody is not certified: on the worker's own page, on the agency's, and as CSV."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from certification.credentials.cases import Report, report_on
from certification.dashboards import exports
from certification.dashboards.access import user_id
from certification.dashboards.asking import asked_date, asked_key
from certification.dashboards.queries.standing import person_standings
from certification.dashboards.views.person import open_member
from certification.dashboards.views.worker import my_page, own_person
from certification.dashboards.why import Why, explain, keys_for
from certification.programs.queries import catalogue
from courses.public import subject_titles
from lms.kit.tables import csv_response
from lms.public import Ability, PersonRecord, can, today

PAGE = "certification/dashboards/why.html"


@require_GET
def my_why(request: HttpRequest) -> HttpResponse:
    """Tell a worker, for any date and program, why they are not certified, or that they are."""
    person = own_person(request)
    asked = asked_date(request, today())
    keys = _own_programs(request, person)
    if not keys:
        return render(request, PAGE, {"nothing": True, "crumbs": my_page()})
    report = report_on(person_id=person.id, program_key=keys[0], on=asked.on)
    context = _told(report, mine=True) | {
        "mine": True,
        "asked": asked,
        "programs": [_named(each) for each in sorted(keys)],
        "person": person,
        "csv": f"{reverse('me-why-csv')}?{_query(report)}",
        "letters": _address("my-letters"),
        "crumbs": my_page(),
    }
    return render(request, PAGE, context)


@require_GET
def my_why_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download every requirement, met or not, one line each."""
    person = own_person(request)
    asked = asked_date(request, today())
    keys = _own_programs(request, person)
    if not keys:
        raise Http404
    report = report_on(person_id=person.id, program_key=keys[0], on=asked.on)
    titles = subject_titles(subjects=keys_for(report))
    why = explain(report, titles, mine=True)
    rows = [each.item for each in (*why.open, *why.more, *why.met)]
    columns = exports.finding_columns(report.version.program_key, asked.on)
    return csv_response(f"requirements-{asked.on}", columns, rows)


@require_GET
def agency_why(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Tell the agency or the state the same of a member of a team.

    Raises: as ``open_member``.
    """
    opened = open_member(request, slug, uuid)
    if opened.current is None:
        return render(request, PAGE, {"nothing": True, "crumbs": [opened.crumb()]})
    on, person = opened.asked.on, opened.person
    report = report_on(person_id=person.id, program_key=opened.current.key, on=on)
    # Whoever has left is called what the agency knew them by.
    report = replace(report, person=person)
    back = reverse("agency-person", args=[slug, uuid])
    context = _told(report, mine=False, licences=opened.reach.licences) | {
        "mine": False,
        "asked": opened.asked,
        "programs": [_named(each.key) for each in opened.standings],
        "person": person,
        "refusal": _refusal(request, report),
        "crumbs": [opened.crumb(), {"label": person.name, "url": f"{back}?{_query(report)}"}],
    }
    return render(request, PAGE, context)


def _told(report: Report, *, mine: bool, licences: bool = True) -> dict[str, Any]:
    titles = subject_titles(subjects=keys_for(report))
    why: Why = explain(report, titles, mine=mine, licences=licences)
    appeal = ""
    if mine and why.happened and why.happened.status in ("revoked", "suspended"):
        appeal = _address("certificate-decision", why.happened.code)
    return {"report": report, "why": why, "program": _named(report.version.program_key)} | {
        "appeal": appeal
    }


def _refusal(request: HttpRequest, report: Report) -> str:
    """Return where an officer writes a letter about this, empty for everybody else."""
    person = report.person
    may = can(user_id=user_id(request), ability=Ability.ISSUE, person_id=person.id)
    address = _address("refusal-write", person.uuid) if may else ""
    return f"{address}?{_query(report)}" if address and report.status != "certified" else ""


def _own_programs(request: HttpRequest, person: PersonRecord) -> list[str]:
    """Return the person's programs, the one asked for in front; any that is known may be."""
    keys = [each.key for each in person_standings(person_id=person.id, on=today())]
    asked = asked_key(request, "program", catalogue().versions)
    return list(dict.fromkeys([asked, *keys] if asked else keys))


def _named(key: str) -> dict[str, str]:
    return {"key": key, "title": catalogue().version(key, today()).rules.title}


def _query(report: Report) -> str:
    return urlencode({"as_of": report.on.isoformat(), "program": report.version.program_key})


def _address(name: str, *args: object) -> str:
    """Return the address of a page of another part of the house, empty where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
