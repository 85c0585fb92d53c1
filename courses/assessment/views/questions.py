"""The pages of one question of a bank: as learners see it, its key, its revisions, changing it."""

from random import Random
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.assessment import access, items, keys
from courses.assessment.bank import QuestionDraft, short_pools
from courses.assessment.interchange import drafts
from courses.assessment.interchange import written as w
from courses.assessment.models import Question, QuestionBank, QuestionKind, Quiz
from courses.assessment.operations import banks as operations
from courses.assessment.queries import banks as queries
from courses.assessment.queries import candidates_in, rendered, words
from courses.assessment.question_forms import (
    MORE,
    QuestionForm,
    ReasonForm,
    initial_of,
    kind_label,
)
from courses.assessment.views import banks as desk
from courses.assessment.views.asking import user_id


@never_cache
@require_safe
def question(request: HttpRequest, bank: str, question: str) -> HttpResponse:
    """Show a question as a learner sees it, with its key, and how it changed."""
    access.require_read_banks(user_id=user_id(request))
    found, rows = _question_at(bank, question)
    row, quizzes = rows[0], queries.quizzes_by_bank().get(bank, [])
    draft = queries.draft_of_row(row)
    context = {
        "bank": found,
        "row": row,
        "kind": kind_label(row.kind),
        "stem": words(row.stem),
        "question": _face(draft, row.pk),
        "key_rows": desk.shown_key(draft),
        "rule": keys.RULES.get(draft.marking.get("rule", ""), ""),
        "told": words(draft.marking.get("feedback", "")),
        "used": queries.used(found, [question]).get(question, 0),
        "quizzes": queries.drawn_by(bank, row, quizzes),
        "revisions": _revisions(rows),
        "regrade": reverse("regrade", args=[bank, question]),
        "may_edit": access.may_edit_banks(user_id=user_id(request)),
        "crumbs": [desk.desk_crumb(), desk.banks_crumb(), desk.bank_crumb(found)],
    }
    return render(request, "courses/assessment/question.html", context)


def _face(draft: QuestionDraft, pk: int) -> dict[str, Any]:
    """Return what a learner sees before answering; the order is one of many."""
    shown = items.arranged(draft.item, Random(pk))  # noqa: S311 - not for secrets
    face = items.face(draft.item, shown, None)
    return {"id": pk, "number": 1, "kind": draft.kind, "face": rendered(face)}


def _revisions(rows: list[Question]) -> list[dict[str, Any]]:
    """Return each revision with who wrote it and what it changed, the newest first."""
    found = []
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        changed = (
            keys.differences(queries.draft_of_row(before), queries.draft_of_row(row))
            if before
            else []
        )
        person = getattr(row.author, "person", None) if row.author else None
        found.append({"row": row, "by": str(person or ""), "changed": changed, "first": not before})
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, bank: str) -> HttpResponse:
    """Write a new question: first its kind, then the form for it."""
    desk.require_edit(request)
    found = desk.bank_at(bank)
    kind = request.GET.get("kind", "")
    crumbs = [desk.desk_crumb(), desk.banks_crumb(), desk.bank_crumb(found)]
    if kind not in QuestionKind.values:
        context = {"bank": found, "kinds": QuestionKind.choices, "crumbs": crumbs}
        return render(request, "courses/assessment/question_kind.html", context)
    form = _form(request, kind, {}, 0)
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        draft = form.draft()
        if draft is not None:
            taken = queries.known(found)
            if draft.key in taken:
                draft = form.draft(key=drafts.key_by_words(draft))
        if draft is not None:
            saved = _save(request, found, draft, None, form)
            if saved:
                return saved
    context = {"bank": found, "form": form, "kind": kind_label(kind), "crumbs": crumbs}
    return render(request, "courses/assessment/question_edit.html", context, status=_code(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, bank: str, question: str) -> HttpResponse:
    """Change a question; saving makes a new revision."""
    desk.require_edit(request)
    found, rows = _question_at(bank, question)
    row = rows[0]
    before = queries.draft_of_row(row)
    initial, count = initial_of(before)
    form = _form(request, row.kind, initial, count)
    used = queries.used(found, [question]).get(question, 0)
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        draft = form.draft(key=row.key)
        if draft is not None:
            draft = drafts.settled(draft, before, by_row=True)
            if drafts.canonical(draft) == drafts.canonical(before) and row.retired_at is None:
                messages.info(request, _("Nothing was changed."))
                return redirect("question", bank=bank, question=question)
            saved = _save(request, found, draft, _base(request, row), form, used=used)
            if saved:
                return saved
    context = {
        "bank": found,
        "row": row,
        "base": _base(request, row),
        "form": form,
        "kind": kind_label(row.kind),
        "used": used,
        "crumbs": [
            desk.desk_crumb(),
            desk.banks_crumb(),
            desk.bank_crumb(found),
            {"label": row.key, "url": f"/train/banks/{bank}/{question}/"},
        ],
    }
    return render(request, "courses/assessment/question_edit.html", context, status=_code(form))


def _form(request: HttpRequest, kind: str, initial: dict[str, Any], rows: int) -> QuestionForm:
    """Return the form; "more" draws it again with more rows and everything that was typed."""
    if request.method != "POST":
        return QuestionForm(kind=kind, rows=rows, initial=initial)
    sent = request.POST.get("rows", "")
    count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else rows
    if "more" in request.POST:
        form = QuestionForm(kind=kind, rows=count + MORE)
        return QuestionForm(kind=kind, rows=count + MORE, initial=_typed(request, form))
    return QuestionForm(request.POST, kind=kind, rows=count)


def _typed(request: HttpRequest, form: QuestionForm) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(request.POST, request.FILES, name)
        for name, field in form.fields.items()
        if name in request.POST or not field.required
    }


