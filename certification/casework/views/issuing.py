"""Where an officer issues the next period of a credential, when the rules say that it is earned."""

from typing import TypedDict

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certification.casework.forms import LONGEST_NOTE
from certification.casework.views.changes import crumbs
from certification.casework.views.opening import credential_or_404, viewer_id
from certification.credentials import operations as credentials
from certification.credentials.access import require_issue
from certification.credentials.models import Credential
from certification.engine.decision import Decision
from certification.programs.queries import catalogue
from lms.kit import clock
from lms.kit.formats import date_short


class Which(TypedDict):
    """Whose next period of which credential."""

    person_id: int
    program_key: str
    credential_key: str


class NoteForm(forms.Form):
    """Why an officer issues it, for the record."""

    note = forms.CharField(
        label=_("Note for the record"),
        help_text=_("Why it is issued now. Seen by officers and auditors only."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def issue_next(request: HttpRequest, code: str) -> HttpResponse:
    """Show whether the next period is earned, with what is missing, and issue it when it is."""
    credential = credential_or_404(request, code)
    require_issue(user_id=viewer_id(request), person_id=credential.person_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    which = Which(
        person_id=credential.person.merged_into_id or credential.person_id,
        program_key=credential.program_key,
        credential_key=credential.credential_key,
    )
    problem, missing = "", list[str]()
    try:
        if form.is_bound and form.is_valid():
            new = credentials.issue(
                **which, actor_id=viewer_id(request), note=form.cleaned_data["note"]
            )
            messages.success(request, _now("The certificate %(code)s is issued.") % {"code": new})
            return redirect("certificate-life", new)
        credentials.next_by_officer(**which)
    except (credentials.WrongState, credentials.WrongDate) as error:
        problem = str(error)
    except credentials.NotEarned as error:
        problem = _now("The rules do not say that it is earned. An officer cannot issue it either.")
        missing = _missing(credential, error.decision)
    context = {
        "credential": credential,
        "form": form,
        "problem": problem,
        "missing": missing,
        "consequence": _now(
            "%(name)s gets a new certificate with a new number, valid from %(day)s. The one before"
            " stays on record as it is."
        )
        % {
            "name": credential.person.name,
            "day": date_short(clock.today(credential.zone)),
        },
        "crumbs": crumbs(credential),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/casework/next.html", context, status=status)


def _missing(credential: Credential, decision: Decision | None) -> list[str]:
    """Return the titles of what is not met today."""
    if decision is None:
        return []
    rules = catalogue().version(credential.program_key, decision.as_of).rules
    titles = rules.titles() | {f"{credential.credential_key}.role": _now("A role that it is for")}
    return [
        titles.get(each.requirement, each.requirement)
        for each in decision.findings
        if not each.met and "/" not in each.requirement
    ]
