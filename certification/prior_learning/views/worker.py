"""Where somebody asks for credit or a waiver, for themselves or as manager, and sees the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.credentials.cases import Case, read_cases, report_on
from certification.engine.requirements import Requirement
from certification.prior_learning import access, operations, queries
from certification.prior_learning.forms import AskForm
from certification.prior_learning.operations import Asked
from certification.prior_learning.reasons import RequestKind
from certification.prior_learning.views.showing import (
    Viewer,
    open_request,
    shown,
    viewer_of,
)
from certification.prior_learning.weighing import Training, clause_of
from certification.prior_learning.wording import need_of, state_of
from certification.programs.document import Program
from lms.kit import clock
from lms.public import PersonRecord, person_by_uuid, rows_of

PAGE = 25


@dataclass(frozen=True, slots=True)
class Question:
    """For whom, under which program and in which way something is asked for."""

    viewer: Viewer
    person: PersonRecord
    cases: list[Case]
    rules: Program
    kind: str
    whole: bool


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own requests, and those of the people whose agency one manages."""
    viewer = viewer_of(request)
    own = list(queries.requests(_own(viewer)).order_by("-requested_on", "-pk"))
    rows = queries.rows_of(own)
    managed = access.managed(user_id=viewer.user_id, own_id=viewer.own_id)
    others = queries.requests(managed).order_by("-requested_on", "-pk")
    page = Paginator(others, PAGE).get_page(request.GET.get("page"))
    context = {
        "own": viewer.person is not None,
        "rows": [(row, *state_of(row)) for row in rows],
        "team": [(row, *state_of(row)) for row in queries.rows_of(list(page.object_list))],
        "page": page,
        "crumbs": _crumbs(),
    }
    return render(request, "certification/prior_learning/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take down one request; whatever is refused, what was typed stays."""
    question = _question(request)
    if question is None:
        return render(request, "certification/prior_learning/nothing.html", {"crumbs": _list()})
    form = AskForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        kind=question.kind,
        choices=_choices(question),
    )
    if request.method == "POST" and form.is_valid():
        uuid = _asked(form, question)
        if uuid is not None:
            messages.success(
                request, _now("Sent. The certification office decides; you are told by e-mail.")
            )
            return redirect("prior-learning-request", uuid=uuid)
    context = {
        "form": form,
        "question": question,
        "own": question.person.id == question.viewer.own_id,
        "exemption": question.kind == RequestKind.EXEMPTION,
        "kinds": _pills(request, question, "kind"),
        "programs": _pills(request, question, "program"),
        "whole_url": "" if question.whole else _link(question, whole="yes"),
        "crumbs": _list(),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/prior_learning/ask.html", context, status=status)


@require_safe
def one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a request with its papers and what was decided."""
    viewer, found = open_request(request, uuid)
    _row, context = shown(found)
    more = {
        "own": queries.whose(found) == viewer.own_id,
        "may_decide": access.may_decide(user_id=viewer.user_id, request=found),
        "crumbs": _list(),
    }
    return render(request, "certification/prior_learning/request.html", context | more)


def _own(viewer: Viewer) -> Q:
    return rows_of(person_ids=[] if viewer.own_id is None else [viewer.own_id])


def _question(request: HttpRequest) -> Question | None:
    """Read for whom and for what is asked; None: no program asks anything of the person.

    Raises:
        Http404: there is no such person, or the account belongs to no worker.
        Denied: the account may not ask for the person.
    """
    viewer = viewer_of(request)
    person = viewer.person
    if request.GET.get("for"):
        person = person_by_uuid(uuid=request.GET["for"])
    if person is None:
        raise Http404
    access.require_ask(user_id=viewer.user_id, person_id=person.id, own_id=viewer.own_id)
    cases = [each for each in read_cases(person_ids=[person.id]) if queries.askable(_rules(each))]
    if not cases:
        return None
    wanted = request.GET.get("program", "")
    case = next((each for each in cases if each.key == wanted), None) or max(cases, key=_weight)
    kind = request.GET.get("kind", "")
    return Question(
        viewer,
        person,
        cases,
        _rules(case),
        kind if kind in RequestKind.values else RequestKind.EQUIVALENCY.value,
        bool(request.GET.get("whole")),
    )


def _rules(case: Case) -> Program:
    return case.version(clock.today(case.versions[-1].rules.zone)).rules


def _weight(case: Case) -> int:
    """Return how much a program asks: the largest one is the one to look at first."""
    return len(queries.askable(_rules(case)))


def _choices(question: Question) -> list[tuple[str, str]]:
    """Return the requirements to choose from: what is still open, or all that can be asked."""
    open_to = queries.askable(question.rules)
    report = report_on(person_id=question.person.id, program_key=question.rules.key)
    missing = {
        finding.requirement.rpartition("/")[2]
        for finding in report.decision.findings
        if not finding.met
    }
    chosen = open_to if question.whole or not missing & open_to.keys() else missing
    return [(key, _label(node, question)) for key, node in open_to.items() if key in chosen]


def _label(node: Requirement, question: Question) -> str:
    day = clock.today(question.rules.zone)
    nothing = Training(
        exemption=True, completed_on=None, requested_on=day, hours=None, documented=False
    )
    words = {
        "title": node.title,
        "need": need_of(clause_of(node, question.rules, nothing)),
        "id": node.id.replace("-", "\N{NON-BREAKING HYPHEN}"),
    }
    if node.waivable:
        return _now("%(title)s (%(need)s; %(id)s)") % words
    return _now("%(title)s (%(need)s; %(id)s): has to be done anew, cannot be granted") % words


def _asked(form: AskForm, question: Question) -> UUID | None:
    """Write the request down, or put on the form why not and return None."""
    data = form.cleaned_data
    asked = Asked(
        person_id=question.person.id,
        program_key=question.rules.key,
        kind=question.kind,
        requirements=tuple(data["requirements"]),
        what=data["what"],
        provider=data.get("provider", ""),
        completed_on=data.get("completed_on"),
        hours=data.get("hours"),
        evidence_type=data["evidence_type"],
        reason=data["reason"],
        papers=tuple(data["documents"]),
        form_key=data["form_key"],
    )
    try:
        return operations.ask(actor_id=question.viewer.user_id, asked=asked)
    except operations.NotYetDone:
        form.add_error("completed_on", _now("This date is still to come."))
    except operations.TooManyWaiting:
        form.add_error(None, _now("Many requests wait already. Wait until some are decided."))
    except operations.FormUsed:
        form.add_error(None, _now("This form was used before. Open a new one."))
    return None


def _pills(request: HttpRequest, question: Question, what: str) -> list[dict[str, object]]:
    """Return the programs or the two kinds to choose from, when there is a choice."""
    if what == "kind":
        options: Sequence[tuple[str, object]] = RequestKind.choices
        current = question.kind
    else:
        options = [(each.key, _rules(each).title) for each in question.cases]
        current = question.rules.key
    if len(options) < 2:
        return []
    return [
        {"label": label, "url": _link(question, **{what: key}), "current": key == current}
        for key, label in options
    ]


def _link(question: Question, **changes: str) -> str:
    asked = {"program": question.rules.key, "kind": question.kind}
    if question.person.id != question.viewer.own_id:
        asked["for"] = str(question.person.uuid)
    return f"{reverse('prior-learning-ask')}?{urlencode(asked | changes)}"


def _crumbs() -> list[dict[str, object]]:
    return [{"label": _("My page"), "url": reverse("me")}]


def _list() -> list[dict[str, object]]:
    return [*_crumbs(), {"label": _("Earlier training"), "url": reverse("prior-learning")}]
