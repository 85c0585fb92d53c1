"""The pages of learners: catalogue, course, lesson and the files of a course."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalog import queries as catalog
from courses.catalog.models import LessonPage
from courses.catalog.outline import Outline
from courses.catalog.ranges import hand_out
from courses.learning import operations, put_aside, queries, screens
from courses.learning.places import (
    Place,
    Reader,
    accepted_in,
    find_lesson,
    find_module,
    learner_of,
    lets_in,
    neighbours,
    open_course,
    reader_of,
)
from courses.learning.progress import progress_of
from courses.learning.wording import wait_words

# Shown in the page; everything else is saved to disk by the browser.
SHOWN_TYPES: Final = {
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
# A file of a pack may look like a page, but never acts for the reader: no script, no origin.
SANDBOX: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """Show all courses and how far the reader is in each."""
    context = screens.catalogue(reader_of(request), catalog.outlines())
    return render(request, "courses/learning/learn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@lets_in
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show a course and what is left of it; POST starts it, or chooses one of the own tracks."""
    outline = open_course(request, course)
    reader = reader_of(request)
    if request.method == "POST" and "track" in request.POST:
        return _choose(request, outline, reader)
    if request.method == "POST":
        return _start(request, outline, reader)
    context = screens.course(reader, outline)
    return render(request, "courses/learning/course.html", context)


def _choose(request: HttpRequest, outline: Outline, reader: Reader) -> HttpResponse:
    person_id = learner_of(request, reader)
    if isinstance(person_id, HttpResponse):
        return person_id
    try:
        operations.choose_track(person_id=person_id, outline=outline, track=request.POST["track"])
    except operations.NoSuchTrack as error:
        raise BadRequest("This is none of your tracks.") from error
    return redirect(request.path)


def _start(request: HttpRequest, outline: Outline, reader: Reader) -> HttpResponse:
    person_id = learner_of(request, reader)
    if isinstance(person_id, HttpResponse):
        return person_id
    try:
        operations.enrol(person_id=person_id, course_key=outline.course_key)
    except operations.CourseRetired:
        messages.warning(request, _("This course takes nobody new."))
        return redirect(request.path)
    progress = queries.progress(person_id=person_id, course_key=outline.course_key)
    following = progress.next_item if progress else None
    return redirect(following.url if following else request.path)


@require_safe
@lets_in
def module(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Show what a module is; where it neither says nor claims anything, lead to its first thing."""
    outline = open_course(request, course)
    found = find_module(outline, module)
    page = catalog.module_page(key=found.key)
    if page is not None and (page.summary or found.hours):
        context = screens.module(reader_of(request), outline, found, page)
        return render(request, "courses/learning/module.html", context)
    if not found.lessons:
        return redirect("quiz", course=course, module=module)
    return redirect("lesson", course=course, module=module, lesson=found.lessons[0].slug)


@require_http_methods(["GET", "HEAD", "POST"])
@lets_in
def lesson(request: HttpRequest, course: str, module: str, lesson: str) -> HttpResponse:
    """Show a lesson; POST keeps an answer or marks the lesson as finished."""
    if request.method == "POST" and not request.user.is_authenticated:
        put_aside.keep(request)
    place = find_lesson(open_course(request, course), module, lesson)
    reader = reader_of(request)
    page = catalog.lesson_page(key=place.lesson.key)
    if page is None:
        raise Http404
    if request.method == "POST":
        person_id = learner_of(request, reader)
        if isinstance(person_id, HttpResponse):
            return person_id
        if "block" in request.POST:
            return _answer(request, place, page, reader, person_id)
        return _finish(request, place, page, reader, person_id)
    given = dict(request.GET.lists())
    typed = put_aside.kept(request, reader)
    if typed:
        messages.info(request, _("You were signed out before this was saved. Save it now."))
    context = screens.lesson(reader, place, page, given=given, typed=typed)
    return render(request, "courses/learning/lesson.html", context)


def _answer(
    request: HttpRequest, place: Place, page: LessonPage, reader: Reader, person_id: int
) -> HttpResponse:
    name = request.POST["block"]
    answers = accepted_in(page, name, request.POST.getlist(name))
    if answers is None:
        raise BadRequest("The lesson has no such block.")
    sequence = request.POST.get("sequence", "")
    try:
        operations.save_answers(
            person_id=person_id,
            lesson_key=place.lesson.key,
            block_id=name,
            answers=answers,
            # A page with its script counts what it sends; without it the form is the newest.
            sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 16 else None,
        )
    except operations.NoteTooLong:
        context = screens.lesson(reader, place, page, given={name: answers}, refused=name)
        return render(request, "courses/learning/lesson.html", context, status=422)
    put_aside.forget(request)
    return redirect(f"{request.path}#{name}-now")


def _finish(
    request: HttpRequest, place: Place, page: LessonPage, reader: Reader, person_id: int
) -> HttpResponse:
    try:
        finished = operations.finish_lesson(
            person_id=person_id,
            actor_id=reader.user_id,
            outline=place.outline,
            lesson_key=place.lesson.key,
            page_revision=page.live_revision_id,
        )
    except operations.LessonLocked as locked:
        words = {"title": place.lesson.title, "what": wait_words(locked.waits)}
        messages.warning(request, _("“%(title)s” is not finished yet. %(what)s") % words)
        return redirect(request.path)
    except operations.CourseRetired:
        messages.warning(
            request, _("This course is retired: you may read it, and nothing is recorded any more.")
        )
        return redirect(request.path)
    if finished.course_finished:
        messages.success(
            request,
            _("You finished %(title)s. It is on your record.") % {"title": place.outline.title},
        )
        return redirect("course", course=place.outline.slug)
    _before, after = neighbours(progress_of(place.outline, ()), place.lesson.subject)
    return redirect(after.url if after else f"/learn/{place.outline.slug}/")


@require_safe
@lets_in
def course_file(request: HttpRequest, course: str, name: str) -> HttpResponseBase:
    """Hand out a file of the published version. Only names in its list exist."""
    outline = open_course(request, course)
    stored = outline.files.get(name)
    if stored is None or not default_storage.exists(stored):
        raise Http404
    suffix = f".{name.rpartition('.')[2].lower()}"
    shown = SHOWN_TYPES.get(suffix)
    headers = {"Content-Security-Policy": SANDBOX} if suffix in (".html", ".svg") else {}
    return hand_out(
        request,
        stored,
        as_attachment=shown is None,
        filename=name.rpartition("/")[2],
        content_type=shown or "application/octet-stream",
        headers=headers,
    )
