"""The pages of a learner: the rules of a quiz, the open attempt, and the result."""

from functools import partial
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

from courses.assessment import forms, operations, queries, scoring, timing
from courses.assessment.models import Attempt, Ended
from courses.assessment.views.asking import user_id
from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.queries import outline_at
from courses.learning.places import reader_of
from courses.learning.queries import locked_by, shut_to
from courses.learning.wording import wait_words
from courses.seat_time.tickets import page_study
from lms.kit import clock
from lms.kit.formats import clock_time, moment
from lms.kit.problems import problem_response
from lms.public import person

ASK: Final = {"missing", "changed"}
"""Why the page asks before it grades, as the query string says."""


# --- before and between ---------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Tell the rules of a module's quiz; POST starts an attempt or goes on with the open one."""
    outline, place = _place(course, module)
    if request.method == "POST":
        why = _why_locked(request, outline, place)
        if why:
            messages.warning(request, why)
            return redirect(request.path)
        return _start(request, course, place)
    opened = _opened(request, place)
    needed = scoring.needed(total=opened.quiz.draw, pass_percent=opened.quiz.pass_percent)
    context = {
        "outline": outline,
        "module": place,
        "quiz": opened.quiz,
        "needed": needed,
        "critical_draw": sum(
            pool["draw"] for pool in opened.quiz.pools if pool.get("critical") is True
        ),
        "standing": queries.standing(opened),
        "time_url": _time_url(opened),
        "crumbs": _crumbs(outline, place),
        "why": _why_locked(request, outline, place),
    }
    return render(request, "courses/assessment/quiz.html", context)


def _why_locked(request: HttpRequest, outline: Outline, place: OutlineModule) -> str:
    """Return in words why no try starts now: a retired course, or what must be finished first.

    An open try goes on.
    """
    if not place.after and outline.closes_on is None:
        return ""
    person_id = reader_of(request).person_id
    if person_id is not None and shut_to(outline, person_id=person_id):
        why = (
            _("This course is retired: nothing is recorded any more.")
            if outline.closed
            else _("This course takes nobody new.")
        )
    else:
        why = wait_words(locked_by(person_id=person_id, outline=outline, module=place))
    opened = queries.opening(quiz_key=place.quiz_key, user_id=user_id(request)) if why else None
    return "" if opened is not None and opened.unfinished is not None else why


def _time_url(opened: queries.Opening) -> str | None:
    """Return where the learner reads what time was arranged for them, if anything was."""
    if opened.person_id is None or opened.multiplier == timing.NO_MORE_THAN_OTHERS:
        return None
    return reverse("person_time", args=[person(person_id=opened.person_id).uuid])


def _opened(request: HttpRequest, place: OutlineModule) -> queries.Opening:
    """Return the quiz with the learner's tries; one that is out of time is handed in first."""
    ask = partial(
        queries.opening, quiz_key=place.quiz_key, user_id=user_id(request), count_answers=True
    )
    opened = ask()
    if opened is None:
        raise Http404
    left = opened.unfinished
    if left is not None and timing.is_over(due_at=left.due_at, now=clock.now()):
        operations.hand_in_overdue(attempt_uuid=left.uuid)
        opened = ask() or opened
    return opened


def _start(request: HttpRequest, course: str, place: OutlineModule) -> HttpResponse:
    here = redirect("quiz", course=course, module=place.slug)
    try:
        uuid = operations.start_attempt(user_id=user_id(request), quiz_key=place.quiz_key)
    except operations.NoLearnerRecord:
        messages.error(
            request,
            _("This account belongs to no learner, so it cannot take a quiz. Ask your agency."),
        )
        return here
    except operations.MayNotStart as shut:
        messages.error(request, _shut_words(shut.entry))
        return here
    except operations.NoSuchQuiz as error:
        raise Http404 from error
    return redirect("quiz_attempt", course=course, module=place.slug, attempt=uuid)


def _shut_words(entry: timing.Entry) -> str:
    if entry.gate == timing.Gate.WAIT:
        return _("Your next try may start on %(moment)s.") % {"moment": moment(entry.opens_at)}
    if entry.gate == timing.Gate.MARKING:
        return _("Your last try still waits for its marks.")
    return _("You have used every attempt that this quiz allows.")


