"""The pages of a quiz: its rules, the open attempt, and the result."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.assessment import forms, operations, queries, scoring
from courses.assessment.models import Attempt
from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.queries import outline_at
from lms.kit import clock
from lms.kit.formats import clock_time
from lms.kit.problems import problem_response

ASK: Final = {"missing", "changed"}
"""Why the page asks before it grades, as the query string says."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Tell the rules of a module's quiz; POST starts an attempt or goes on with the open one."""
    outline, place = _place(course, module)
    if request.method == "POST":
        return _start(request, course, place)
    found = queries.quiz(key=place.quiz_key)
    if found is None:
        raise Http404
    needed = scoring.needed(total=found.draw, pass_percent=found.pass_percent)
    context = {
        "outline": outline,
        "module": place,
        "quiz": found,
        "needed": needed,
        "standing": queries.standing(quiz=found, user_id=_user_id(request)),
        "crumbs": _crumbs(outline, place),
    }
    return render(request, "courses/assessment/quiz.html", context)


def _start(request: HttpRequest, course: str, place: OutlineModule) -> HttpResponse:
    here = redirect("quiz", course=course, module=place.slug)
    try:
        uuid = operations.start_attempt(user_id=_user_id(request), quiz_key=place.quiz_key)
    except operations.NoLearnerRecord:
        messages.error(
            request,
            _("This account belongs to no learner, so it cannot take a quiz. Ask your agency."),
        )
        return here
    except operations.NoAttemptsLeft:
        messages.error(request, _("You have used every attempt that this quiz allows."))
        return here
    except operations.NoSuchQuiz as error:
        raise Http404 from error
    return redirect("quiz_attempt", course=course, module=place.slug, attempt=uuid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, course: str, module: str, attempt: UUID) -> HttpResponse:
    """Show an open attempt on one page, or the result of a graded one; POST saves or submits."""
    if request.method == "POST":
        return _hand_in(request, course, module, attempt)
    found = _attempt(request, course, module, attempt)
    context = {"course": course, "module": module, "attempt": found}
    if found.submitted_at is not None:
        context["result"] = queries.result(found)
        context["left"] = _left(found)
        return render(request, "courses/assessment/result.html", context)
    paper = queries.paper(found)
    # A page is at least as new as what was saved before it was made.
    stamp = max(int(clock.now().timestamp() * 1000), paper.sequence + 1)
    asks = ASK & request.GET.keys()
    context |= {
        "paper": paper,
        "sequence": stamp,
        "ask_missing": "missing" in asks and paper.unanswered,
        "ask_changed": "changed" in asks,
    }
    return render(request, "courses/assessment/attempt.html", context)


def _hand_in(request: HttpRequest, course: str, module: str, uuid: UUID) -> HttpResponse:
    here = reverse("quiz_attempt", kwargs={"course": course, "module": module, "attempt": uuid})
    try:
        answers = forms.answers_in_form(request)
        if request.POST.get("action") == "save":
            _save(request, uuid, answers)
            return redirect(here)
        operations.submit(
            user_id=_user_id(request),
            attempt_uuid=uuid,
            answers=answers,
            confirmed="confirmed" in request.POST,
        )
    except (forms.Unreadable, operations.UnknownAnswer) as error:
        raise BadRequest("The answers do not belong to this attempt.") from error
    except queries.NoSuchAttempt as error:
        raise Http404 from error
    except operations.NotAllAnswered:
        return redirect(f"{here}?missing=1#ask")
    except operations.NewerAnswers:
        return redirect(f"{here}?changed=1#ask")
    return redirect(here)


def _save(request: HttpRequest, uuid: UUID, answers: list[operations.Answer]) -> None:
    try:
        saved = operations.save_answers(
            user_id=_user_id(request), attempt_uuid=uuid, answers=answers
        )
    except operations.AttemptClosed:
        messages.info(request, _("This quiz was submitted already. Here is the result."))
        return
    if saved.newer_kept:
        messages.warning(
            request, _("Newer answers from another tab were kept. They are shown below.")
        )
    else:
        messages.success(request, _("Saved %(time)s.") % {"time": clock_time(saved.at)})


@never_cache
@require_POST
def answer(request: HttpRequest, course: str, module: str, attempt: UUID) -> HttpResponseBase:
    """Save answers that the page's script sends; the reply never holds a key."""
    try:
        saved = operations.save_answers(
            user_id=_user_id(request), attempt_uuid=attempt, answers=forms.answers_sent(request)
        )
    except (forms.Unreadable, operations.UnknownAnswer):
        return problem_response(400, detail=_("This answer does not belong to the quiz."))
    except queries.NoSuchAttempt:
        return problem_response(404, detail=_("This is not your quiz."))
    except operations.AttemptClosed:
        return problem_response(409, detail=_("This quiz was submitted already."))
    return JsonResponse({"saved": True, "time": clock_time(saved.at)})


# --- what the views share -------------------------------------------------------------------
def _user_id(request: HttpRequest) -> int:
    user_id = request.user.pk
    if user_id is None:  # The closed door lets nobody through who has not signed in.
        raise Http404
    return user_id


def _place(course: str, module: str) -> tuple[Outline, OutlineModule]:
    outline = outline_at(slug=course)
    place = outline.module(module) if outline else None
    if outline is None or place is None or not place.quiz_key:
        raise Http404
    return outline, place


def _attempt(request: HttpRequest, course: str, module: str, uuid: UUID) -> Attempt:
    try:
        return queries.attempt(
            attempt_uuid=uuid,
            user_id=_user_id(request),
            course_slug=course,
            module_slug=module,
        )
    except queries.NoSuchAttempt as error:
        raise Http404 from error


def _left(attempt: Attempt) -> int | None:
    """Return how many attempts are left after this one; None: as many as wanted."""
    allowed = attempt.quiz.attempts_allowed
    return None if allowed is None else max(allowed - attempt.number, 0)


def _crumbs(outline: Outline, place: OutlineModule) -> list[dict[str, Any]]:
    course = f"/learn/{outline.slug}/"
    return [
        {"label": _("Learn"), "url": "/learn/"},
        {"label": outline.title, "url": course},
        {"label": place.title, "url": f"{course}{place.slug}/"},
    ]
