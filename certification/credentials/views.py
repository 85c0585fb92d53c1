"""The certificate as a page and as a file, and where an officer takes it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.credentials import access
from certification.credentials.certificate import paper_of
from certification.credentials.fold import Status
from certification.credentials.forms import RevokeForm
from certification.credentials.models import Credential
from certification.credentials.operations import (
    CertificateDamaged,
    WrongState,
    certificate_file,
    revoke,
)
from certification.credentials.queries import held_of
from certification.credentials.records import Held
from lms.kit import clock
from lms.kit.codes import normalise
from lms.kit.statuses import look_of


@require_safe
@never_cache
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate with what it is worth today, to those who may see it."""
    if code != normalise(code):
        return redirect("certificate", normalise(code), permanent=False)
    credential = _credential(request, code)
    held = held_of(credential)
    status = held.worth(clock.today(credential.zone)).status
    context = {
        "credential": credential,
        "paper": paper_of(credential),
        "status": status.value,
        "status_words": _("Valid today") if status is Status.VALID else look_of(status).words,
        "void": _void(status),
        "checked_at": clock.now(),
        "may_revoke": status is not Status.REVOKED
        and access.may_revoke(user_id=request.user.pk, person_id=credential.person_id),
    }
    return render(request, "certification/credentials/certificate.html", context)


@require_safe
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send the stored certificate; a browser that has it gets 304."""
    if code != normalise(code):
        return redirect("certificate-pdf", normalise(code), permanent=False)
    credential = _credential(request, code)
    try:
        stored = certificate_file(credential=credential)
    except CertificateDamaged:
        return render(request, "certification/credentials/damaged.html", status=500)
    etag = f'"{stored.sha256}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        stored.data, content_type="application/pdf"
    )
    # Kept by the reader's own browser only, and asked for again each time: the right may end.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    response["Content-Disposition"] = f'inline; filename="{code}.pdf"'
    response["X-Content-SHA256"] = stored.sha256
    return response


@require_http_methods(["GET", "POST"])
@never_cache
def revoke_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Let a certification officer take a certificate back: reason, day, consequence, once."""
    credential = _credential(request, code)
    access.require_revoke(user_id=request.user.pk, person_id=credential.person_id)
    today = clock.today(credential.zone)
    held = held_of(credential)
    form = RevokeForm(request.POST or None, first=min(credential.valid_from, today), last=today)
    if form.is_bound and form.is_valid():
        try:
            revoke(
                code=code,
                actor_id=int(request.user.pk or 0),
                reason=form.cleaned_data["reason"],
                effective_on=form.cleaned_data["effective_on"],
                note=form.cleaned_data["note"],
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The certificate %(code)s is revoked.") % {"code": code})
            return redirect("certificate", code)
    context = {
        "credential": credential,
        "form": form,
        "revoked": held.worth(today).status is Status.REVOKED,
        "consequence": _consequence(held, credential),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/credentials/revoke.html", context, status=status)


def _credential(request: HttpRequest, code: str) -> Credential:
    """Return the certificate, or 404 for those who may not see it: they learn nothing."""
    credential = (
        Credential.objects.filter(code=code)
        .select_related("person", "decision__program_version")
        .defer("decision__findings", "decision__evidence", "decision__program_version__source")
        .first()
    )
    if credential is None or not access.may_see(
        user_id=request.user.pk, person_id=credential.person_id
    ):
        raise Http404
    return credential


def _void(status: Status) -> str:
    """Return the words across a certificate that is not in force."""
    return "" if status is Status.VALID else str(look_of(status).words)


def _consequence(held: Held, credential: Credential) -> str:
    """Say what revoking does, in words and numbers."""
    return _(
        "%(name)s will not be certified as %(title)s any more. One certificate (%(code)s) stays"
        " on record and is shown as revoked to everybody who checks it, at once. The holder is"
        " told by e-mail. New evidence does not bring it back, and this cannot be undone."
    ) % {"name": credential.holder_name, "title": credential.title, "code": held.code}
