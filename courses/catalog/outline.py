"""The frozen outline of a course version, typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
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
class OutlineRubric:
    """One rubric of a module; ``hours`` of the type ``mode`` are earned by passing it."""

    key: str
    title: str
    mode: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Condition:
    """So many of these evidence keys come first; ``module:`` means what one does of it alone."""

    of: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutlineModule:
    """One module. ``objectives``: (id, words). ``quiz_key`` is empty where it has no quiz.

    ``hours`` by type; empty where the course alone claims hours. ``after``: every condition that
    must hold before its lessons are finished and its quiz is started.
    """

    key: str
    slug: str
    title: str
    minutes: int
    lessons: tuple[OutlineLesson, ...]
    objectives: tuple[tuple[str, str], ...]
    quiz_key: str
    quiz_title: str
    quiz_minutes: int
    rubrics: tuple[OutlineRubric, ...] = ()
    hours: Mapping[str, Decimal] = field(default_factory=dict)
    competencies: tuple[str, ...] = ()
    after: tuple[Condition, ...] = ()

    @property
    def subject(self) -> str:
        """Return the evidence key of the finished self-paced part."""
        return f"module:{self.key}"

    @property
    def session_subject(self) -> str:
        """Return the evidence key of the attended live session."""
        return f"session:{self.key}"


@dataclass(frozen=True, slots=True)
class Change:
    """What one version asks of who had finished the one before it.

    ``effect``: keep, top_up or redo. ``subjects``: what a top-up asks; ``new``: what the version
    brought along. ``more``: the self-paced hours that it claims more, by unit. ``in_force``: a
    redo whose date has come.
    """

    from_label: str
    to_label: str
    effect: str
    at: datetime
    redo_from: date | None = None
    subjects: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    more: Mapping[str, Decimal] = field(default_factory=dict)
    in_force: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A version of a course. ``hours`` by type; ``files`` maps a name to where it is stored.

    ``changes``: how it came about, version by version. ``closes_on``: the last day to finish a
    course that is retired, None where it is not; ``closed``: that day is over.
    """

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
    competencies: Mapping[str, str] = field(default_factory=dict)
    review_due: str = ""
    pathways: tuple[Mapping[str, Any], ...] = ()
    crosswalk: tuple[Mapping[str, Any], ...] = ()
    changes: tuple[Change, ...] = ()
    closes_on: date | None = None
    closed: bool = False

    def on(self, day: date) -> "Outline":
        """Return it as it is on a day: what must be done again, and whether it is closed."""
        return replace(
            self,
            changes=tuple(
                replace(each, in_force=each.redo_from <= day) if each.redo_from else each
                for each in self.changes
            ),
            closed=self.closes_on is not None and self.closes_on < day,
        )

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
            if module.hours.get("live"):
                found[module.session_subject] = (module.title, base)
            for rubric in module.rubrics:
                found[f"rubric:{rubric.key}"] = (rubric.title, None)
        return found

    def number_of(self, module: OutlineModule) -> int:
        """Return the place of a module in the course, from 1."""
        return [each.key for each in self.modules].index(module.key) + 1

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
        competencies=data.get("competencies", {}),
        review_due=data.get("review_due") or "",
        pathways=tuple(data.get("pathways", ())),
        crosswalk=tuple(data.get("crosswalk", ())),
        changes=tuple(read_change(each) for each in data.get("changes", ())),
    )


def read_change(data: Mapping[str, Any]) -> Change:
    """Return a change as the outline of a version keeps it."""
    return Change(
        from_label=data["from"],
        to_label=data["to"],
        effect=data["effect"],
        at=datetime.fromisoformat(data["at"]),
        redo_from=date.fromisoformat(data["redo_from"]) if data["redo_from"] else None,
        subjects=tuple(data["subjects"]),
        new=tuple(data["new"]),
        more={unit: Decimal(hours) for unit, hours in data["more"].items()},
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
        rubrics=_rubrics(data),
        hours={kind: Decimal(hours) for kind, hours in data.get("hours", {}).items()},
        competencies=tuple(data.get("competencies", ())),
        after=tuple(Condition(each["of"], tuple(each["from"])) for each in data.get("after", ())),
    )


def _rubrics(data: Mapping[str, Any]) -> tuple[OutlineRubric, ...]:
    """Return the rubrics of a module; versions frozen before there could be many hold one."""
    if "rubrics" in data:
        return tuple(
            OutlineRubric(each["key"], each["title"], each["mode"], Decimal(each["hours"]))
            for each in data["rubrics"]
        )
    if data.get("rubric_key"):
        return (OutlineRubric(data["rubric_key"], data["rubric_title"], "practice", Decimal(0)),)
    return ()
