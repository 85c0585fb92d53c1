"""The office's side: the queue with its age, one request to decide, a decision taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.prior_learning import access, exports, operations, queries
from certification.prior_learning.forms import DecideForm, ReverseForm
from certification.prior_learning.models import PriorLearningRequest
from certification.prior_learning.reasons import CODES, OUTCOMES, RequestKind
from certification.prior_learning.views.showing import open_request, shown, viewer_of
from certification.prior_learning.weighing import Outcome
from certification.prior_learning.wording import lookback_words, need_of, source_of, state_of
from lms.kit import clock, formats
from lms.kit.matching import name_key
from lms.kit.tables import csv_response
from lms.public import today

PAGE = 25
WAITING, EVERYTHING = "waiting", "all"
STATES = {WAITING: "", **{each.value: each.value for each in Outcome}}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits, the oldest first, or what was decided."""
    where = access.queued(user_id=viewer_of(request).user_id)
    state, words = _asked(request)
    page = Paginator(_chosen(where, state, words), PAGE).get_page(request.GET.get("page"))
    now = today()
    counts = queries.counts(where)
    context = {
        "state": state,
        "words": words,
        "waiting": counts.get("", 0),
        "filters": _filters(state, words, counts),
        "page": page,
        "rows": [
            (row, row.days(now), *state_of(row)) for row in queries.rows_of(list(page.object_list))
        ],
        "reasons": [
            (CODES[code], n) for code, n in queries.code_counts(where).items() if code in CODES
        ],
        "export": reverse("prior-learning-log") + _query(state, words),
        "crumbs": _crumbs()[:1],
    }
    return render(request, "certification/prior_learning/queue.html", context)


@require_safe
def log(request: HttpRequest) -> StreamingHttpResponse:
    """Download the log of the requests on the screen, one line for each requirement."""
    where = access.queued(user_id=viewer_of(request).user_id)
    found = _chosen(where, *_asked(request))
    on = today()
    rows = list(exports.lines(queries.stream(found)))
    return csv_response(f"prior-learning-{on}", exports.columns(on), rows)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a request to the office, and take the decision clause by clause."""
    viewer, found = open_request(request, uuid)
    access.queued(user_id=viewer.user_id)
    row, context = shown(found)
    may_decide = access.may_decide(user_id=viewer.user_id, request=found)
    if request.method == "POST":
        access.require_decide(user_id=viewer.user_id, request=found)
    form = DecideForm(
        request.POST if request.method == "POST" else None,
        items=row.items,
        exemption=row.kind == RequestKind.EXEMPTION,
    )
    if form.is_bound and form.is_valid() and _decided(request, form, found, viewer.user_id):
        return redirect("prior-learning-decide", uuid=uuid)
    context |= {
        "form": form,
        "may_decide": may_decide,
        "days": row.days(clock.today(row.zone)),
        "clauses": [
            {
                "item": item,
                "need": need_of(item.clause),
                "source": source_of(item.clause),
                "lookback": lookback_words(item.clause),
                "counts_through": formats.last_day(item.clause.counts_until),
                "code": code,
                "amount": amount,
            }
            for item, code, amount in form.clauses()
        ],
        "same": queries.same_papers(found),
        "hours": formats.hours(found.hours),
        "crumbs": _crumbs(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/prior_learning/decide.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the standing decision back: reason, consequence, once."""
    viewer, found = open_request(request, uuid)
    access.require_decide(user_id=viewer.user_id, request=found)
    row, context = shown(found)
    form = ReverseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            operations.reverse(actor_id=viewer.user_id, uuid=uuid, **data)
        except operations.NothingToReverse:
            messages.error(request, _now("There is no decision to take back any more."))
        except operations.FormUsed:
            messages.error(request, _now("This form was used before. Open a new one."))
        else:
            messages.success(request, _now("The decision is taken back. The request waits again."))
        return redirect("prior-learning-decide", uuid=uuid)
    granted = sum(item.amount > 0 for item in row.items)
    context |= {"form": form, "consequence": _consequence(row.person_name, granted)}
    context |= {"crumbs": _crumbs()}
    status = 400 if form.is_bound else 200
    return render(request, "certification/prior_learning/reverse.html", context, status=status)


def _decided(
    request: HttpRequest, form: DecideForm, found: PriorLearningRequest, user_id: int
) -> bool:
    """Decide, or put on the form why not and return False."""
    try:
        operations.decide(
            actor_id=user_id,
            uuid=found.uuid,
            verdicts=form.verdicts(),
            note=form.cleaned_data["note"],
            form_key=form.cleaned_data["form_key"],
        )
    except operations.CannotStand as error:
        form.add_faults(error.faults)
        return False
    except operations.AlreadyDecided:
        messages.warning(request, _now("Somebody else has decided this request in the meantime."))
    except operations.FormUsed:
        messages.warning(request, _now("This form was used before. Open a new one."))
    else:
        name = found.person.name
        messages.success(request, _now("Decided. %(name)s is told by e-mail.") % {"name": name})
    return True


def _consequence(name: str, granted: int) -> str:
    facts = ngettext(
        "%(n)s credited requirement of %(name)s does not count any more, from now on.",
        "%(n)s credited requirements of %(name)s do not count any more, from now on.",
        granted,
    ) % {"n": granted, "name": name}
    rest = _now(
        "The decision stays readable, the request waits again, and the worker is told. A"
        " certificate that was issued in the meantime stays until an officer revokes it."
    )
    return f"{facts} {rest}" if granted else rest


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Return the state and the words that the list is narrowed to."""
    state = request.GET.get("show", WAITING)
    state = state if state in STATES or state == EVERYTHING else WAITING
    return state, request.GET.get("q", "").strip()[:80]


def _chosen(where: Q, state: str, words: str) -> QuerySet[Any]:
    """Return the requests to show: what waits by age, everything else the newest first."""
    found = queries.requests(where)
    if words:
        number = words.upper().removeprefix("PL-").lstrip("0")
        named = Q(person__folded_name__contains=name_key(words))
        found = found.filter(named | Q(pk=int(number)) if number.isdecimal() else named)
    if state != EVERYTHING:
        found = found.filter(outcome=STATES[state])
    return found.order_by("requested_on", "pk") if state == WAITING else found.order_by("-pk")


def _filters(state: str, words: str, counts: dict[str, int]) -> list[dict[str, object]]:
    pills = [(key, OUTCOMES[outcome], counts.get(outcome, 0)) for key, outcome in STATES.items()]
    pills.append((EVERYTHING, _("All"), sum(counts.values())))
    return [
        {"label": label, "url": _query(key, words), "current": key == state, "count": n}
        for key, label, n in pills
    ]


def _query(state: str, words: str) -> str:
    asked = {"show": state, "q": words}
    return f"?{urlencode({key: value for key, value in asked.items() if value})}"


def _crumbs() -> list[dict[str, object]]:
    return [
        {"label": _("State"), "url": reverse("state")},
        {"label": _("Earlier training"), "url": reverse("prior-learning-queue")},
    ]
