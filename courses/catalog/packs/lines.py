"""Write the counts of a pack as lines for a terminal."""

from collections.abc import Iterator

from courses.catalog.packs.basis import ROUNDING, Basis
from courses.catalog.packs.counting import Count, LessonCount, ModuleCount


def count_lines(*, count: Count) -> list[str]:
    """Return the counts of a pack, the basis of its hours and its totals, line by line."""
    return [*_lines(count)]


def _lines(count: Count) -> Iterator[str]:
    yield f"{count.course_key}: {len(count.modules)} modules, {count.words:,} words in lessons"
    for module in count.modules:
        yield ""
        yield from _module(module)
    yield ""
    yield f"Hours and what they rest on (rounded {ROUNDING})"
    yield f"  {'unit':32}{'type':12}{'method':8}{'minutes':>8}{'supports':>9}{'claims':>7}"
    for basis in count.bases:
        yield from _basis(basis)
    yield ""
    for code, modules in count.competencies.items():
        yield f"  {code:5}in {len(modules)} modules: {', '.join(modules) or '-'}"
    yield ""
    total = sum(float(hours) for hours in count.hours.values())
    parts = ", ".join(f"{kind} {hours}" for kind, hours in count.hours.items())
    yield f"Hours in all: {total:.2f} ({parts})"
    lessons = [lesson for module in count.modules for lesson in module.lessons]
    yield (
        f"Totals: {len(lessons)} lessons, {count.words:,} words,"
        f" hardest grade {max((lesson.grade for lesson in lessons), default=0.0)},"
        f" {sum(module.bank for module in count.modules)} questions in banks for"
        f" {sum(module.drawn for module in count.modules)} asked,"
        f" {sum(lesson.checks for lesson in lessons)} checks,"
        f" {sum(lesson.stories for lesson in lessons)} stories,"
        f" {sum(module.role_plays for module in count.modules)} role-plays,"
        f" {sum(lesson.missing_alt for lesson in lessons)} pictures without alt text,"
        f" {sum(not lesson.sources for lesson in lessons)} lessons without sources,"
        f" {sum(lesson.dead_links for lesson in lessons)} dead links,"
        f" {len(count.problems)} problems"
    )


def _module(module: ModuleCount) -> Iterator[str]:
    hours = ", ".join(f"{kind} {value}" for kind, value in module.hours.items() if float(value))
    yield f"{module.key} {module.title}"
    yield f"  hours: {hours or '-'}; competencies: {', '.join(module.competencies) or '-'}"
    for lesson in module.lessons:
        yield _lesson(lesson)
    if module.bank:
        places = ", ".join(f"{place}: {times}" for place, times in module.positions.items())
        yield (
            f"  quiz: {module.bank} questions for {module.drawn} asked; right answers by place"
            f" {places}"
        )
    if module.guide_words:
        yield f"  guide: {module.guide_words} words, {module.role_plays} role-plays"
    if module.rubric_items:
        yield f"  rubrics: {module.rubric_items} items"


def _lesson(lesson: LessonCount) -> str:
    return (
        f"  {lesson.file}: {lesson.words} words, grade {lesson.grade}, {lesson.minutes} min,"
        f" {lesson.checks} checks, {lesson.stories} stories, {lesson.reflections} reflections,"
        f" {lesson.sources} sources, {lesson.missing_alt} without alt, {lesson.dead_links} dead"
        " links"
    )


def _basis(basis: Basis) -> Iterator[str]:
    mark = "" if basis.enough else "  TOO MUCH"
    yield (
        f"  {basis.unit:32}{basis.hours_type:12}{basis.method:8}{basis.raw_minutes:>8}"
        f"{basis.supported:>9}{basis.claimed:>7}{mark}"
    )
    inputs = "; ".join(f"{name} {value}" for name, value in basis.inputs.items())
    yield f"    {inputs}; reviewer: {basis.reviewer or 'pending'}"
