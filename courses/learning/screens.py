"""Make the finished rows that the templates of learners draw; no query runs after this."""

import json
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
from courses.catalog.queries import local_rules, recordings
from courses.catalog.rendering import parts_of, prose, recording_ids, rule_keys
from courses.learning import queries
from courses.learning.models import HoursType
from courses.learning.operations import MY_NOTES
from courses.learning.places import Place, Reader, neighbours
from courses.learning.progress import LESSON, Item, Progress, progress_of, subjects_of
from courses.learning.records import EvidenceRecord, Note
from courses.learning.wording import progress_words, resume_words, wait_words
from courses.seat_time.tickets import page_study
from lms.kit import formats

Context = dict[str, Any]


def catalogue(reader: Reader, outlines: Sequence[Outline]) -> Context:
    """Return the courses with the reader's progress."""
    subjects = [subject for outline in outlines for subject in subjects_of(outline)]
    evidence = _evidence(reader, subjects)
    parts = [queries.taken_by(outline, person_id=reader.person_id) for outline in outlines]
    rows = [
        (outline, progress_of(part.outline, evidence))
        for outline, part in zip(outlines, parts, strict=True)
    ]
    return {
        "resume": _resume(reader, [progress for _outline, progress in rows]),
        "courses": [
            {
                "outline": outline,
                "progress": progress,
                "words": progress_words(progress=progress)
                if progress.started or progress.asks
                else "",
                "lessons": sum(len(module.lessons) for module in outline.modules),
            }
            for outline, progress in rows
            # A retired course is for those on the way, and for who has a record of it.
            if outline.closes_on is None or progress.started or progress.asks
        ],
        "reader": reader,
    }


def course(reader: Reader, outline: Outline) -> Context:
    """Return a course with the state of every item."""
    evidence = _evidence(reader, subjects_of(outline))
    taken = queries.taken_by(outline, person_id=reader.person_id)
    progress = progress_of(taken.outline, evidence)
    here = progress.next_item or next(iter(progress.items), None)
    mine = {module.key for module in taken.outline.modules}
    modules = [
        {
            "module": module,
            "number": number,
            "items": _rows(progress, module, reader),
            "state": _module_words(module, progress),
            "why": _why(progress, module, reader),
            "hours": sum(module.hours.values()) if module.hours else None,
            "open": here is not None and here.module == module.slug,
        }
        for number, module in enumerate(outline.modules, start=1)
        if module.key in mine
    ]
    return {
        "outline": outline,
        "reader": reader,
        "progress": progress,
        "resume": _resume(reader, [progress]),
        "words": progress_words(progress=progress),
        # Where modules claim hours, the sum of what they claim says more than the minutes.
        "hours": progress.hours_total or None,
        "modules": modules,
        "others": [module for module in outline.modules if module.key not in mine],
        "tracks": taken.fits if len(taken.fits) > 1 else (),
        "track": taken.chosen,
        "track_titles": ", ".join(track.title for track in taken.fits),
        "next": progress.next_item,
        "first": next(iter(progress.items), None),
        "facts": _facts(outline),
    }


def _rows(
    progress: Progress, module: OutlineModule, reader: Reader, here: Item | None = None
) -> list[Context]:
    """Return the items of a module with their state: done, now, next, locked or to_do."""
    following = progress.next_item if reader.person_id is not None else None
    return [
        {"item": item, "state": _state(item, here=here, following=following, reader=reader)}
        for item in progress.items
        if item.module == module.slug
    ]


def _state(item: Item, *, here: Item | None, following: Item | None, reader: Reader) -> str:
    if here is not None and item.subject == here.subject:
        return "now"
    if item.done:
        return "done"
    if item.locked and reader.person_id is not None:
        return "locked"
    if following is not None and item.subject == following.subject:
        return "next"
    return "to_do"


def _why(progress: Progress, module: OutlineModule, reader: Reader) -> str:
    """Return what must be done before a module opens to this reader, in words."""
    if not module.after:
        return ""
    items = [item for item in progress.items if item.module == module.slug and item.locked]
    return wait_words(items[0].waits) if items and reader.person_id is not None else ""


