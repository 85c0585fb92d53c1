"""A learner's own reflections and notes: to read, search, print and take along."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.learning import notebook
from courses.learning.places import reader_of
from lms.kit import formats
from lms.kit.tables import Column, csv_response

COLUMNS: tuple[Column, ...] = (
    ("course", lambda row: row.course),
    ("lesson", lambda row: row.lesson),
    ("title", lambda row: row.title),
    ("asked", lambda row: row.asked),
    ("words", lambda row: row.words),
    ("saved", lambda row: formats.moment(row.saved_at)),
)


@never_cache
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """List everything that the learner wrote in lessons."""
    words = request.GET.get("q", "")[:200]
    rows = _mine(request, words)
    context: dict[str, Any] = {"courses": notebook.by_course(rows), "words": words, "rows": rows}
    return render(request, "courses/learning/notes.html", context)


@never_cache
@require_safe
def notes_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out what the learner wrote as CSV."""
    return csv_response("my-notes", COLUMNS, _mine(request))


@never_cache
@require_safe
def notes_text(request: HttpRequest) -> HttpResponse:
    """Hand out what the learner wrote as plain text."""
    return HttpResponse(
        notebook.as_text(_mine(request)),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="my-notes.txt"'},
    )


def _mine(request: HttpRequest, words: str = "") -> list[notebook.Entry]:
    """Return the entries of who is signed in, and of nobody else.

    Raises:
        PermissionDenied: the account belongs to no learner.
    """
    person_id = reader_of(request).person_id
    if person_id is None:
        raise PermissionDenied
    return list(notebook.entries(person_id=person_id, words=words))
