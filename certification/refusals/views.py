"""The officer's page of a refusal letter, the letter itself, and a worker's own letters."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.credentials.cases import Report, report_on
from certification.credentials.standing import CERTIFIED
from certification.dashboards.asking import AskedDate, asked_date, asked_key
from certification.dashboards.queries.standing import person_standings
from certification.programs.queries import catalogue
from certification.refusals import access, operations, queries
from certification.refusals.forms import LetterForm
from certification.refusals.letter import letter_pdf
from certification.refusals.models import RefusalLetter
from lms.public import PersonRecord, person_by_uuid, person_of_user, today


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def write(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an officer what the letter would say, and send it once.

    Raises:
        Http404: no such person, or under no program; Denied: as ``access.require_write``.
    """
    person, asked, report = _asked(request, uuid)
    form = LetterForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        sent = _sent(request, form, person, report)
        if sent is not None:
            return sent
    query = _query(report)
    certified = report.status == CERTIFIED
    context = {
        "person": person,
        "asked": asked,
        "report": report,
        "certified": certified,
        "program": {"key": report.version.program_key, "title": report.rules.title},
        "programs": _programs(person, report),
        "letter": None if certified else _draft(request, report),
        "form": form,
        "pdf": f"{reverse('refusal-draft-pdf', args=[uuid])}?{query}",
        "letters": queries.letters_to(person_id=person.id),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/refusals/write.html", context, status=status)


@require_safe
@never_cache
def draft_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send the draft as PDF, marked as one. Raises: as ``write``."""
    _person, _day, report = _asked(request, uuid)
    if report.status == CERTIFIED:
        raise Http404
    return _pdf(letter_pdf(_draft(request, report)), "draft")


@require_safe
@never_cache
def letter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a letter as it was sent, to the person it is about and to the office."""
    found = _letter(request, uuid)
    own = person_of_user(user_id=request.user.pk or 0)
    context = {
        "row": found,
        "letter": found.content,
        "mine": own is not None and own.id == found.decision.person_id,
    }
    return render(request, "certification/refusals/letter.html", context)


@require_safe
def letter_as_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send the stored letter, always the same bytes."""
    found = _letter(request, uuid)
    try:
        stored = operations.letter_file(letter=found)
    except operations.LetterDamaged:
        return render(request, "certification/refusals/damaged.html", status=500)
    response = _pdf(stored.data, found.reference)
    response["ETag"] = f'"{stored.sha256}"'
    response["X-Content-SHA256"] = stored.sha256
    return response


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the letters to the worker who is signed in."""
    person = person_of_user(user_id=request.user.pk or 0)
    if person is None:
        raise Http404
    context = {
        "letters": queries.letters_to(person_id=person.id),
        "crumbs": [{"label": _("My page"), "url": reverse("me")}],
    }
    return render(request, "certification/refusals/mine.html", context)


def _asked(request: HttpRequest, uuid: UUID) -> tuple[PersonRecord, AskedDate, Report]:
    """Return whom, for when and what the letter is about."""
    person = person_by_uuid(uuid=uuid)
    if person is None:
        raise Http404
    access.require_write(user_id=request.user.pk, person_id=person.id)
    asked = asked_date(request, today())
    key = asked_key(request, "program", catalogue().versions)
    key = key or next(iter(_own(person)), "")
    if not key:
        raise Http404
    return person, asked, report_on(person_id=person.id, program_key=key, on=asked.on)


def _sent(
    request: HttpRequest, form: LetterForm, person: PersonRecord, report: Report
) -> HttpResponse | None:
    """Send the letter and lead to it, or put on the form why not and return None."""
    day: date = report.on
    try:
        uuid = operations.send(
            person_id=person.id,
            program_key=report.version.program_key,
            on=day,
            actor_id=int(request.user.pk or 0),
            words=form.cleaned_data["words"],
            form_key=form.cleaned_data["form_key"],
        )
    except operations.Certified:
        form.add_error(None, _("This person is certified on that day: there is no letter to send."))
    except operations.FormUsed:
        form.add_error(None, _("This form was used before. Open a new one."))
    else:
        messages.success(request, _("The letter is sent to %(name)s.") % {"name": person.name})
        return redirect("refusal", uuid)
    return None


def _draft(request: HttpRequest, report: Report) -> dict[str, object]:
    return operations.draft_of(report=report, actor_id=int(request.user.pk or 0))


def _letter(request: HttpRequest, uuid: UUID) -> RefusalLetter:
    try:
        found = queries.letter_by(uuid=uuid)
    except queries.UnknownLetter as error:
        raise Http404 from error
    access.require_read(user_id=request.user.pk, person_id=found.decision.person_id)
    return found


def _own(person: PersonRecord) -> list[str]:
    return [each.key for each in person_standings(person_id=person.id, on=today())]


def _programs(person: PersonRecord, report: Report) -> list[dict[str, str]]:
    """Return the programs to choose from: those of the person, and the one looked at."""
    keys = sorted({*_own(person), report.version.program_key})
    return [{"key": key, "title": catalogue().version(key, today()).rules.title} for key in keys]


def _query(report: Report) -> str:
    return urlencode({"as_of": report.on.isoformat(), "program": report.version.program_key})


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
