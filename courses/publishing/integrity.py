"""Whether what was decided about versions is what they hold, and every word is still there."""

from collections.abc import Iterator
from typing import Any

from wagtail.models import Revision

from courses.catalog.candidates import rows
from courses.catalog.models import CourseVersion, VersionChange, VersionState
from lms.kit.integrity import Check, check, triggers

TABLES = [
    ("courses_clinicalreview", "UPDATE DELETE"),
    ("courses_courseretirement", "UPDATE DELETE"),
    ("courses_versionchange", "UPDATE DELETE"),
]


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-publishing", TABLES),
        check(
            "versions-decided",
            "Every decision about a version is part of its frozen outline, word for word.",
            _undecided(),
        ),
        check(
            "versions-retrievable",
            "The words of every version that was published are still there.",
            _lost(),
        ),
    ]


def _undecided() -> Iterator[str]:
    outlines = {
        (row.course_key, row.label): row.outline
        for row in CourseVersion.objects.order_by("pk").defer("examining")
    }
    for row in VersionChange.objects.order_by("pk"):
        outline = outlines.get((row.course_key, row.to_label), {})
        kept: dict[str, Any] = next(iter(reversed(outline.get("changes", []))), {})
        told = {
            "from": row.from_label,
            "to": row.to_label,
            "effect": row.effect,
            "at": row.recorded_at.isoformat(),
            "redo_from": row.redo_from.isoformat() if row.redo_from else None,
            "subjects": row.subjects,
        }
        if {name: kept.get(name) for name in told} != told:
            yield f"{row}: the outline says {kept}"


def _lost() -> Iterator[str]:
    there = set(Revision.objects.order_by("pk").values_list("pk", flat=True))
    versions = CourseVersion.objects.exclude(state=VersionState.DRAFT).exclude(published_at=None)
    for version in versions.order_by("pk").defer("examining"):
        for name, row in rows(version.outline):
            if row["revision"] not in there:
                yield f"{version} {name}: revision {row['revision']} is gone"