def _resume(reader: Reader, progresses: Sequence[Progress]) -> Context | None:
    """Return where this reader goes on: words and address."""
    if reader.person_id is None:
        return None
    found = queries.resume(person_id=reader.person_id, progresses=progresses)
    if found is None:
        return None
    return {"words": resume_words(resume=found), "url": found.url, "course": found.course_title}


def module(reader: Reader, outline: Outline, place: OutlineModule, page: ModulePage) -> Context:
    """Return a module: what it is, its hours by type, the state of each item, its files."""
    progress = _progress(reader, outline, place)
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
        "items": _rows(progress, place, reader),
        "state": _module_words(place, progress),
        "words": progress_words(progress=progress) if progress.started or progress.asks else "",
        "why": _why(progress, place, reader),
        "next": next((each for each in items if each.url and not each.done), None),
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
    typed: Mapping[str, list[str]] | None = None,
) -> Context:
    """Return a lesson with the reader's answers.

    A learner's answers come from the notes; anybody else's are ``given`` in the address. A
    ``refused`` answer is shown again as it was given, and so is what was ``typed`` before the
    session ended.
    """
    saves = reader.person_id is not None
    answers: dict[str, Sequence[str]] = dict(given)
    saved_at: datetime | None = None
    notes: list[Note] = []
    if reader.person_id is not None:
        notes = queries.notes(person_id=reader.person_id, lesson_key=place.lesson.key)
        kept = {note.block_id: note.answers for note in notes}
        answers = kept | {refused: given[refused]} if refused else kept | dict(typed or {})
        saved_at = max((note.saved_at for note in notes), default=None)
    progress = _progress(reader, place.outline, place.module)
    files = reverse("course_file", args=[place.outline.slug, "name"]).removesuffix("name")
    # Only lessons with a place for state law ask for it.
    rules = local_rules(keys=rule_keys(page.body))
    parts = parts_of(
        page.body,
        answers=answers,
        files_url=files,
        saves=saves,
        refused=refused,
        rules=rules,
        recordings=recordings(wanted=recording_ids(page.body)),
    )
    return (
        _lesson_frame(place, progress, reader)
        | {"reader": reader, "lesson": page, "parts": parts}
        | {"saved": formats.clock_time(saved_at) if saved_at else ""}
        | {"study": _study(reader, place), "own": "".join(answers.get(MY_NOTES, ()))}
        | {"kept": _kept(place, notes) if saves else None, "refused": refused == MY_NOTES}
    )


def _kept(place: Place, notes: Iterable[Note]) -> str:
    """Return what the page's script needs to keep notes, the place and what it could not send."""
    known = {
        "lesson": place.lesson.key,
        "course": place.outline.course_key,
        "label": place.outline.label,
        "sequences": {note.block_id: note.sequence for note in notes},
    }
    return json.dumps(known)


def _progress(reader: Reader, outline: Outline, module: OutlineModule) -> Progress:
    """Return a reader's progress in their part of a course.

    In all of it where they look at a module outside of that part.
    """
    evidence = _evidence(reader, subjects_of(outline))
    taken = queries.taken_by(outline, person_id=reader.person_id).outline
    return progress_of(taken if taken.module(module.slug) else outline, evidence)


def _study(reader: Reader, place: Place) -> dict[str, str] | None:
    """Return what the page measures its time with."""
    return page_study(
        person_id=reader.person_id,
        course_key=place.outline.course_key,
        subject=place.lesson.subject,
        revision=place.outline.label,
    )


def _lesson_frame(place: Place, progress: Progress, reader: Reader) -> Context:
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
        "items": [
            {
                "label": row["item"].title,
                "url": row["item"].url,
                "state": row["state"],
                "minutes": row["item"].minutes,
            }
            for row in _rows(progress, place.module, reader, here)
            if row["item"].url
        ],
        "words": progress_words(progress=progress) if reader.person_id is not None else "",
        "why": _why(progress, place.module, reader) if not here.done else "",
        "first": here.waits[0].first[0] if here.waits else None,
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
