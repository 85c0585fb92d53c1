"""Take in what a device kept for a learner: notes, answers, places and finished lessons, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.catalog import queries as catalog
from courses.catalog.models import LessonPage
from courses.catalog.outline import Outline
from courses.learning import operations
from courses.learning.places import Reader, accepted_in, reader_of
from courses.learning.wording import wait_words
from lms.kit import clock
from lms.kit.formats import clock_time
from lms.kit.problems import problem_response
from lms.public import device_name

MOST_ITEMS: Final = 200
"""How many things one request may bring; a device sends the rest after it."""


class NotTaken(Exception):
    """One thing cannot be kept, now or later; the words say why."""


@dataclass(slots=True)
class Tray:
    """What one request needs of courses and lessons, each read once."""

    outlines: dict[str, Outline]
    pages: dict[str, LessonPage | None]

    def outline(self, key: str) -> Outline:
        """Return a published course.

        Raises:
            NotTaken: there is none.
        """
        if key not in self.outlines:
            found = catalog.outline(course_key=key)
            if found is None:
                raise NotTaken(_("The course is no longer there."))
            self.outlines[key] = found
        return self.outlines[key]

    def page(self, outline: Outline, key: str) -> LessonPage:
        """Return a published lesson of a course.

        Raises:
            NotTaken: there is none.
        """
        if key not in self.pages:
            known = any(lesson.key == key for _module, lesson in outline.lessons())
            self.pages[key] = catalog.lesson_page(key=key) if known else None
        page = self.pages[key]
        if page is None:
            raise NotTaken(_("The lesson is no longer there."))
        return page


@never_cache
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Keep a list of things that one learner's device brings; each is answered for itself.

    The body is {"who", "items": [{"id", "kind": note|place|finish, "course", "lesson", ...}]}. What
    is told twice is kept once, and what is older than what is known changes nothing. ``who`` names
    the account that wrote it: what another account left on the device is not taken.
    """
    reader = reader_of(request)
    if reader.person_id is None or reader.user_id is None:
        return problem_response(403, detail=_("This account has no learner’s record."))
    try:
        body = json.loads(request.body)
        who, items = body["who"], body["items"]
        ids = [str(item["id"]) for item in items]
    except (ValueError, TypeError, KeyError, RecursionError, RequestDataTooBig):
        return problem_response(400, detail=_("This cannot be read."))
    if who != device_name(user_id=reader.user_id):
        return problem_response(409, detail=_("Somebody else is signed in on this device now."))
    if len(items) > MOST_ITEMS:
        return problem_response(413, detail=_("These are too many at once."))
    tray, kept, refused = Tray({}, {}), [], []
    answer: dict[str, Any] = {}
    for name, item in zip(ids, items, strict=True):
        try:
            answer |= _take(request, reader, reader.person_id, tray, item)
            kept.append(name)
        except NotTaken as error:
            refused.append({"id": name, "detail": str(error)})
        except (KeyError, TypeError, ValueError, OverflowError):
            # OverflowError: JSON as Python reads it knows an infinite number.
            refused.append({"id": name, "detail": _("This cannot be read.")})
    now = clock.now()
    stamp = {"time": clock_time(now), "now": int(now.timestamp() * 1000)}
    return JsonResponse({"kept": kept, "refused": refused} | stamp | answer)


def _take(
    request: HttpRequest, reader: Reader, person_id: int, tray: Tray, item: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep one thing; return what the device should know beside that."""
    outline = tray.outline(_text(item["course"]))
    page = tray.page(outline, _text(item["lesson"]))
    if item["kind"] == "note":
        _note(person_id, page, item)
    elif item["kind"] == "place":
        operations.save_stop(
            person_id=person_id,
            course_key=outline.course_key,
            lesson_key=page.key,
            anchor=str(item["anchor"]),
            percent=int(item["percent"]),
            sequence=_sequence(item),
        )
    elif item["kind"] == "finish":
        return _finish(request, reader, person_id, outline, page, item)
    else:
        raise NotTaken(_("This cannot be read."))
    return {}


def _note(person_id: int, page: LessonPage, item: Mapping[str, Any]) -> None:
    given = item["answers"]
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise TypeError
    block = str(item["block"])
    answers = accepted_in(page, block, [_text(each) for each in given])
    if answers is None:
        raise NotTaken(_("The lesson no longer asks this."))
    try:
        operations.save_answers(
            person_id=person_id,
            lesson_key=page.key,
            block_id=block,
            answers=answers,
            sequence=_sequence(item),
        )
    except operations.NoteTooLong as error:
        raise NotTaken(
            _("This is longer than 5,000 characters, so it is not saved yet.")
        ) from error


def _finish(
    request: HttpRequest,
    reader: Reader,
    person_id: int,
    outline: Outline,
    page: LessonPage,
    item: Mapping[str, Any],
) -> dict[str, Any]:
    try:
        finished = operations.finish_lesson(
            person_id=person_id,
            actor_id=reader.user_id,
            outline=outline,
            lesson_key=page.key,
            page_revision=page.live_revision_id,
            # What the device says is told beside the fact; the server's clock dates it.
            told_detail={
                "read_version": _text(item.get("label", ""))[:20],
                "told_later_by": max(0, min(int(item.get("age", 0)) // 1000, 10**8)),
            },
        )
    except operations.CourseRetired as error:
        raise NotTaken(_("This course is retired: nothing is recorded any more.")) from error
    except operations.LessonLocked as locked:
        raise NotTaken(wait_words(locked.waits)) from locked
    if not finished.course_finished:
        return {}
    words = _("You finished %(title)s. It is on your record.") % {"title": outline.title}
    messages.success(request, words)
    return {"finished": reverse("course", args=[outline.slug])}


def _text(value: Any) -> str:
    """Return a text as databases and pages can hold it: no NUL, no half of a sign."""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()


def _sequence(item: Mapping[str, Any]) -> int:
    number = item["sequence"]
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 10**15:
        raise ValueError
    return number
