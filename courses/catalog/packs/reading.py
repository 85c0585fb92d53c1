"""Read a whole pack from its folder, or say everything that is wrong with it."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from courses.catalog.packs.examining import read_quiz, read_rubric
from courses.catalog.packs.fences import Context, split_lesson
from courses.catalog.packs.fields import HOURS_TYPES, Fields, all_different
from courses.catalog.packs.files import (
    FILE_SUFFIXES,
    TEXT_SUFFIXES,
    Source,
    digest_of,
    list_files,
    read_text,
    read_yaml,
)
from courses.catalog.packs.problems import PackError, Problems
from courses.catalog.packs.shapes import CoursePack, FilePack, LessonPack, ModulePack

SHAPE: Final = b"1"
"""Part of every digest: raise it when the loader makes other pages of the same words."""
RESERVED_SLUGS: Final = frozenset({"files", "quiz"})


def read_pack(folder: Path) -> CoursePack:
    """Read and check a pack.

    Raises:
        PackError: with everything that is wrong, by file and line.
    """
    root = folder.resolve()
    problems = Problems()
    files = list_files(root, problems)
    course = _Reader(files, Context(files, problems)).course()
    if problems.found or course is None:
        raise PackError(problems.found)
    return course


class _Reader:
    """Reads one pack; everything it finds wrong goes to ``problems``."""

    def __init__(self, files: dict[str, Path], context: Context) -> None:
        self.files = files
        self.context = context
        self.problems = context.problems

    def fields(self, name: str) -> Fields | None:
        """Return the fields of a YAML file."""
        source = read_text(self.files, name, self.problems)
        data = read_yaml(source, self.problems) if source else None
        return Fields(data, name, 1, self.problems) if data is not None else None

    def course(self) -> CoursePack | None:
        """Return the course, however broken; the problems decide whether it counts."""
        fields = self.fields("course.yaml")
        if fields is None:
            return None
        competencies = fields.group("competencies")
        names = (
            {code: competencies.text(code, most=160) for code in competencies.data}
            if (competencies)
            else {}
        )
        folders = fields.words("modules")
        modules = [self.module(name, set(names)) for name in folders]
        course = CoursePack(
            key=fields.slug("key", most=60),
            title=fields.text("title", most=160),
            version=fields.text("version", most=12),
            language=fields.text("language", required=False, most=10) or "en",
            summary=fields.text("summary"),
            audience=fields.words("audience"),
            access=fields.choice("access", ("public", "login")),
            hours=fields.hours("hours"),
            competencies=names,
            modules=tuple(module for module in modules if module is not None),
            license=fields.text("license", required=False, most=60),
            reviewed_by=fields.text("reviewed_by", required=False, most=120),
            review_due=fields.day("review_due"),
            digest=self.digest(),
            files=self.handed_out(),
        )
        fields.done()
        self.compare(fields, course, folders)
        return course

    def compare(self, fields: Fields, course: CoursePack, folders: tuple[str, ...]) -> None:
        """Note where the parts of the course do not agree."""
        if not folders:
            fields.wrong("modules", "names no folder")
        there = {name.split("/")[0] for name in self.files if name.endswith("/module.yaml")}
        for name in sorted(there - set(folders)):
            fields.wrong("modules", f"the folder {name!r} is not listed")
        for what in ("key", "slug"):
            values = [getattr(module, what) for module in course.modules]
            for value in sorted({each for each in values if values.count(each) > 1}):
                fields.wrong("modules", f"two modules have the {what} {value!r}")
        promised = course.hours.get("self_paced", Decimal(0))
        added = (Decimal(course.minutes) / 60).quantize(Decimal("0.01"))
        if promised.quantize(Decimal("0.01")) != added:
            fields.wrong(
                "hours.self_paced",
                f"promises {promised} h, the modules add up to {course.minutes} minutes"
                f" ({added} h)",
            )
        if course.modules and all(module.hours for module in course.modules):
            for kind in HOURS_TYPES:
                total = sum((module.hours[kind] for module in course.modules), Decimal(0))
                if total != course.hours.get(kind, Decimal(0)):
                    fields.wrong(f"hours.{kind}", f"the modules add up to {total} h")

    def module(self, folder: str, competencies: set[str]) -> ModulePack | None:
        """Return one module."""
        fields = self.fields(f"{folder}/module.yaml")
        if fields is None:
            return None
        objectives = fields.groups("objectives")
        known = {str(each.data.get("id")) for each in objectives}
        guide = f"{folder}/session.md"
        found = read_text(self.files, guide, self.problems) if guide in self.files else None
        module = ModulePack(
            key=fields.slug("key"),
            slug=fields.slug("slug"),
            title=fields.text("title", most=160),
            minutes=fields.whole("minutes", least=1, most=10_000),
            hours=fields.hours("hours"),
            objectives=tuple(_objective(each) for each in objectives),
            competencies=fields.words("competencies", known=competencies),
            lessons=self.lessons(folder, known, competencies),
            quiz=self.examining(f"{folder}/quiz.yaml", known, competencies),
            rubric=self.examining(f"{folder}/rubric.yaml", None, competencies),
            facilitator_guide=found.text if found else "",
        )
        all_different([(each, str(each.data.get("id"))) for each in objectives], "id")
        fields.done()
        if module.slug in RESERVED_SLUGS:
            fields.wrong("slug", f"{module.slug!r} is taken by the site")
        return _with_quiz_minutes(module, fields)

    def lessons(
        self, folder: str, objectives: set[str], competencies: set[str]
    ) -> tuple[LessonPack, ...]:
        """Return the lessons of a module, in the order of their file names."""
        names = [
            name
            for name in sorted(self.files)
            if name.startswith(f"{folder}/")
            and name.endswith(".md")
            and name.count("/") == 1
            and not name.endswith("/session.md")
        ]
        found = [(name, self.lesson(name, objectives, competencies)) for name in names]
        slugs: set[str] = set()
        for name, lesson in found:
            if lesson is not None and lesson.slug in slugs:
                self.problems.add(name, 1, f"slug: {lesson.slug!r} is used twice in the module")
            slugs.add(lesson.slug if lesson else "")
        if not names:
            self.problems.add(f"{folder}/module.yaml", 0, "the module has no lesson (NN-name.md)")
        return tuple(lesson for _name, lesson in found if lesson is not None)

    def lesson(self, name: str, objectives: set[str], competencies: set[str]) -> LessonPack | None:
        """Return one lesson: front matter between two lines of ---, then the body."""
        source = read_text(self.files, name, self.problems)
        if source is None:
            return None
        head, mark, body = source.text.partition("\n---\n")
        if not head.startswith("---\n") or not mark:
            self.problems.add(name, 1, "must begin with fields between two lines of ---")
            return None
        data = read_yaml(Source(name, 2, head.removeprefix("---\n")), self.problems)
        if data is None:
            return None
        fields = Fields(data, name, 1, self.problems)
        sources = [_source(each) for each in fields.groups("sources", least=0)]
        lesson = LessonPack(
            slug=fields.slug("slug"),
            title=fields.text("title", most=160),
            minutes=fields.whole("minutes", least=1, most=600),
            objectives=fields.words("objectives", known=objectives),
            competencies=fields.words("competencies", known=competencies),
            sources=tuple(sources),
            content_warning=fields.text("content_warning", required=False, most=1000),
            reviewed_by=fields.text("reviewed_by", required=False, most=120),
            review_due=fields.day("review_due"),
            blocks=split_lesson(Source(name, head.count("\n") + 3, body), self.context),
        )
        fields.done()
        if lesson.slug in RESERVED_SLUGS:
            fields.wrong("slug", f"{lesson.slug!r} is taken by the site")
        if not lesson.blocks:
            self.problems.add(name, 0, "the lesson has no words")
        return lesson

    def examining(
        self, name: str, objectives: set[str] | None, competencies: set[str]
    ) -> dict[str, Any] | None:
        """Return the quiz (with objectives) or the rubric of a module, None where it has none."""
        fields = self.fields(name) if name in self.files else None
        if fields is None:
            return None
        if objectives is None:
            return read_rubric(fields, competencies)
        return read_quiz(fields, objectives, competencies)

    def digest(self) -> str:
        """Return one digest over all that is loaded."""
        parts = [("shape", SHAPE)]
        for name, path in sorted(self.files.items()):
            if path.suffix.lower() in TEXT_SUFFIXES | FILE_SUFFIXES:
                parts.append((name, path.read_bytes()))
        return digest_of(parts)

    def handed_out(self) -> tuple[FilePack, ...]:
        """Return the files that lessons may link to."""
        return tuple(
            FilePack(name, path, path.stat().st_size, digest_of([("", path.read_bytes())]))
            for name, path in sorted(self.files.items())
            if path.suffix.lower() in FILE_SUFFIXES
        )


def _with_quiz_minutes(module: ModulePack, fields: Fields) -> ModulePack:
    """Check that lessons and quiz fill the module; a quiz without minutes takes what is left."""
    read = sum(lesson.minutes for lesson in module.lessons)
    left = module.minutes - read
    quiz = module.quiz
    if quiz is not None and quiz["minutes"] is None and left > 0:
        return replace(module, quiz=quiz | {"minutes": left})
    needed = read + ((quiz["minutes"] or 0) if quiz else 0)
    if needed != module.minutes:
        fields.wrong("minutes", f"is {module.minutes}, but lessons and quiz add up to {needed}")
    return module


def _objective(fields: Fields) -> dict[str, str]:
    value = {"id": fields.text("id", most=20), "text": fields.text("text", most=400)}
    fields.done()
    return value


def _source(fields: Fields) -> dict[str, str]:
    value = {
        "title": fields.text("title", most=300),
        "publisher": fields.text("publisher", required=False, most=200),
        "year": fields.text("year", required=False, most=10),
        "url": fields.text("url", required=False, most=400),
        "supports": fields.text("supports", required=False, most=1000),
    }
    fields.done()
    if value["url"] and not value["url"].startswith(("https://", "http://")):
        fields.wrong("url", "must begin with https://")
    return value
