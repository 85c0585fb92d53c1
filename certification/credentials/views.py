"""The certificate as a page and as a file."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certification.credentials import access
from certification.credentials.certificate import paper_of
from certification.credentials.fold import Happening, Status
from certification.credentials.models import Credential
from certification.credentials.operations import CertificateDamaged, certificate_file
from certification.credentials.queries import held_of
from certification.credentials.reissuing import RUNNING
from lms.kit import clock
from lms.kit.codes import normalise
from lms.kit.statuses import look_of

# What its holder may read the reasons of, and appeal against; see certification.casework.
_DECIDED: Final = (Happening.SUSPENDED, Happening.REVOKED)


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
        "may_revoke": access.may_revoke(user_id=request.user.pk, person_id=credential.person_id),
        "may_reissue": status in RUNNING
        and access.may_reissue(user_id=request.user.pk, person_id=credential.person_id),
        "may_appeal": access.is_holder(user_id=request.user.pk, person_id=credential.person_id)
        and any(each.kind in _DECIDED for each in held.events),
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


def _credential(request: HttpRequest, code: str) -> Credential:
    """Return the certificate, or 404 for those who may not see it: they learn nothing."""
    credential = (
        Credential.objects.filter(code=code)
        .select_related("person", "formerly", "decision__program_version")
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
