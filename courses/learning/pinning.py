"""List what a device fetches so that a module can be read without a connection."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from django.core.files.storage import default_storage
from django.templatetags.static import static
from django.urls import reverse
from wagtail.blocks import StreamValue

from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.rendering import FILES
from courses.learning import queries

SHELL: Final = (
    "css/mrss.css", "img/mark.svg", "img/sprite.svg", "js/mrss.js", "js/lesson.js",
    "js/session.js", "js/offline.js", "js/kept.js", "js/active.js",
    "fonts/public-sans-latin-wght-normal.woff2",
)  # fmt: skip
"""What every page of the site is drawn with."""
FRAME_BYTES: Final = 14_000
"""About what stands around the words of a lesson: header, outline, bar, footer."""


def module(outline: Outline, place: OutlineModule) -> dict[str, Any]:
    """Return title, version, addresses and bytes of a module; statements do not grow with it.

    ``bytes`` is what files weigh and, about, what pages do. The version changes when any page or
    file does. A graded quiz is not among them: it needs a connection.
    """
    pages = queries.lesson_pages(keys=[lesson.key for lesson in place.lessons])
    files = {name for page in pages.values() for name in _files(page.body, outline.files)}
    stored = {name: outline.files[name] for name in sorted(files) if name in outline.files}
    there = {name: where for name, where in stored.items() if default_storage.exists(where)}
    course = reverse("course", args=[outline.slug])
    lessons = [
        reverse("lesson", args=[outline.slug, place.slug, lesson.slug])
        for lesson in place.lessons
        if lesson.key in pages
    ]
    of_module = [f"{course}{place.slug}/"] if place.hours else []
    words = sum(
        FRAME_BYTES + len(json.dumps(page.body.get_prep_value())) for page in pages.values()
    )
    media = sum(default_storage.size(where) for where in there.values())
    revisions = [(key, page.live_revision_id) for key, page in sorted(pages.items())]
    version = json.dumps([outline.label, revisions, sorted(there.values())])
    return {
        "title": place.title,
        "course": outline.title,
        "version": hashlib.sha256(version.encode()).hexdigest()[:16],
        "pages": [*of_module, *lessons],
        "titles": [lesson.title for lesson in place.lessons if lesson.key in pages],
        "lessons": lessons,
        "files": [reverse("course_file", args=[outline.slug, name]) for name in there],
        "shell": [reverse("offline"), *(static(name) for name in SHELL)],
        "bytes": words + media,
    }


def _files(body: StreamValue, known: Iterable[str]) -> list[str]:
    """Return the names of the files that a lesson shows or hands out."""
    found = []
    for block in body:
        if block.block_type in FILES:
            names = (block.value.get(name) for name in ("src", "captions", "file"))
            found += [name for name in names if name]
        elif block.block_type == "recording":
            begins = f"recordings/{block.value['recording']}."
            found += [name for name in known if name.startswith(begins)]
    return found
