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
    objectives: tuple[str, ...]

    @property
    def subject(self) -> str:
        """Return the evidence key."""
        return f"lesson:{self.key}"


@dataclass(frozen=True, slots=True)
class OutlineModule:
    """One module. ``objectives``: (id, words). Keys are empty where it has no quiz or practice."""

    key: str
    slug: str
    title: str
    minutes: int
    lessons: tuple[OutlineLesson, ...]
    objectives: tuple[tuple[str, str], ...]
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
    reviewed_by: str
    minutes: int
    hours: Mapping[str, Decimal]
    modules: tuple[OutlineModule, ...]
    files: Mapping[str, str]

    def lessons(self) -> Iterator[tuple[OutlineModule, OutlineLesson]]:
        """Yield every lesson with its module, in order."""
        for module in self.modules:
            for lesson in module.lessons:
                yield module, lesson

    def titles(self) -> dict[str, tuple[str, str | None]]:
        """Return (title, address or None) of every evidence key of the course."""
        home = f"/learn/{self.slug}/"
        found: dict[str, tuple[str, str | None]] = {f"course:{self.course_key}": (self.title, home)}
        for module in self.modules:
            base = f"{home}{module.slug}/"
            found[f"module:{module.key}"] = (module.title, base)
            for lesson in module.lessons:
                found[lesson.subject] = (lesson.title, f"{base}{lesson.slug}/")
            if module.quiz_key:
                found[f"quiz:{module.quiz_key}"] = (module.quiz_title, f"{base}quiz/")
            if module.rubric_key:
                found[f"rubric:{module.rubric_key}"] = (module.rubric_title, None)
        return found

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
        reviewed_by=data["reviewed_by"],
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
            OutlineLesson(
                each["key"],
                each["slug"],
                each["title"],
                each["minutes"],
                tuple(each["objectives"]),
            )
            for each in data["lessons"]
        ),
        objectives=tuple((each["id"], each["text"]) for each in data["objectives"]),
        quiz_key=data["quiz_key"],
        quiz_title=data["quiz_title"],
        quiz_minutes=data["quiz_minutes"],
        rubric_key=data["rubric_key"],
        rubric_title=data["rubric_title"],
    )