def _base(request: HttpRequest, row: Question) -> int:
    """Return the revision that the form was opened with."""
    sent = request.POST.get("base", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else row.pk


def _save(
    request: HttpRequest,
    found: QuestionBank,
    draft: QuestionDraft,
    base: int | None,
    form: QuestionForm,
    *,
    used: int = 0,
) -> HttpResponse | None:
    """Save; None: somebody else was faster, and the form says so and keeps what was typed."""
    try:
        revision = operations.save_question(
            actor_id=user_id(request), bank_key=found.key, draft=draft, base_id=base
        )
    except operations.ChangedMeanwhile:
        form.add_error(
            None,
            _(
                "Somebody else changed this question meanwhile. Nothing was saved; what you wrote"
                " is still below. Open the question in another tab and compare."
            ),
        )
        return None
    messages.success(
        request, _("Saved as revision %(n)d. New attempts draw it.") % {"n": revision or 1}
    )
    if used and draft.kind != w.ESSAY:
        messages.warning(
            request,
            _("Attempts that were asked it before keep their results until they are regraded."),
        )
    return redirect("question", bank=found.key, question=draft.key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, bank: str, question: str) -> HttpResponse:
    """Ask why, then let no new attempt draw the question."""
    desk.require_edit(request)
    found, rows = _question_at(bank, question)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        retired = operations.retire_question(
            actor_id=user_id(request),
            bank_key=bank,
            key=question,
            reason=form.cleaned_data["reason"],
        )
        if retired:
            messages.success(request, _("Retired. No new attempt draws it; every record stays."))
        else:
            messages.info(request, _("It was retired before."))
        return redirect("question", bank=bank, question=question)
    quizzes = queries.drawn_by(bank, rows[0], queries.quizzes_by_bank().get(bank, []))
    context = {
        "bank": found,
        "row": rows[0],
        "stem": words(rows[0].stem),
        "form": form,
        "quizzes": quizzes,
        "short": _left_short(quizzes, without=rows[0].pk),
        "crumbs": [desk.desk_crumb(), desk.banks_crumb(), desk.bank_crumb(found)],
    }
    return render(request, "courses/assessment/question_retire.html", context, status=_code(form))


def _left_short(quizzes: list[Quiz], *, without: int) -> list[str]:
    """Return the quizzes that could not draw as many questions as they ask for any more."""
    keys = {pool["bank"] for quiz in quizzes for pool in quiz.pools}
    there = [each for each in candidates_in(bank_keys=keys) if each.id != without]
    return [quiz.title for quiz in quizzes if short_pools(candidates=there, pools=quiz.pools)]


def _question_at(bank: str, question: str) -> tuple[QuestionBank, list[Question]]:
    found = desk.bank_at(bank)
    try:
        return found, queries.revisions(found, key=question)
    except queries.NoSuchQuestion as error:
        raise Http404 from error


def _code(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200
