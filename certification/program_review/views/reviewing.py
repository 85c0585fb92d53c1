"""Reviewing a draft: who is affected, handing in, sending back, withdrawing, publishing."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.program_review import access, exports, operations, queries
from certification.program_review.foresight import Kind
from certification.program_review.forms import PreviewForm, PublishForm, SendBackForm
from certification.program_review.models import ProgramDraft, ProgramWalk
from certification.program_review.states import OPEN, State
from certification.program_review.views.affected import affected
from certification.program_review.views.showing import (
    draft_crumbs,
    name_of_draft,
    open_draft,
    user_id,
)
from certification.program_review.wording import KINDS, STATES, lines_of
from certification.programs.document import ProgramError
from lms.kit import formats
from lms.kit.tables import csv_response

PAGE = 25


@require_POST
def preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Work out who is affected from a day on."""
    draft = open_draft(request, uuid)
    form = PreviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the day from which it would count."))
        return redirect("program-draft", uuid=uuid)
    try:
        day = form.cleaned_data["effective_on"]
        operations.preview(actor_id=user_id(request), uuid=draft.uuid, effective_on=day)
    except ProgramError:
        messages.error(request, _("The text has to be mended first."))
        return redirect("program-draft", uuid=uuid)
    return redirect(reverse("program-draft", kwargs={"uuid": uuid}) + "#affected")


@require_POST
def submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand a draft in."""
    draft = open_draft(request, uuid)
    try:
        operations.submit(actor_id=user_id(request), uuid=draft.uuid)
    except operations.NotTheAuthor:
        messages.error(request, _("Only who wrote this revision may hand it in."))
    except operations.WrongState as error:
        _say_state(request, error.state)
    except ProgramError:
        messages.error(request, _("The text has to be mended first."))
    else:
        messages.success(request, _("Handed in. Another officer has to publish it."))
    return redirect("program-draft", uuid=uuid)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a draft back with a reason."""
    draft = open_draft(request, uuid)
    access.require_review(user_id=user_id(request), draft=draft)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            operations.send_back(actor_id=user_id(request), uuid=draft.uuid, reason=reason)
        except operations.OwnDraft:
            messages.error(request, _("You wrote some of this text. You may withdraw it instead."))
        except operations.WrongState as error:
            _say_state(request, error.state)
        else:
            messages.success(request, _("Sent back. The author can revise it."))
        return redirect("program-draft", uuid=uuid)
    context = _frame(draft) | {
        "form": form,
        "heading": _("Send it back?"),
        "title": _("The author can revise it"),
        "consequence": _("Nothing changes for anybody. The draft and your reason stay readable."),
        "button": _("Send it back"),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/programs/step.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give a draft up."""
    draft = open_draft(request, uuid)
    access.require_review(user_id=user_id(request), draft=draft)
    if request.method == "POST":
        try:
            operations.withdraw(actor_id=user_id(request), uuid=draft.uuid)
        except operations.NotTheAuthor:
            messages.error(request, _("Only who wrote some of it may withdraw it."))
        except operations.WrongState as error:
            _say_state(request, error.state)
        else:
            messages.success(request, _("Withdrawn. It stays readable."))
        return redirect("program-draft", uuid=uuid)
    context = _frame(draft) | {
        "heading": _("Withdraw the draft?"),
        "title": _("It cannot be taken up again"),
        "consequence": _("Nothing changes for anybody. The text stays readable."),
        "button": _("Withdraw it"),
    }
    return render(request, "certification/programs/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask once, with the numbers, and publish."""
    draft, who = open_draft(request, uuid), user_id(request)
    access.require_review(user_id=who, draft=draft)
    walk = queries.preview_of(draft)
    reading = queries.read_text(draft.source, program_key=draft.program_key)
    state = queries.state_of_draft(draft)
    if walk is None or walk.effective_on is None or reading.rules is None or state not in OPEN:
        messages.warning(request, _explained(operations.NotPreviewed(), state))
        return redirect("program-draft", uuid=uuid)
    day = walk.effective_on
    counts_back = day < queries.today_of(draft.program_key, reading.rules)
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        initial={"effective_on": day},
        counts_back=counts_back,
    )
    if form.is_bound and form.is_valid():
        try:
            operations.publish(
                actor_id=who,
                uuid=uuid,
                effective_on=form.cleaned_data["effective_on"],
                reason=form.cleaned_data.get("reason", ""),
            )
        except (ValueError, ProgramError) as error:
            messages.error(request, _explained(error, queries.state_of_draft(draft)))
            return redirect("program-draft", uuid=uuid)
        messages.success(request, _("Published. Everybody’s standing is being worked out anew."))
        return redirect("program", key=reading.rules.key)
    context = _frame(draft) | affected(draft, reading.rules, who)
    context |= {
        "form": form,
        "heading": _("Publish this version?"),
        "title": _title(day, counts_back),
        "consequence": _consequence(walk),
        "button": _("Publish it"),
    }
    status = 400 if form.is_bound else 200
    return render(request, "certification/programs/step.html", context, status=status)


