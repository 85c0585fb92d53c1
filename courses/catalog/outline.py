"""The frozen outline of a course version, typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """One lesson; ``key`` is "<module key>/<slug>"."""

    key: str
    slug: str
    title: str
    minutes: int

    @property
    def subject(self) -> str:
        """Return the evidence key."""
        return f"lesson:{self.key}"


@dataclass(frozen=True, slots=True)
class OutlineModule:
    """One module. Keys are empty where it has no quiz or no practice."""

    key: str
    slug: str
    title: str
    minutes: int
    lessons: tuple[OutlineLesson, ...]
    objectives: tuple[str, ...]
    quiz_key: str
    quiz_title: str
    quiz_minutes: int
    rubric_key: str
    rubric_title: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A version of a course. ``hours`` by type; ``files`` maps a name to where it is stored."""

    course_key: str
    slug: str
    label: str
    title: str
    summary: str
    access: str
    minutes: int
    hours: Mapping[str, Decimal]
    modules: tuple[OutlineModule, ...]
    files: Mapping[str, str]

    def lessons(self) -> Iterator[tuple[OutlineModule, OutlineLesson]]:
        """Yield every lesson with its module, in order."""
        for module in self.modules:
            for lesson in module.lessons:
                yield module, lesson

    def module(self, slug: str) -> OutlineModule | None:
        """Return the module with this slug."""
        return next((module for module in self.modules if module.slug == slug), None)


def read_outline(*, course_key: str, label: str, data: Mapping[str, Any]) -> Outline:
    """Return the outline kept in ``CourseVersion.outline``."""
    return Outline(
        course_key=course_key,
        slug=data["slug"],
        label=label,
        title=data["title"],
        summary=data["summary"],
        access=data["access"],
        minutes=data["minutes"],
        hours={kind: Decimal(hours) for kind, hours in data["hours"].items()},
        modules=tuple(_module(each) for each in data["modules"]),
        files=data["files"],
    )


def _module(data: Mapping[str, Any]) -> OutlineModule:
    return OutlineModule(
        key=data["key"],
        slug=data["slug"],
        title=data["title"],
        minutes=data["minutes"],
        lessons=tuple(
            OutlineLesson(each["key"], each["slug"], each["title"], each["minutes"])
            for each in data["lessons"]
        ),
        objectives=tuple(data["objectives"]),
        quiz_key=data["quiz_key"],
        quiz_title=data["quiz_title"],
        quiz_minutes=data["quiz_minutes"],
        rubric_key=data["rubric_key"],
        rubric_title=data["rubric_title"],
    )
