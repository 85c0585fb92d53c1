"""The office's side: what waits, with its age; one proposal to answer; one appeal to decide."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.casework import access, operations, queries, terms, wording
from certification.casework.forms import AnswerForm, DecideForm, WithdrawForm
from certification.casework.models import Appeal, RevocationProposal
from certification.casework.queries import CaseRow, NoSuchCase, name_of
from certification.casework.reasons import (
    ANSWER_TONES,
    OUTCOME_TONES,
    Answer,
    AppealReason,
    answer_words,
    outcome_words,
)
from certification.casework.views.changes import crumbs
from certification.casework.views.opening import (
    hide_from_strangers,
    paper_response,
    papers_shown,
    viewer_id,
)
from certification.credentials.access import revocable
from certification.credentials.models import Credential
from certification.credentials.operations import SameOfficer, WrongState
from lms.kit import clock, formats

PAGE = 25
WAITING, CLOSED = "waiting", "closed"


@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Show the cases that wait, the oldest first, or those that are closed, the newest first."""
    user_id = viewer_id(request)
    show = CLOSED if request.GET.get("show") == CLOSED else WAITING
    about = (
        access.queued(user_id=user_id, field=access.CREDENTIAL),
        access.queued(user_id=user_id, field=access.EVENT),
    )
    open_ = (Q(answer__isnull=True), Q(decision__isnull=True))
    waiting = queries.entries(about[0] & open_[0], about[1] & open_[1])
    closed = queries.entries(about[0] & ~open_[0], about[1] & ~open_[1])[::-1]
    page = Paginator(waiting if show == WAITING else closed, PAGE).get_page(request.GET.get("page"))
    rows = queries.rows_of(list(page.object_list))
    now = clock.now()
    mine = _actable(user_id, rows)
    context = {
        "show": show,
        "waiting": len(waiting),
        "filters": [
            _pill(WAITING, _("Waiting"), len(waiting), show),
            _pill(CLOSED, _("Closed"), len(closed), show),
        ],
        "page": page,
        "rows": [(row, row.days(now), *_state(row), row.code in mine) for row in rows],
        "crumbs": crumbs()[:1],
    }
    return render(request, "certification/casework/queue.html", context)


def _actable(user_id: int, rows: list[CaseRow]) -> set[str]:
    """Return the codes of the waiting cases that the account may act on; one statement."""
    codes = [row.code for row in rows if not row.outcome and user_id not in row.without]
    found = Credential.objects.filter(revocable(user_id=user_id), code__in=codes)
    return set(found.order_by("code").values_list("code", flat=True))


def _state(row: CaseRow) -> tuple[str, object]:
    if row.kind == queries.PROPOSAL:
        return ANSWER_TONES[row.outcome], answer_words(row.outcome)
    return OUTCOME_TONES[row.outcome], outcome_words(row.outcome)


