"""Gather what a learner wrote in lessons, for that learner alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from courses.catalog import queries as catalog
from courses.catalog.models import LessonPage
from courses.catalog.rendering import answering, prose
from courses.learning import queries
from courses.learning.operations import MY_NOTES
from lms.kit import formats


@dataclass(frozen=True, slots=True)
class Entry:
    """One reflection or note. ``url`` is where it stands, "" where that is gone."""

    course: str
    lesson: str
    url: str
    title: str
    asked: str
    words: str
    saved_at: datetime


def entries(*, person_id: int, words: str = "") -> Iterator[Entry]:
    """Yield what a person wrote, the last first, in four statements; ``words`` filters.

    What was chosen in a check or a story is no writing, and is left out.
    """
    found = queries.written(person_id=person_id, words=words)
    outlines = catalog.outlines()
    places = {
        lesson.key: (outline.title, *outline.titles()[lesson.subject])
        for outline in outlines
        for _module, lesson in outline.lessons()
    }
    keys = {note.lesson_key for note in found}
    pages = {page.key: page for page in LessonPage.objects.filter(key__in=keys).order_by("pk")}
    for note in found:
        page = pages.get(note.lesson_key)
        kind, value = _block(page, note.block_id)
        if kind in ("reflection", ""):
            course, lesson, url = places.get(
                note.lesson_key, ("", page.title if page else note.lesson_key, "")
            )
            yield Entry(
                course=course,
                lesson=lesson,
                url=f"{url}#{note.block_id}" if url else "",
                title=value.get("title", ""),
                asked=strip_tags(prose(value["prompt"])).strip() if "prompt" in value else "",
                words="\n".join(note.answers),
                saved_at=note.saved_at,
            )


def _block(page: LessonPage | None, block_id: str) -> tuple[str, Any]:
    """Return the kind of a block and its value; "" where the lesson no longer has it."""
    if block_id == MY_NOTES or page is None:
        return "", {"title": _("My notes")} if block_id == MY_NOTES else {}
    return answering(page.body).get(block_id, ("", {}))


def by_course(rows: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return entries in groups, by course and lesson; what was written last comes first."""
    groups: dict[str, dict[str, list[Entry]]] = {}
    for row in rows:
        groups.setdefault(row.course, {}).setdefault(row.lesson, []).append(row)
    return [
        {
            "title": course or _("Lessons that are no longer published"),
            "lessons": [
                {"title": title, "url": found[0].url.partition("#")[0], "entries": found}
                for title, found in lessons.items()
            ],
        }
        for course, lessons in groups.items()
    ]


def as_text(rows: Sequence[Entry]) -> str:
    """Return entries as plain text that any program reads."""
    parts = []
    for row in rows:
        head = " · ".join(filter(None, (row.course, row.lesson, row.title)))
        lines = [head, formats.moment(row.saved_at), row.asked, "", row.words]
        parts.append("\n".join(line for line in lines if line or line == ""))
    return "\n\n----\n\n".join(parts) + "\n" if parts else ""
