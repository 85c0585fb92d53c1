"""The office's page of a name: the answer, and what is issued again; and one certificate alone."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certification.credentials.access import may_see, require_reissue
from certification.credentials.models import Credential
from certification.credentials.operations import WrongState, decide_name, reissue
from certification.credentials.queries import UnknownCredential, credential_of
from certification.credentials.records import Held
from certification.credentials.reissuing import reissuable
from certification.dashboards.access import user_id
from certification.dashboards.forms import NameDecisionForm, ReissueForm
from lms.kit import formats
from lms.kit.codes import normalise
from lms.kit.statuses import look_of
from lms.public import (
    NameDecided,
    NoSuchNameChange,
    OpenedName,
    open_name_request,
    rows_of,
    today,
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a request for another name to an officer, and take the decision.

    Raises:
        Http404: there is none, or the account is a stranger to the person.
        Denied: no officer, or an officer who may not decide this one.
    """
    opened = _opened(request, uuid)
    running = reissuable(rows_of(person_ids=[opened.row.person_id]))
    posted = request.method == "POST"
    if posted and not opened.row.outcome and not opened.may_decide:
        raise PermissionDenied
    form = NameDecisionForm(
        request.POST if posted else None,
        certificates=[(each.code, _label(each)) for each in running],
    )
    if posted and form.is_valid():
        _decided(request, form, opened)
        return redirect("name-decide", uuid=uuid)
    context = {
        "row": opened.row,
        "days": opened.row.days(today()),
        "others": opened.waiting,
        "may_decide": opened.may_decide,
        "form": form,
        "running": running,
        "crumbs": [
            {"label": _("State"), "url": reverse("state")},
            {"label": _("Names"), "url": reverse("names-queue")},
        ],
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/dashboards/name.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reissue_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Let an officer issue one certificate again under the name on record: reason, once.

    Raises:
        Http404: there is none, or the account is a stranger to its holder.
        Denied: a colleague without the right, or the holder.
    """
    credential = _credential(request, code)
    require_reissue(user_id=user_id(request), person_id=credential.person_id)
    form = ReissueForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            new = reissue(code=credential.code, actor_id=user_id(request), **form.cleaned_data)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Issued again as %(code)s.") % {"code": new})
            return redirect("certificate", new)
    context = {
        "credential": credential,
        "form": form,
        "running": bool(reissuable(Q(pk=credential.pk))),
        "consequence": _(
            "%(printed)s stands on it now, %(name)s will stand on the new one. It gets a new"
            " number and the same dates. %(code)s stays on record, counts for the days before"
            " today, and says that the new one took its place. The holder is told by e-mail."
        )
        % {
            "printed": credential.holder_name,
            "name": credential.person.name,
            "code": credential.code,
        },
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/credentials/reissue.html", context, status=status)


def _opened(request: HttpRequest, uuid: UUID) -> OpenedName:
    try:
        return open_name_request(user_id=user_id(request), uuid=uuid)
    except NoSuchNameChange as error:
        raise Http404 from error


def _credential(request: HttpRequest, code: str) -> Credential:
    """Return the certificate, or 404 for those who may not see it: they learn nothing."""
    try:
        found = credential_of(code=normalise(code))
    except UnknownCredential as error:
        raise Http404 from error
    if not may_see(user_id=user_id(request), person_id=found.person_id):
        raise Http404
    return found


def _decided(request: HttpRequest, form: NameDecisionForm, opened: OpenedName) -> None:
    """Decide, and say what came of it."""
    data = form.cleaned_data
    try:
        codes = decide_name(
            actor_id=user_id(request),
            uuid=opened.row.uuid,
            accepted=form.accepted,
            reason_code=form.reason,
            document=data["document"],
            note=data["note"],
            reissue=data.get("reissue", []),
        )
    except NameDecided:
        messages.warning(request, _("Somebody else has decided this request in the meantime."))
    except WrongState:
        messages.error(
            request, _("A certificate has changed in the meantime. Nothing was written; try again.")
        )
    else:
        done = ngettext(
            "%(n)s certificate was issued again.", "%(n)s certificates were issued again.",
            len(codes),
        ) % {"n": len(codes)}  # fmt: skip
        told = _("Decided. The worker is told by e-mail.")
        messages.success(request, f"{told} {done}" if codes else told)


def _label(held: Held) -> str:
    """Return the certificate as a line beside its box: code, title, until when, how it stands."""
    last = formats.last_day(held.valid_until)
    words = {
        "code": held.code.replace("-", "\N{NON-BREAKING HYPHEN}"),
        "title": held.title,
        "status": look_of(held.worth(today()).status).words,
        "last": formats.date_short(last) if last else "",
    }
    if last is None:
        return _("%(code)s, %(title)s, no end date: %(status)s") % words
    return _("%(code)s, %(title)s, through %(last)s: %(status)s") % words