@require_safe
def people(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """List whom a draft would affect, as far as the account may see them."""
    draft, walk, day, kind = _asked(request, uuid)
    where = access.seen_people(user_id=user_id(request))
    rows = queries.impact_rows(walk, where, on=day, kind=kind)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    titles = _titles(draft)
    counts = queries.kind_counts(walk, [each.value for each in Kind]).get(day, {})
    context = _frame(draft) | {
        "walk": walk,
        "day": day,
        "rows": [(each, lines_of(each.details, titles)) for each in page.object_list],
        "page": page,
        "hidden": counts.get(kind or "people", 0) - page.paginator.count,
        "filters": _filters(walk, day, kind, counts),
        "dates": _dates(walk, day, kind),
        "export": f"{reverse('program-people-csv', kwargs={'uuid': uuid})}{_query(day, kind)}",
    }
    return render(request, "certification/programs/people.html", context)


@require_safe
def people_csv(request: HttpRequest, uuid: UUID) -> StreamingHttpResponse:
    """Download the people on the screen; on all dates, where none is asked for."""
    draft, walk, day, kind = _asked(request, uuid)
    where = access.seen_people(user_id=user_id(request))
    on = day if request.GET.get("on") else None
    rows = queries.impact_rows(walk, where, on=on, kind=kind)
    columns = exports.columns(walk, draft.label, _titles(draft))
    return csv_response(f"affected-{draft.program_key}-{draft.label}", columns, rows)


def _asked(request: HttpRequest, uuid: UUID) -> tuple[ProgramDraft, ProgramWalk, date, str]:
    """Return the draft, its finished preview, and the date and kind that a list is narrowed to."""
    draft = open_draft(request, uuid)
    walk = queries.preview_of(draft)
    if walk is None or walk.finished_at is None:
        raise Http404
    days = {walk.today_on, walk.effective_on or walk.today_on}
    try:
        day = parse_date(request.GET.get("on", "")) or max(days)
    except ValueError:
        day = max(days)
    kind = request.GET.get("kind", "")
    known = kind in {each.value for each in Kind}
    return draft, walk, day if day in days else max(days), kind if known else ""


def _titles(draft: ProgramDraft) -> dict[str, str]:
    """Return the titles of requirements and certificates, before and after."""
    rules = [each.rules for each in queries.versions_of(draft.program_key)]
    reading = queries.read_text(draft.source)
    titles: dict[str, str] = {}
    for each in [*rules, *([reading.rules] if reading.rules else [])]:
        titles |= each.titles() | {rule.key: rule.title for rule in each.credentials}
    return titles


def _filters(
    walk: ProgramWalk, day: date, kind: str, counts: dict[str, int]
) -> list[dict[str, object]]:
    options: list[tuple[str, object, int]] = [("", _("All"), counts.get("people", 0))]
    options += [(k.value, KINDS[k], counts.get(k.value, 0)) for k in Kind]
    return [
        {"label": label, "url": _query(day, key), "current": key == kind, "count": n}
        for key, label, n in options
        if n or not key
    ]


def _dates(walk: ProgramWalk, day: date, kind: str) -> list[dict[str, object]]:
    days = sorted({walk.today_on, walk.effective_on or walk.today_on})
    if len(days) < 2:
        return []
    return [
        {"label": formats.date_short(each), "url": _query(each, kind), "current": each == day}
        for each in days
    ]


def _query(day: date, kind: str) -> str:
    asked = {"on": day.isoformat(), "kind": kind}
    return f"?{urlencode({key: value for key, value in asked.items() if value})}"


def _frame(draft: ProgramDraft) -> dict[str, Any]:
    name = name_of_draft(draft)
    back = reverse("program-draft", kwargs={"uuid": draft.uuid})
    crumbs = [*draft_crumbs(draft), {"label": name, "url": back}]
    return {"draft": draft, "name": name, "back": back, "crumbs": crumbs}


def _title(day: date, counts_back: bool) -> str:
    values = {"day": formats.date_short(day)}
    if counts_back:
        return _("It counts back, from %(day)s on") % values
    return _("It counts from %(day)s on") % values


def _consequence(walk: ProgramWalk) -> str:
    number = ngettext(
        "It changes something for %(n)s of %(all)s people under the program.",
        "It changes something for %(n)s of %(all)s people under the program.",
        walk.affected,
    ) % {"n": walk.affected, "all": walk.concerned}
    rest = _(
        "Certificates that are in force stay in force until their last day. A version that is"
        " published cannot be taken back; it can only be followed by another one."
    )
    return f"{number} {rest}"


def _say_state(request: HttpRequest, state: State) -> None:
    messages.warning(request, _explained(operations.WrongState(state), state))


def _explained(error: Exception, state: State) -> str:
    """Say in words why something could not be done with a draft."""
    if isinstance(error, operations.WrongState) or state not in OPEN:
        values = {"state": str(STATES[state][1]).lower()}
        return _("Somebody was faster, or it was done already: %(state)s.") % values
    for kind, words in (
        (
            operations.AuthorMayNotPublish,
            _("You wrote some of this text. Another officer has to publish it."),
        ),
        (
            operations.Outdated,
            _("Another version was published in the meantime. Revise the draft first."),
        ),
        (operations.NotPreviewed, _("Work out who is affected first, for the day it counts from.")),
        (operations.TooEarly, _("It cannot count from before the newest version does.")),
        (operations.ReasonMissing, _("Say why it counts back.")),
        (operations.LabelTaken, _("Another version has this label. Give it another one.")),
        (operations.NothingNew, _("This text is published already.")),
    ):
        if isinstance(error, kind):
            return words
    if isinstance(error, ProgramError):
        return _("The text has to be mended first.")
    raise error
