"""Make the finished rows that the templates of learners draw; no query runs after this."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalog.models import CourseAccess, LessonPage, ModulePage
from courses.catalog.outline import Outline, OutlineModule
from courses.catalog.queries import local_rules
from courses.catalog.rendering import parts_of, prose, rule_keys
from courses.learning import queries
from courses.learning.models import HoursType
from courses.learning.places import Place, Reader, neighbours
from courses.learning.progress import LESSON, Item, Progress, progress_of, subjects_of
from courses.learning.records import EvidenceRecord
from courses.learning.wording import progress_words
from courses.seat_time.tickets import page_study
from lms.kit import formats

Context = dict[str, Any]


def catalogue(reader: Reader, outlines: Sequence[Outline]) -> Context:
    """Return the courses with the reader's progress."""
    subjects = [subject for outline in outlines for subject in subjects_of(outline)]
    evidence = _evidence(reader, subjects)
    rows = [(outline, progress_of(outline, evidence)) for outline in outlines]
    return {
        "courses": [
            {
                "outline": outline,
                "progress": progress,
                "words": progress_words(progress=progress) if progress.started else "",
                "lessons": sum(len(module.lessons) for module in outline.modules),
            }
            for outline, progress in rows
        ],
        "reader": reader,
    }


def course(reader: Reader, outline: Outline) -> Context:
    """Return a course with the state of every item."""
    progress = progress_of(outline, _evidence(reader, subjects_of(outline)))
    here = progress.next_item or next(iter(progress.items), None)
    return {
        "outline": outline,
        "reader": reader,
        "progress": progress,
        "words": progress_words(progress=progress),
        # Where modules claim hours, the sum of what they claim says more than the minutes.
        "hours": sum(outline.hours.values()) if any(m.hours for m in outline.modules) else None,
        "modules": [
            {
                "module": module,
                "items": [item for item in progress.items if item.module == module.slug],
                "state": _module_words(module, progress),
                "hours": sum(module.hours.values()) if module.hours else None,
                "open": here is not None and here.module == module.slug,
            }
            for module in outline.modules
        ],
        "next": progress.next_item,
        "first": next(iter(progress.items), None),
        "facts": _facts(outline),
    }


def module(reader: Reader, outline: Outline, place: OutlineModule, page: ModulePage) -> Context:
    """Return a module: what it is, its hours by type, the state of each item, its files."""
    progress = progress_of(outline, _evidence(reader, subjects_of(outline)))
    items = [item for item in progress.items if item.module == place.slug]
    kinds = dict(HoursType.choices)
    files = reverse("course_file", args=[outline.slug, "name"]).removesuffix("name")
    hours = [
        (str(kinds[HoursType(kind)]), formats.hours(number))
        for kind, number in place.hours.items()
        if number
    ]
    return {
        "outline": outline,
        "module": place,
        "reader": reader,
        "progress": progress,
        "number": outline.number_of(place),
        # On a phone "intellectual/developmental" breaks at its slash.
        "heading": format_html_join(
            SafeString("/<wbr>"), "{}", ((words,) for words in place.title.split("/"))
        ),
        "summary": prose(page.summary),
        "objectives": [words for _id, words in place.objectives],
        "items": items,
        "state": _module_words(place, progress),
        "next": next((item for item in items if item.url and not item.done), None),
        "first": next((item for item in items if item.url), None),
        "downloads": [
            {**each, "url": files + each["file"], "meta": each["file"].rpartition(".")[2].upper()}
            for each in page.downloads
        ],
        "facts": hours,
        "crumbs": [
            {"label": _("Learn"), "url": reverse("learn")},
            {"label": outline.title, "url": progress.url},
        ],
    }


def _facts(outline: Outline) -> list[tuple[str, str]]:
    """Return what a course is in a few lines: hours by type, who may read, review, version."""
    kinds = dict(HoursType.choices)
    rows = [
        (str(kinds[kind]), formats.hours(hours)) for kind, hours in outline.hours.items() if hours
    ]
    public = outline.access == CourseAccess.PUBLIC
    rows.append((_("Who may read"), _("Everyone") if public else _("Who signs in")))
    reviewed = outline.reviewed_by or _("Review pending")
    return [*rows, (_("Clinical review"), reviewed), (_("Version"), outline.label)]


