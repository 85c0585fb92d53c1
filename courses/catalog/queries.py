"""Find courses by address and key, with their published outline."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.db import connection

from courses.catalog.models import (
    CourseMedia,
    CourseRetirement,
    CourseVersion,
    HoursBasis,
    LessonPage,
    LocalRule,
    ModulePage,
)
from courses.catalog.outline import Outline, read_outline
from lms.public import today

K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """What was read of rows that never change; the oldest goes when there are too many."""

    def __init__(self, *, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: K, value: V) -> None:
        """Keep one more."""
        # A copy of the keys: other threads keep things at the same time.
        for oldest in list(self)[: max(0, len(self) - self.most + 1)]:
            self.pop(oldest, None)
        super().__setitem__(key, value)


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version of a course as operators see it."""

    course_key: str
    label: str
    state: str
    digest: str


def outline(*, course_key: str) -> Outline | None:
    """Return the published outline of a course, or None where there is none."""
    return next(iter(_published("c.key = %s", course_key)), None)


def outline_at(*, slug: str) -> Outline | None:
    """Return the published outline of the course with this address, or None."""
    return next(iter(_published("p.slug = %s", slug)), None)


def outlines() -> list[Outline]:
    """Return the published outlines of all courses, by title."""
    return _published("%s = ''", "")


def outline_of(*, subject: str) -> Outline | None:
    """Return the published outline of the course that an evidence key belongs to, or None."""
    return next((each for each in outlines() if subject in each.titles()), None)


def lesson_page(*, key: str) -> LessonPage | None:
    """Return a published lesson, with its body read. Do not change it: others read it too."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVE_LESSON, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    page = _pages.get(row)
    if page is None:
        page = LessonPage.objects.get(pk=row[0])
        page.review = _review(row[3:])
        if not any(block.block_type in ("image", "download") for block in page.body):
            _pages[row] = page
    return page


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviewed the words of a lesson as a clinician, when, and until when that holds."""

    name: str
    qualification: str
    reviewed_on: date
    review_due: date


def _review(row: tuple[Any, ...]) -> Review | None:
    pk, name, qualification, reviewed_on, due = row
    return None if pk is None else Review(name, qualification, _date(reviewed_on), _date(due))


def _date(value: Any) -> date:
    """Return a date of a statement of ours, which SQLite gives as words."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def module_page(*, key: str) -> ModulePage | None:
    """Return a published module page, or None."""
    return ModulePage.objects.filter(key=key, live=True).first()


def recordings(*, wanted: Collection[str]) -> dict[str, CourseMedia]:
    """Return the recordings with these ids; no statement where there are none."""
    rows = CourseMedia.objects.filter(uuid__in=wanted) if wanted else ()
    return {str(row.uuid): row for row in rows}


def retired(*, course_key: str) -> bool:
    """Tell whether a course takes nobody new."""
    rows = CourseRetirement.objects.filter(course_key=course_key).order_by("-pk")
    return rows.values_list("closes_on", flat=True).first() is not None


def former_address(*, slug: str, module: str, lesson: str = "") -> str | None:
    """Return where a page of a published course is now that had this address in a version before.

    An editor may change the address of a page; bookmarks and printed codes go on leading there.
    """
    now = outline_at(slug=slug)
    if now is None:
        return None
    here = {each.key: each for each in now.modules}
    taught = {part.key: (unit, part) for unit, part in now.lessons()}
    rows = CourseVersion.objects.filter(course_key=now.course_key).order_by("-pk")
    for outline in rows.values_list("outline", flat=True):
        for old in outline["modules"]:
            if old["slug"] != module:
                continue
            found = next((each for each in old["lessons"] if each["slug"] == lesson), None)
            if lesson and found and found["key"] in taught:
                unit, part = taught[found["key"]]
                return f"/learn/{now.slug}/{unit.slug}/{part.slug}/"
            if not lesson and old["key"] in here:
                return f"/learn/{now.slug}/{here[old['key']].slug}/"
    return None


def hours_bases(*, course_key: str, label: str) -> list[HoursBasis]:
    """Return what the hours of a version rest on, in the order of the course."""
    rows = HoursBasis.objects.filter(version__course_key=course_key, version__label=label)
    return list(rows.order_by("pk"))


def local_rules(*, keys: Collection[str]) -> dict[str, LocalRule]:
    """Return the state's rules with these keys that are written and published."""
    return LocalRule.filled(keys)


def versions(*, course_key: str) -> list[VersionRecord]:
    """Return every version of a course, newest first."""
    rows = CourseVersion.objects.filter(course_key=course_key).order_by("-recorded_at", "-pk")
    return [VersionRecord(row.course_key, row.label, row.state, row.digest) for row in rows]


# A published revision never changes, nor does a version: what was read of them is kept. Bodies
# that show an image or document of the library are not, because those can be replaced.
_pages: Kept[tuple[Any, ...], LessonPage] = Kept(most=512)
_outlines: Kept[tuple[str, str, str], Outline] = Kept(most=64)

# The ORM takes longer to write these statements than the database to answer them, and every page
# of a learner asks them.
_LIVE_LESSON = """
    SELECT p.id, p.live_revision_id, p.last_published_at, r.id, r.name, r.qualification,
        r.reviewed_on, r.review_due
    FROM courses_lessonpage l JOIN wagtailcore_page p ON p.id = l.page_ptr_id
    LEFT JOIN courses_clinicalreview r ON r.id = (
        SELECT MAX(x.id) FROM courses_clinicalreview x
        WHERE x.page_key = l.key AND x.page_revision = p.live_revision_id
    )
    WHERE l.key = %s AND p.live
"""
_PUBLISHED = """
    SELECT v.id, c.key, v.label, v.digest, c.access, r.closes_on
    FROM courses_coursepage c
    JOIN wagtailcore_page p ON p.id = c.page_ptr_id
    JOIN courses_courseversion v ON v.course_key = c.key AND v.state = 'published'
    LEFT JOIN courses_courseretirement r ON r.id = (
        SELECT MAX(x.id) FROM courses_courseretirement x WHERE x.course_key = c.key
    )
    WHERE p.live AND {where}
    ORDER BY p.title, p.id
"""


def _published(where: str, value: str) -> list[Outline]:
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHED.format(where=where), [value])
        rows = cursor.fetchall()
    return [_read(*row) for row in rows]


def _read(pk: int, key: str, label: str, digest: str, access: str, closes: Any) -> Outline:
    found = _outlines.get((key, label, digest))
    if found is None:
        data = CourseVersion.objects.values_list("outline", flat=True).get(pk=pk)
        found = _outlines[key, label, digest] = read_outline(course_key=key, label=label, data=data)
    # Who may read is what the page says now, not what it said when the version was made.
    if found.access != access:
        found = replace(found, access=access)
    closes_on = _date(closes) if closes else None
    if closes_on or any(change.redo_from for change in found.changes):
        return replace(found, closes_on=closes_on).on(today())
    return found
