"""Read the lessons of a module."""

from courses.catalog.packs.fences import Context, split_lesson
from courses.catalog.packs.fields import Fields
from courses.catalog.packs.files import Source, read_text, read_yaml
from courses.catalog.packs.shapes import LessonPack

RESERVED_SLUGS = frozenset(
    {"files", "quiz", "guide", "guide.pdf", "rubrics", "syllabus", "offline", "print"}
)
"""Words that the site's own addresses use beside modules and lessons."""


def read_lessons(
    folder: str, objectives: set[str], competencies: set[str], context: Context
) -> tuple[LessonPack, ...]:
    """Return the lessons of a module, in the order of their file names."""
    names = [
        name
        for name in sorted(context.files)
        if name.startswith(f"{folder}/")
        and name.endswith(".md")
        and name.count("/") == 1
        and not name.endswith("/session.md")
    ]
    found = [(name, _lesson(name, objectives, competencies, context)) for name in names]
    slugs: set[str] = set()
    for name, lesson in found:
        if lesson is not None and lesson.slug in slugs:
            context.problems.add(name, 1, f"slug: {lesson.slug!r} is used twice in the module")
        slugs.add(lesson.slug if lesson else "")
    return tuple(lesson for _name, lesson in found if lesson is not None)


def _lesson(
    name: str, objectives: set[str], competencies: set[str], context: Context
) -> LessonPack | None:
    """Return one lesson: front matter between two lines of ---, then the body."""
    problems = context.problems
    source = read_text(context.files, name, problems)
    if source is None:
        return None
    head, mark, body = source.text.partition("\n---\n")
    if not head.startswith("---\n") or not mark:
        problems.add(name, 1, "must begin with fields between two lines of ---")
        return None
    data = read_yaml(Source(name, 2, head.removeprefix("---\n")), problems)
    if data is None:
        return None
    fields = Fields(data, name, 1, problems)
    sources = [_source(each) for each in fields.groups("sources", least=0)]
    lesson = LessonPack(
        file=name.rpartition("/")[2],
        slug=fields.slug("slug"),
        title=fields.text("title", most=160),
        minutes=fields.whole("minutes", least=1, most=600),
        objectives=fields.words("objectives", known=objectives),
        competencies=fields.words("competencies", known=competencies),
        sources=tuple(sources),
        content_warning=fields.text("content_warning", required=False, most=1000),
        reviewed_by=fields.text("reviewed_by", required=False, most=120),
        review_due=fields.day("review_due"),
        blocks=split_lesson(Source(name, head.count("\n") + 3, body), context),
    )
    fields.done()
    if lesson.slug in RESERVED_SLUGS:
        fields.wrong("slug", f"{lesson.slug!r} is taken by the site")
    if not lesson.blocks:
        problems.add(name, 0, "the lesson has no words")
    return lesson


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
