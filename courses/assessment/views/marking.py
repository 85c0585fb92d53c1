"""The desk on which trainers mark answers in learners' own words."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.assessment import access, forms, operations, queries
from courses.assessment.views.asking import user_id
from courses.assessment.views.banks import desk_crumb
from lms.public import Ability, person, require

PAGE = 50


@never_cache
@require_safe
def marking(request: HttpRequest) -> HttpResponse:
    """Show which answers wait for a mark, the oldest first, without the names of who wrote them."""
    require(user_id=user_id(request), ability=Ability.TEACH)
    rows = queries.waiting_answers(user_id=user_id(request))
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "found": len(rows),
        "crumbs": [desk_crumb()],
    }
    return render(request, "courses/assessment/marking.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, attempt: UUID, question: int) -> HttpResponse:
    """Show one answer with the criteria of its question; POST gives its points.

    Who wrote it is told after it is marked: a name should not weigh.
    """
    asking = user_id(request)
    try:
        found = queries.answer_to_mark(attempt_uuid=attempt, question_id=question)
    except queries.NoSuchAnswer as error:
        raise Http404 from error
    if not access.may_mark(user_id=asking, attempt=found.attempt):
        require(user_id=asking, ability=Ability.TEACH, person_id=found.attempt.person_id)
        raise Http404
    if found.attempt.score is not None:
        messages.info(request, _("This answer is marked, and the quiz has its result."))
        return redirect("marking")
    form = forms.MarkForm(request.POST or None, criteria=found.criteria)
    if request.method == "POST" and form.is_valid():
        _marked(request, found, form)
        return redirect(_next(asking))
    context = {
        "answer": found,
        "form": form,
        "crumbs": [desk_crumb(), {"label": _("Answers to mark"), "url": reverse("marking")}],
    }
    return render(request, "courses/assessment/mark.html", context)


def _marked(request: HttpRequest, found: queries.AnswerToMark, form: forms.MarkForm) -> None:
    try:
        done = operations.mark_answer(
            user_id=user_id(request),
            attempt_uuid=found.attempt.uuid,
            question_id=found.question_id,
            criteria=form.given(),
            words=form.cleaned_data["words"],
        )
    except operations.AlreadyGraded:
        messages.info(request, _("Somebody else has just marked this answer."))
        return
    words: dict[str, Any] = {"name": person(person_id=done.person_id).name}
    if done.graded:
        messages.success(
            request, _("Marked. %(name)s wrote it, and has the result of the quiz now.") % words
        )
    else:
        messages.success(request, _("Marked. %(name)s wrote it.") % words)


def _next(asking: int) -> str:
    """Return where the next answer is, or the desk when none waits."""
    for row in queries.waiting_answers(user_id=asking)[:1]:
        return reverse("mark", kwargs={"attempt": row.attempt, "question": row.question})
    return reverse("marking")