def _pill(key: str, label: object, count: int, show: str) -> dict[str, Any]:
    url = f"{reverse('cases')}?{urlencode({'show': key})}"
    return {"label": label, "count": count, "url": url, "current": key == show}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def proposal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a proposal to revoke, and take the second officer's answer or the first one's."""
    try:
        found = queries.proposal_of(uuid=uuid)
    except NoSuchCase as error:
        raise Http404 from error
    user_id = viewer_id(request)
    hide_from_strangers(request, found.credential)
    access.require_see(user_id=user_id, person_id=found.credential.person_id)
    answer = getattr(found, "answer", None)
    may_answer = access.may_answer(user_id=user_id, proposal=found)
    may_withdraw = access.may_withdraw(user_id=user_id, proposal=found)
    form: AnswerForm | WithdrawForm | None = None
    data = request.POST if request.method == "POST" else None
    if answer is None:
        form = AnswerForm(data) if may_answer else WithdrawForm(data) if may_withdraw else None
    if data is not None and form is None:
        if answer is None:
            raise PermissionDenied
        messages.error(request, _now("Somebody has answered it in the meantime. Nothing changed."))
        return redirect("case-revocation", uuid)
    if form is not None and form.is_bound and form.is_valid() and _answered(request, found, form):
        return redirect("case-revocation", uuid)
    code = answer.outcome if answer else ""
    context = {
        "proposal": found,
        "credential": found.credential,
        "answer": answer,
        "answered_by": name_of(answer.actor) if answer else "",
        "tone": ANSWER_TONES[code],
        "state": answer_words(code),
        "facts": _proposal_facts(found),
        "form": form,
        "may_answer": may_answer,
        "agree": wording.agreement_consequence(found),
        "decline": wording.decline_consequence(found),
        "age": _age(found.recorded_at),
        "crumbs": crumbs(),
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "certification/casework/revocation.html", context, status=status)


def _answered(
    request: HttpRequest, found: RevocationProposal, form: AnswerForm | WithdrawForm
) -> bool:
    """Write the answer down; False: the form says why not."""
    data = form.cleaned_data
    chosen = Answer(data.get("answer", Answer.WITHDRAWN))
    act = operations.decline
    if chosen is not Answer.DECLINED:
        act = operations.agree if chosen is Answer.AGREED else operations.withdraw
    try:
        act(actor_id=viewer_id(request), uuid=found.uuid, note=data["note"])
    except operations.AlreadyAnswered:
        messages.error(request, _now("Somebody has answered it in the meantime. Nothing changed."))
        return True
    except (SameOfficer, operations.NotTheirs) as error:
        raise PermissionDenied from error
    except WrongState as error:
        form.add_error(None, str(error))
        return False
    done = {
        Answer.AGREED: _now("The certificate is revoked. The holder is told."),
        Answer.DECLINED: _now("Declined: the certificate is not revoked. The holder is told."),
        Answer.WITHDRAWN: _now("The proposal is taken back. The holder is told."),
    }
    messages.success(request, done[chosen])
    return True


def _proposal_facts(found: RevocationProposal) -> list[tuple[object, object]]:
    return [
        (_("Certificate"), f"{found.credential.title}, {found.credential.code}"),
        (_("Reason"), wording.reason_of("revoked", found.reason_code)),
        (_("Not valid from"), formats.date_short(found.effective_on)),
        (_("Proposed by"), name_of(found.proposed_by)),
        (_("Proposed on"), formats.date_short(found.recorded_at)),
        (
            _("Until the answer"),
            _("Suspended") if found.suspension_id else _("Left as it was"),
        ),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def appeal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an appeal, and take the decision of an officer who had no part in what is appealed."""
    found = _appeal_or_404(request, uuid)
    user_id = viewer_id(request)
    decision = getattr(found, "decision", None)
    may_decide = access.may_decide(user_id=user_id, appeal=found)
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_decide:
        raise PermissionDenied
    form = DecideForm(data, late=found.late)
    if form.is_bound and form.is_valid():
        try:
            operations.decide_appeal(actor_id=user_id, uuid=uuid, **form.cleaned_data)
        except operations.AlreadyDecided:
            messages.error(request, _now("Somebody has decided it in the meantime."))
        else:
            messages.success(request, _now("Decided. The holder is told to read your answer."))
        return redirect("case-appeal", uuid)
    code = decision.outcome if decision else ""
    credential = found.event.credential
    context = {
        "appeal": found,
        "credential": credential,
        "decision": decision,
        "decided_by": name_of(decision.actor) if decision else "",
        "reason": AppealReason(decision.reason_code).label if decision else "",
        "tone": OUTCOME_TONES[code],
        "state": outcome_words(code),
        "facts": _appeal_facts(found),
        "papers": papers_shown(found),
        "form": form,
        "may_decide": may_decide,
        "had_part": access.had_part(user_id=user_id, appeal=found),
        "last_day": terms.last_day(recorded_at=found.event.recorded_at, zone=credential.zone),
        "age": _age(found.recorded_at),
        "crumbs": crumbs(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/casework/appeal.html", context, status=status)


def _appeal_facts(found: Appeal) -> list[tuple[object, object]]:
    event = found.event
    rows = [
        (_("Certificate"), f"{event.credential.title}, {event.credential.code}"),
        (_("Appealed"), wording.title_of(event)),
        (_("Reason given"), wording.reason_of(event.kind, event.reason_code)),
        (_("Decided on"), formats.date_short(event.recorded_at)),
        (_("Proposed by"), name_of(event.proposed_by)),
        (_("Decided by"), name_of(event.actor)),
        (_("Note for the record"), event.note),
        (_("Appeal sent on"), formats.date_short(found.recorded_at)),
    ]
    return [each for each in rows if each[1]]


@require_safe
def paper(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """Hand out one paper of an appeal to an officer or auditor, and note it."""
    return paper_response(request, _appeal_or_404(request, uuid), number, own=False)


def _appeal_or_404(request: HttpRequest, uuid: UUID) -> Appeal:
    """Return an appeal to somebody who may read it.

    Raises:
        Http404: there is none, or the account is a stranger to it.
        Denied, PermissionDenied: a colleague without the right.
    """
    try:
        found = queries.appeal_of(uuid=uuid)
    except NoSuchCase as error:
        raise Http404 from error
    hide_from_strangers(request, found.event.credential)
    access.require_see(user_id=viewer_id(request), person_id=found.event.credential.person_id)
    return found


def _age(since: Any) -> str:
    days = (clock.now() - since).days
    if not days:
        return _now("Since today")
    return ngettext("Waiting for %(n)s day", "Waiting for %(n)s days", days) % {"n": days}
