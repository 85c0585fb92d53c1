"""The holder's side: what was decided about a certificate, and the appeal against it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.casework import access, operations, terms, wording
from certification.casework.forms import AppealForm
from certification.casework.models import Appeal
from certification.casework.queries import NoSuchCase, decisions_about, is_covered
from certification.casework.reasons import OUTCOME_TONES, AppealReason, outcome_words
from certification.casework.views.opening import (
    credential_or_404,
    paper_response,
    papers_shown,
    viewer_id,
)
from certification.credentials.models import Credential, CredentialEvent
from certification.credentials.queries import held_of
from lms.kit import clock


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decision(request: HttpRequest, code: str) -> HttpResponse:
    """Show the holder every suspension and revocation with its reason, and take an appeal."""
    credential = credential_or_404(request, code)
    access.require_holder(user_id=viewer_id(request), person_id=credential.person_id)
    form = None
    if request.method == "POST":
        form = AppealForm(request.POST, request.FILES)
        if form.is_valid() and _appealed(request, credential, form):
            return redirect("certificate-decision", code)
    rows = [_shown(credential, *each) for each in decisions_about(credential)]
    target = _target(request, rows)
    if form is None and target is not None:
        form = AppealForm(initial={"event": target["event"].pk})
    context = {
        "credential": credential,
        "status": held_of(credential).worth(clock.today(credential.zone)).status.value,
        "rows": rows,
        "target": target,
        "form": form if target is not None else None,
        "days": terms.APPEAL_DAYS,
        "crumbs": [{"label": _("My page"), "url": reverse("me")}],
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "certification/casework/decision.html", context, status=status)


def _shown(credential: Credential, event: CredentialEvent, appeal: Appeal | None) -> dict[str, Any]:
    """Return one decision as its holder reads it: the reason, never the note."""
    ended = getattr(appeal, "decision", None)
    code = ended.outcome if ended else ""
    last = terms.last_day(recorded_at=event.recorded_at, zone=credential.zone)
    aside = bool(getattr(event, "aside", False))
    return {
        "event": event,
        "title": wording.title_of(event),
        "tone": "none" if aside else wording.TONES[event.kind],
        "reason": wording.reason_of(event.kind, event.reason_code),
        "aside": aside,
        "appeal": appeal,
        "papers": papers_shown(appeal) if appeal else [],
        "appeal_tone": OUTCOME_TONES[code],
        "appeal_state": outcome_words(code),
        "decision": ended,
        "why": AppealReason(ended.reason_code).label if ended else "",
        "last_day": last,
        "late": clock.today(credential.zone) > last,
        "covered": is_covered(event),
        "open": appeal is None and not aside and not is_covered(event),
    }


def _target(request: HttpRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the decision that the form is about: the one asked for, or the newest open one."""
    asked = request.POST.get("event") or request.GET.get("event") or ""
    open_ = [each for each in rows if each["open"]]
    wanted = (each for each in open_ if str(each["event"].pk) == asked)
    return next(wanted, open_[0] if open_ else None)


def _appealed(request: HttpRequest, credential: Credential, form: AppealForm) -> bool:
    """Write the appeal down; False: the form says why not."""
    data = form.cleaned_data
    try:
        operations.appeal(
            actor_id=viewer_id(request),
            code=credential.code,
            event_id=data["event"],
            words=data["words"],
            papers=data["documents"],
        )
    except NoSuchCase as error:
        raise Http404 from error
    except operations.AlreadyAppealed:
        messages.info(request, _now("We have your appeal already."))
    except operations.NothingToAppeal:
        messages.info(request, _now("This decision is set aside already: nothing is left of it."))
    else:
        messages.success(
            request, _now("Sent. An officer who had no part in the decision looks at it.")
        )
    return True


@require_safe
def paper(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hand the holder one of the papers sent with an appeal."""
    credential = credential_or_404(request, code)
    access.require_holder(user_id=viewer_id(request), person_id=credential.person_id)
    for appeal in (each for _event, each in decisions_about(credential) if each):
        if appeal.files.filter(pk=number).exists():
            return paper_response(request, appeal, number, own=True)
    raise Http404
