"""The state desk: is the state ready on a date, by region and agency, on screen and as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from certification.casework.queries import waiting
from certification.dashboards import access, exports
from certification.dashboards.asking import AskedDate, asked_date, asked_key, query_with
from certification.dashboards.queries.programs import ProgramHere, programs_below
from certification.dashboards.queries.state import Tally, people_rows, tallies
from certification.dashboards.readiness import UnitRow, chart_of, headline, summary
from lms.kit.tables import csv_response
from lms.public import (
    Ability,
    OrganisationRecord,
    authority,
    can,
    organisations,
    today,
    visible_people,
)

PARTS = {"state": "region", "region": "agency", "agency": "site"}
"""Which kind of unit each kind of organisation is shown by."""

LEVELS = {"region": _("By region"), "agency": _("By agency")}
HEADINGS = {"region": _("Region"), "agency": _("Agency"), "site": _("Site")}
OUTSIDE = {
    "region": _("Not in a region"),
    "agency": _("Not in an agency"),
    "site": _("Not at a site"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: where, on which date, about which program, shown by which units."""

    roots: list[OrganisationRecord]
    place: OrganisationRecord
    asked: AskedDate
    programs: list[ProgramHere]
    program: ProgramHere | None
    by: str

    @property
    def on(self) -> date:
        """Return the date asked about."""
        return self.asked.on


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Show whether a state, or a part of it, is ready."""
    question = _question(request)
    rows, total = _table(request, question)
    first, more = headline(total)
    return render(
        request,
        "certification/dashboards/state.html",
        {
            "question": question,
            "first": first,
            "more": more,
            "rows": rows,
            "total": total,
            "total_row": UnitRow("", question.place.name, total),
            "chart": chart_of(rows),
            "summary": summary(rows),
            "heading": HEADINGS[question.by],
            "keep": [("at", request.GET.get("at", "")), ("by", question.by)],
            "levels": _levels(request, question),
            "crumbs": _crumbs(request, question),
            "table_csv": reverse("state-table") + query_with(request, {}),
            "people_csv": reverse("state-people") + query_with(request, {}),
            "cases": _cases(request),
            "may_rename": can(
                user_id=request.user.pk, ability=Ability.CHANGE_NAME, held=authority(request)
            ),
            "may_join": can(
                user_id=request.user.pk, ability=Ability.MERGE_PEOPLE, held=authority(request)
            ),
        },
    )


def _cases(request: HttpRequest) -> int:
    """Return how many revocations and appeals wait."""
    user_id = int(request.user.pk or 0)
    scope = visible_people(user_id=user_id, ability=Ability.AUDIT_STATE, held=authority(request))
    return waiting(scope=scope, user_id=user_id)


@require_GET
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Download the table on the screen."""
    question = _question(request)
    rows, total = _table(request, question)
    lines = [*rows, UnitRow(question.place.key, question.place.name, total)]
    columns = exports.readiness_columns(question.on, question.program)
    return csv_response(f"readiness-{question.place.key}-{question.on}", columns, lines)


@require_GET
def people(request: HttpRequest) -> StreamingHttpResponse:
    """Download everybody counted, one line for each place and role; streamed."""
    question = _question(request)
    places = {each.id: each for each in organisations()}
    columns = exports.people_columns(question.on, question.program, places)
    name = f"people-{question.place.key}-{question.on}"
    return csv_response(name, columns, _people(question))


def _people(question: Question) -> Iterator[object]:
    if question.program is not None:
        yield from people_rows(program=question.program, on=question.on)


def _question(request: HttpRequest) -> Question:
    """Read the question.

    Raises:
        Denied: the account audits nothing.
        Http404: the place lies outside what it audits.
    """
    now = today()
    roots = access.audited(request)
    place = _place(request, roots)
    asked = asked_date(request, now)
    programs = programs_below(path=place.path, on=asked.on)
    default = programs[0].key if programs else ""
    key = asked_key(request, "program", [each.key for each in programs], default)
    by = PARTS[place.kind]
    if place.kind == "state":
        by = asked_key(request, "by", LEVELS, by)
    program = next((each for each in programs if each.key == key), None)
    return Question(roots, place, asked, programs, program, by)


def _place(request: HttpRequest, roots: list[OrganisationRecord]) -> OrganisationRecord:
    key = request.GET.get("at", "")
    if not key:
        return roots[0]
    for root in roots:
        for each in organisations(below_path=root.path):
            if each.key == key and each.kind in PARTS:
                return each
    raise Http404


def _table(request: HttpRequest, question: Question) -> tuple[list[UnitRow], Tally]:
    """Return the lines by name, with the line of those in no unit last, and the whole."""
    if question.program is None:
        return [], Tally()
    below = organisations(below_path=question.place.path)
    counts, total = tallies(
        program=question.program,
        on=question.on,
        by=question.by,
        places={each.id: each for each in below},
    )
    units = [
        each for each in below if each.kind == question.by and question.program.overlaps(each.path)
    ]
    rows = [
        UnitRow(each.key, each.name, counts.get(each.id, Tally()), _down(request, question, each))
        for each in units
    ]
    if None in counts and counts[None].active:
        rows.append(UnitRow("", OUTSIDE[question.by], counts[None]))
    return rows, total


def _down(request: HttpRequest, question: Question, unit: OrganisationRecord) -> str:
    """Return the link to the parts of a unit: a region's agencies, an agency's people."""
    program = question.program.key if question.program else ""
    asked = {"as_of": question.on.isoformat(), "program": program}
    if unit.kind == "region":
        return reverse("state") + query_with(request, {**asked, "at": unit.key, "by": ""})
    return f"{reverse('agency', args=[unit.key])}?{urlencode(asked)}"


def _levels(request: HttpRequest, question: Question) -> list[dict[str, object]]:
    """Return the two ways to cut a state; a region is always cut by agency."""
    if question.place.kind != "state":
        return []
    return [
        {"label": label, "url": query_with(request, {"by": by}), "current": by == question.by}
        for by, label in LEVELS.items()
    ]


def _crumbs(request: HttpRequest, question: Question) -> list[dict[str, str | Promise]]:
    """Return the way back from a part to the whole that the account audits."""
    root = question.roots[0]
    if question.place.id == root.id:
        return []
    return [{"label": root.name, "url": reverse("state") + query_with(request, {"at": ""})}]
