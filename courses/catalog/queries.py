"""Find courses by address and key, with their published outline."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import JSONField, OuterRef, QuerySet, Subquery

from courses.catalog.models import CoursePage, CourseVersion, LessonPage, VersionState
from courses.catalog.outline import Outline, read_outline


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version of a course as operators see it."""

    course_key: str
    label: str
    state: str
    digest: str


def outline(*, course_key: str) -> Outline | None:
    """Return the published outline of a course, or None where there is none."""
    return _first(_published().filter(key=course_key))


def outline_at(*, slug: str) -> Outline | None:
    """Return the published outline of the course with this address, or None."""
    return _first(_published().filter(slug=slug))


def outlines() -> list[Outline]:
    """Return the published outlines of all courses, by title."""
    rows = _published().order_by("title", "pk").values_list("key", "access", "label", "outline")
    return [_read(row) for row in rows]


def lesson_page(*, key: str) -> LessonPage | None:
    """Return a published lesson."""
    return LessonPage.objects.filter(key=key, live=True).first()


def versions(*, course_key: str) -> list[VersionRecord]:
    """Return every version of a course, newest first."""
    rows = CourseVersion.objects.filter(course_key=course_key).order_by("-recorded_at", "-pk")
    return [VersionRecord(row.course_key, row.label, row.state, row.digest) for row in rows]


def _published() -> QuerySet[CoursePage]:
    versions = CourseVersion.objects.filter(
        course_key=OuterRef("key"), state=VersionState.PUBLISHED
    )
    return (
        CoursePage.objects.filter(live=True)
        .annotate(
            label=Subquery(versions.values("label")[:1]),
            outline=Subquery(versions.values("outline")[:1], output_field=JSONField()),
        )
        .filter(label__isnull=False)
    )


def _first(pages: QuerySet[CoursePage]) -> Outline | None:
    row = pages.order_by("pk").values_list("key", "access", "label", "outline").first()
    return _read(row) if row else None


def _read(row: tuple[Any, ...]) -> Outline:
    key, access, label, data = row
    # Who may read is what the page says now, not what it said when the version was made.
    return replace(read_outline(course_key=key, label=label, data=data), access=access)
