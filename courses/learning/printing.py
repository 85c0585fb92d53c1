"""Make the worksheet of a whole module: the words of its lessons, and the learner's answers."""

import re
from dataclasses import replace
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString

from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.queries import local_rules, recordings
from courses.catalog.rendering import Part, parts_of, recording_ids, rule_keys
from courses.learning import queries
from courses.learning.places import Reader

_NAMES: Final = re.compile(r' id="h[.-][^"]*"')


def module(reader: Reader, outline: Outline, place: OutlineModule) -> dict[str, Any]:
    """Return the lessons of a module with their parts; the statements do not grow with them."""
    keys = [lesson.key for lesson in place.lessons]
    pages = queries.lesson_pages(keys=keys)
    answers: dict[str, dict[str, Any]] = {}
    if reader.person_id is not None:
        for note in queries.notes_of(person_id=reader.person_id, lesson_keys=keys):
            answers.setdefault(note.lesson_key, {})[note.block_id] = note.answers
    rules = local_rules(keys=[key for page in pages.values() for key in rule_keys(page.body)])
    files = reverse("course_file", args=[outline.slug, "name"]).removesuffix("name")
    lessons = []
    for number, lesson in enumerate(place.lessons, start=1):
        page = pages.get(lesson.key)
        if page is not None:
            known = answers.get(lesson.key, {})
            parts = parts_of(
                page.body,
                answers=known,
                files_url=files,
                saves=True,
                rules=rules,
                recordings=recordings(wanted=recording_ids(page.body)),
            )
            lessons.append({"page": page, "parts": [_apart(number, part) for part in parts]})
    return {
        "outline": outline,
        "module": place,
        "number": outline.number_of(place),
        "lessons": lessons,
        "crumbs": [
            {"label": outline.title, "url": reverse("course", args=[outline.slug])},
            {"label": place.title, "url": reverse("module", args=[outline.slug, place.slug])},
        ],
    }


def _apart(number: int, part: Part) -> Part:
    """Return a part whose names are its own on a page with several lessons; it saves nothing."""
    values = dict(part.values)
    if "id" in values:
        values |= {"id": f"{number}-{values['id']}", "saves": False, "hidden": (), "paper": True}
    if "html" in values:
        values["html"] = SafeString(_NAMES.sub("", values["html"]))
    return replace(part, values=values)
