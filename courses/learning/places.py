"""Find what an address means: the course, who reads it, and what stands before and after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from courses.catalog.models import CourseAccess, LessonPage
from courses.catalog.outline import Outline, OutlineLesson, OutlineModule
from courses.catalog.queries import former_address, outline_at
from courses.catalog.rendering import accepted, answering
from courses.learning.operations import MY_NOTES
from courses.learning.progress import Item, Progress
from lms.public import Ability, authority, can

View = Callable[..., HttpResponseBase]


class SignInFirst(Exception):
    """Only who signs in may read the course; ``response`` leads there and back."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__()


def lets_in(view: View) -> View:
    """Lead who must sign in first to the sign-in page and back."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SignInFirst as first:
            return first.response
        except Http404:
            # Editors may change the address of a page; the old one goes on leading there.
            moved = former_address(
                slug=kwargs.get("course", ""),
                module=kwargs.get("module", ""),
                lesson=kwargs.get("lesson", ""),
            )
            if moved is None or moved == request.path or request.method == "POST":
                raise
            return redirect(moved)

    return checked


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: nobody known, an account without a learner's record, or a learner.

    ``teaches``: may see facilitator guides and rubrics on paper.
    """

    user_id: int | None
    person_id: int | None
    teaches: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson within the outline of its course."""

    outline: Outline
    module: OutlineModule
    lesson: OutlineLesson


def reader_of(request: HttpRequest) -> Reader:
    """Return who reads."""
    held = authority(request)
    if held is None:
        return Reader(None, None)
    teaches = can(user_id=held.user_id, ability=Ability.SEE_TRAINER_MATERIALS, held=held)
    return Reader(held.user_id, held.person_id, teaches)


def learner_of(request: HttpRequest, reader: Reader) -> int | HttpResponse:
    """Return who earns, or the way to sign in.

    Raises:
        PermissionDenied: the account belongs to no learner, so that nothing can be kept.
    """
    if reader.user_id is None:
        return redirect_to_login(request.path)
    if reader.person_id is None:
        raise PermissionDenied
    return reader.person_id


def accepted_in(page: LessonPage, name: str, given: Sequence[str]) -> list[str] | None:
    """Return what of an answer a block of a lesson keeps, or None where there is no such block.

    Every lesson has room for notes of one's own.
    """
    block = answering(page.body).get(name)
    if block is not None:
        return accepted(*block, given)
    return [text.strip() for text in given[-1:]] if name == MY_NOTES else None


def open_course(request: HttpRequest, slug: str) -> Outline:
    """Return a published course that this reader may read.

    Raises:
        Http404: there is no such published course.
        SignInFirst: the course is for who signs in.
    """
    outline = outline_at(slug=slug)
    if outline is None:
        raise Http404
    if outline.access != CourseAccess.PUBLIC and not request.user.is_authenticated:
        raise SignInFirst(redirect_to_login(request.get_full_path()))
    return outline


def find_module(outline: Outline, slug: str) -> OutlineModule:
    """Return a module by its address.

    Raises:
        Http404: the published version has no such module.
    """
    module = outline.module(slug)
    if module is None:
        raise Http404
    return module


def find_lesson(outline: Outline, module_slug: str, slug: str) -> Place:
    """Return a lesson by its address.

    Raises:
        Http404: the published version has no such lesson.
    """
    module = find_module(outline, module_slug)
    lesson = next((each for each in module.lessons if each.slug == slug), None)
    if lesson is None:
        raise Http404
    return Place(outline, module, lesson)


def neighbours(progress: Progress, subject: str) -> tuple[Item | None, Item | None]:
    """Return what stands before and after an item, the practice with a coach left out."""
    items = [item for item in progress.items if item.url]
    here = next(number for number, item in enumerate(items) if item.subject == subject)
    before = items[here - 1] if here else None
    after = items[here + 1] if here + 1 < len(items) else None
    return before, after
