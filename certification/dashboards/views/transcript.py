"""The worker's transcript: on screen, as CSV and as PDF, with the same totals."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from certification.dashboards.queries.transcript import read_transcript
from certification.dashboards.transcript import COLUMNS
from certification.dashboards.views.worker import my_page, own_person
from lms.kit.tables import csv_response, safe_filename
from lms.public import render_pdf, today

STYLE = "css/print.css"


@require_GET
def transcript(request: HttpRequest) -> HttpResponse:
    """Show every fact on record with the hours that count."""
    person = own_person(request)
    record = read_transcript(person_id=person.id)
    context = {"person": person, "record": record, "crumbs": my_page()}
    return render(request, "certification/dashboards/transcript.html", context)


@require_GET
def transcript_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download every fact on record."""
    person = own_person(request)
    record = read_transcript(person_id=person.id)
    return csv_response(f"transcript-{person.name}-{today()}", COLUMNS, record.entries)


@require_GET
def transcript_pdf(request: HttpRequest) -> HttpResponse:
    """Download the transcript as a tagged PDF."""
    person = own_person(request)
    record = read_transcript(person_id=person.id)
    context = {"person": person, "record": record, "on": today()}
    html = render_to_string("certification/dashboards/transcript_pdf.html", context, request)
    title = _("Transcript of %(name)s") % {"name": person.name}
    response = HttpResponse(
        render_pdf(html, title=title, stylesheets=[STYLE]), content_type="application/pdf"
    )
    name = safe_filename(f"transcript-{person.name}-{today()}", "pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
