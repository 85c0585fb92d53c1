"""What an officer does to a certificate: its life so far, and one page for each change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.casework import access, operations, wording
from certification.casework.forms import ChangeForm, ProposeForm
from certification.casework.queries import (
    decisions_about,
    life_of,
    open_proposal,
    proposals_about,
)
from certification.casework.reasons import (
    ANSWER_TONES,
    OUTCOME_TONES,
    answer_words,
    outcome_words,
)
from certification.casework.shaken import shaken_of
from certification.casework.views.opening import credential_or_404, viewer_id
from certification.credentials import operations as credentials
from certification.credentials.access import may_revoke, require_revoke
from certification.credentials.fold import Status
from certification.credentials.models import Credential, CredentialEventKind
from certification.credentials.queries import held_of
from lms.kit import clock

_Kind = CredentialEventKind
TITLES = {
    _Kind.SUSPENDED: _("Suspend the certificate of %(name)s?"),
    _Kind.REINSTATED: _("Let the certificate of %(name)s count again?"),
    _Kind.RETIRED: _("Lay down the certificate of %(name)s early?"),
}
BUTTONS = {
    _Kind.SUSPENDED: _("Suspend this certificate"),
    _Kind.REINSTATED: _("Reinstate this certificate"),
    _Kind.RETIRED: _("Lay this certificate down"),
}
DONE = {
    _Kind.SUSPENDED: _("The certificate %(code)s is suspended."),
    _Kind.REINSTATED: _("The certificate %(code)s counts again."),
    _Kind.RETIRED: _("The certificate %(code)s is laid down."),
}
FITTING = {
    _Kind.SUSPENDED: {Status.VALID},
    _Kind.REINSTATED: {Status.SUSPENDED},
    _Kind.RETIRED: {Status.VALID, Status.SUSPENDED},
}


@require_safe
@never_cache
def life(request: HttpRequest, code: str) -> HttpResponse:
    """Show officers and auditors all that happened to a certificate, and what can be done now."""
    credential = credential_or_404(request, code)
    user_id = viewer_id(request)
    access.require_see(user_id=user_id, person_id=credential.person_id)
    status = _status(credential)
    made = proposals_about(credential)
    waits = next((each for each in made if not hasattr(each, "answer")), None)
    acts = may_revoke(user_id=user_id, person_id=credential.person_id)
    context = {
        "credential": credential,
        "status": status.value,
        "happened": wording.happened(life_of(credential)),
        "waits": waits,
        "shaken": next(
            (each for each in shaken_of(person_id=credential.person_id) if each.held.code == code),
            None,
        ),
        "proposals": [_proposal(each) for each in made],
        "appeals": [_appeal(each) for _event, each in decisions_about(credential) if each],
        "actions": [
            (reverse(name, args=[code]), words)
            for name, words in wording.actions(status, waits=waits is not None)
        ]
        if acts
        else [],
        "crumbs": crumbs(),
    }
    return render(request, "certification/casework/life.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def suspend(request: HttpRequest, code: str) -> HttpResponse:
    """Pause a certificate: reason, day, consequence."""
    return _change(request, code, _Kind.SUSPENDED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reinstate(request: HttpRequest, code: str) -> HttpResponse:
    """Let a suspended certificate count again: reason, day, consequence."""
    return _change(request, code, _Kind.REINSTATED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Lay a certificate down before its end: reason, day, consequence."""
    return _change(request, code, _Kind.RETIRED)


def _change(request: HttpRequest, code: str, kind: CredentialEventKind) -> HttpResponse:
    credential = credential_or_404(request, code)
    require_revoke(user_id=viewer_id(request), person_id=credential.person_id)
    today = clock.today(credential.zone)
    status = _status(credential)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        first=min(credential.valid_from, today),
        last=today,
    )
    if form.is_bound and form.is_valid():
        act = {
            _Kind.SUSPENDED: credentials.suspend,
            _Kind.REINSTATED: credentials.reinstate,
            _Kind.RETIRED: credentials.retire,
        }[kind]
        try:
            act(code=code, actor_id=viewer_id(request), **form.cleaned_data)
        except (credentials.WrongState, credentials.WrongDate) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, str(DONE[kind]) % {"code": code})
            return redirect("certificate-life", code)
    context = {
        "credential": credential,
        "form": form,
        "title": str(TITLES[kind]) % {"name": credential.holder_name},
        "button": BUTTONS[kind],
        "fits": form.is_bound or status in FITTING[kind],
        "status": status.value,
        "consequence": wording.consequence(credential, kind),
        "kind": kind.value,
        "crumbs": crumbs(credential),
    }
    return render(
        request,
        "certification/casework/change.html",
        context,
        status=400 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose to revoke a certificate; a second officer decides."""
    credential = credential_or_404(request, code)
    require_revoke(user_id=viewer_id(request), person_id=credential.person_id)
    today = clock.today(credential.zone)
    status = _status(credential)
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        kind=_Kind.REVOKED,
        first=min(credential.valid_from, today),
        last=today,
        in_force=status is Status.VALID,
    )
    waits = open_proposal(credential)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data | {"suspend": form.cleaned_data.get("suspend", False)}
        try:
            uuid = operations.propose_revocation(code=code, actor_id=viewer_id(request), **data)
        except (credentials.WrongState, credentials.WrongDate) as error:
            form.add_error(None, str(error))
        except operations.AlreadyProposed:
            waits = open_proposal(credential)
            form.add_error(None, _now("A proposal for this certificate waits already."))
        else:
            messages.success(request, _now("Proposed. The other officers are told that it waits."))
            return redirect("case-revocation", uuid)
    context = {
        "credential": credential,
        "form": form,
        "waits": waits,
        "revoked": status is Status.REVOKED,
        "status": status.value,
        "consequence": wording.proposal_consequence(credential),
        "crumbs": crumbs(credential),
    }
    return render(
        request,
        "certification/casework/propose.html",
        context,
        status=400 if form.is_bound else 200,
    )


def crumbs(credential: Credential | None = None) -> list[dict[str, object]]:
    """Return the way to a case: the state, the queue, the certificate's life."""
    found: list[dict[str, object]] = [
        {"label": _("State"), "url": reverse("state")},
        {"label": _("Cases"), "url": reverse("cases")},
    ]
    if credential is not None:
        life_url = reverse("certificate-life", args=[credential.code])
        found.append({"label": credential.code, "url": life_url})
    return found


def _status(credential: Credential) -> Status:
    return held_of(credential).worth(clock.today(credential.zone)).status


def _proposal(each: object) -> tuple[object, str, object]:
    code = getattr(getattr(each, "answer", None), "outcome", "")
    return each, ANSWER_TONES[code], answer_words(code)


def _appeal(each: object) -> tuple[object, str, object]:
    code = getattr(getattr(each, "decision", None), "outcome", "")
    return each, OUTCOME_TONES[code], outcome_words(code)