# --- an attempt -----------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, course: str, module: str, attempt: UUID) -> HttpResponse:
    """Show an open attempt on one page, or the result of a graded one; POST saves or submits."""
    if request.method == "POST":
        return _hand_in(request, course, module, attempt)
    found = _attempt(request, course, module, attempt)
    context = {"course": course, "module": module, "attempt": found}
    if found.submitted_at is None:
        context |= _open_page(request, found)
        return render(request, "courses/assessment/attempt.html", context)
    if found.score is None:
        return render(request, "courses/assessment/handed_in.html", context)
    context |= _result_page(request, found)
    return render(request, "courses/assessment/result.html", context)


def _result_page(request: HttpRequest, found: Attempt) -> dict[str, Any]:
    result = queries.result(found)
    context: dict[str, Any] = {"result": result, "late": 0}
    if found.ended == Ended.TIME:
        context["late"] = queries.late_answers(found)
    # Where nothing is shut, nothing has to be asked.
    if not result.passed and (found.quiz.attempts_allowed is not None or found.quiz.wait_hours):
        opened = queries.opening(quiz_key=found.quiz.key, user_id=user_id(request))
        context["standing"] = queries.standing(opened) if opened else None
        context["left"] = context["standing"].left if opened else None
    return context


def _open_page(request: HttpRequest, found: Attempt) -> dict[str, Any]:
    paper, now = queries.paper(found), clock.now()
    # A page is at least as new as what was saved before it was made.
    stamp = max(int(now.timestamp() * 1000), paper.sequence + 1)
    asks = ASK & request.GET.keys()
    # The script counts down from here by a clock that nobody can turn, and asks again.
    left = timing.milliseconds_left(due_at=found.due_at, now=now)
    return {
        "paper": paper,
        "study": page_study(
            person_id=found.person_id,
            course_key=found.quiz.course_key,
            subject=f"quiz:{found.quiz.key}",
            revision=found.quiz.version,
        ),
        "sequence": stamp,
        "milliseconds": left,
        "time_is_up": left == 0,
        "grace_until": found.due_at + timing.GRACE if found.due_at else None,
        "ask_missing": "missing" in asks and paper.unanswered,
        "ask_changed": "changed" in asks,
    }


def _hand_in(request: HttpRequest, course: str, module: str, uuid: UUID) -> HttpResponse:
    here = reverse("quiz_attempt", kwargs={"course": course, "module": module, "attempt": uuid})
    try:
        answers = forms.answers_in_form(request)
        if request.POST.get("action") == "save":
            _save(request, uuid, answers)
            return redirect(here)
        operations.submit(
            user_id=user_id(request),
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
            user_id=user_id(request), attempt_uuid=uuid, answers=answers
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
    """Save answers that the page's script sends; the reply never holds a key.

    ``older``: the questions for which a newer answer was kept, so that the page can show it.
    """
    try:
        saved = operations.save_answers(
            user_id=user_id(request), attempt_uuid=attempt, answers=forms.answers_sent(request)
        )
    except (forms.Unreadable, operations.UnknownAnswer):
        return problem_response(400, detail=_("This answer does not belong to the quiz."))
    except queries.NoSuchAttempt:
        return problem_response(404, detail=_("This is not your quiz."))
    except operations.AttemptClosed:
        return problem_response(409, detail=_("This quiz was submitted already."))
    return JsonResponse(
        {
            "saved": True,
            "time": clock_time(saved.at),
            "older": sorted(saved.older),
            "late": saved.late,
            "left": saved.left,
        }
    )


# --- what the views share -------------------------------------------------------------------
def _place(course: str, module: str) -> tuple[Outline, OutlineModule]:
    outline = outline_at(slug=course)
    place = outline.module(module) if outline else None
    if outline is None or place is None or not place.quiz_key:
        raise Http404
    return outline, place


def _attempt(request: HttpRequest, course: str, module: str, uuid: UUID) -> Attempt:
    """Return the learner's attempt; one that is out of time is handed in first."""

    def read() -> Attempt:
        try:
            return queries.attempt(
                attempt_uuid=uuid,
                user_id=user_id(request),
                course_slug=course,
                module_slug=module,
            )
        except queries.NoSuchAttempt as error:
            raise Http404 from error

    found = read()
    if found.submitted_at is None and timing.is_over(due_at=found.due_at, now=clock.now()):
        operations.hand_in_overdue(attempt_uuid=uuid)
        return read()
    return found


def _crumbs(outline: Outline, place: OutlineModule) -> list[dict[str, Any]]:
    course = f"/learn/{outline.slug}/"
    return [
        {"label": _("Learn"), "url": "/learn/"},
        {"label": outline.title, "url": course},
        {"label": place.title, "url": f"{course}{place.slug}/"},
    ]