def lesson(
    reader: Reader,
    place: Place,
    page: LessonPage,
    *,
    given: Mapping[str, list[str]],
    refused: str = "",
) -> Context:
    """Return a lesson with the reader's answers.

    A learner's answers come from the notes; anybody else's are ``given`` in the address. A
    ``refused`` answer is shown again as it was given.
    """
    saves = reader.person_id is not None
    answers: dict[str, Sequence[str]] = dict(given)
    saved_at: datetime | None = None
    if reader.person_id is not None:
        notes = queries.notes(person_id=reader.person_id, lesson_key=place.lesson.key)
        kept = {note.block_id: note.answers for note in notes}
        answers = kept | {refused: given[refused]} if refused else dict(kept)
        saved_at = max((note.saved_at for note in notes), default=None)
    progress = progress_of(place.outline, _evidence(reader, subjects_of(place.outline)))
    files = reverse("course_file", args=[place.outline.slug, "name"]).removesuffix("name")
    # Only lessons with a place for state law ask for it.
    rules = local_rules(keys=rule_keys(page.body))
    parts = parts_of(
        page.body, answers=answers, files_url=files, saves=saves, refused=refused, rules=rules
    )
    return (
        _lesson_frame(place, progress)
        | {"reader": reader, "lesson": page, "parts": parts}
        | {"saved": formats.clock_time(saved_at) if saved_at else "", "study": _study(reader, place)}
    )


def _study(reader: Reader, place: Place) -> dict[str, str] | None:
    """Return what the page measures its time with."""
    return page_study(
        person_id=reader.person_id,
        course_key=place.outline.course_key,
        subject=place.lesson.subject,
        revision=place.outline.label,
    )


def _lesson_frame(place: Place, progress: Progress) -> Context:
    """Return what stands around the words: outline, numbers, what comes before and after."""
    items = [item for item in progress.items if item.module == place.module.slug and item.url]
    here = next(item for item in items if item.subject == place.lesson.subject)
    before, after = neighbours(progress, here.subject)
    done = sum(item.done for item in items)
    left = sum(item.minutes for item in items if not item.done)
    return {
        "outline": place.outline,
        "module": place.module,
        "module_number": place.outline.number_of(place.module),
        "item": here,
        "items": [_outline_row(item, here) for item in items],
        "number": items.index(here) + 1,
        "count": len(items),
        "done_words": _("%(done)s done, %(left)s to go")
        % {"done": done, "left": len(items) - done},
        "objectives": _objectives(place),
        "previous": before,
        "next": after,
        "next_label": _next_label(after),
        "left": _("about %(minutes)s left in this unit") % {"minutes": formats.minutes(left)}
        if left
        else _("This unit is done"),
        **_way_up(place, progress),
    }


def _way_up(place: Place, progress: Progress) -> Context:
    """Return what the breadcrumbs say; only modules with hours have a page of their own."""
    course, module = {"label": place.outline.title, "url": progress.url}, place.module
    if not module.hours:
        return {"crumbs": [course], "here": module.title}
    url = f"{progress.url}{module.slug}/"
    crumbs = [course, {"label": module.title, "url": url}]
    return {"crumbs": crumbs, "here": place.lesson.title}


def _outline_row(item: Item, here: Item) -> Context:
    state = "now" if item is here else "done" if item.done else "to_do"
    return {"label": item.title, "url": item.url, "state": state, "minutes": item.minutes}


def _next_label(after: Item | None) -> str:
    if after is None:
        return _("Back to the course")
    return _("Next lesson") if after.kind == LESSON else _("Go to the check")


def _objectives(place: Place) -> list[str]:
    """Return what this lesson teaches, of what its module teaches."""
    known = dict(place.module.objectives)
    return [known[name] for name in place.lesson.objectives if name in known]


def _module_words(module: OutlineModule, progress: Progress) -> str:
    items = [item for item in progress.items if item.module == module.slug and not item.optional]
    left = sum(not item.done for item in items)
    if not left:
        return _("done")
    if left == len(items):
        return ""
    return ngettext("%(left)s item left", "%(left)s items left", left) % {"left": left}


def _evidence(reader: Reader, subjects: Iterable[str]) -> list[EvidenceRecord]:
    if reader.person_id is None:
        return []
    return queries.evidence_about(person_id=reader.person_id, subjects=list(subjects))
