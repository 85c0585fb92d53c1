"""Note where the parts of a course do not agree: names, minutes, hours and what supports them."""

from dataclasses import replace
from decimal import Decimal

from courses.catalog.packs.basis import bases_of
from courses.catalog.packs.fields import HOURS_TYPES, Fields
from courses.catalog.packs.guide import minutes_by_mode
from courses.catalog.packs.problems import Problems
from courses.catalog.packs.shapes import CoursePack, ModulePack


def with_quiz_minutes(module: ModulePack, fields: Fields) -> ModulePack:
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


def check_module(module: ModulePack, fields: Fields) -> None:
    """Note where a module's lessons, hours, guide and rubrics do not agree."""
    read = module.hours.get("self_paced", Decimal(0)) if module.hours else None
    if not module.lessons and read != 0:
        fields.problems.add(f"{module.folder}/module.yaml", 0, "the module has no lesson")
    if read is not None and read * 60 != module.minutes:
        fields.wrong("hours.self_paced", f"is {read} h, but minutes says {module.minutes}")
    if read and module.difficulty is None:
        fields.wrong("difficulty", "is missing: an expert sets it, 1 easy to 5 very hard")
    agenda = minutes_by_mode(module.guide)
    for mode, minutes in agenda.items():
        if module.hours and minutes != module.hours[mode] * 60:
            fields.problems.add(
                f"{module.folder}/session.md", 0,
                f"the {mode} agenda adds up to {minutes} minutes,"
                f" the module has {module.hours[mode]} h",
            )  # fmt: skip
    for mode in ("practice", "coaching"):
        earned = sum((Decimal(each["hours"]) for each in module.rubrics if each["mode"] == mode), 0)
        if module.hours and module.rubrics and earned != module.hours[mode]:
            fields.wrong(f"hours.{mode}", f"is {module.hours[mode]} h, its rubrics give {earned} h")
    if module.hours and any(
        Decimal(each["hours"]) for each in module.rubrics if each["mode"] == "live"
    ):
        fields.wrong("hours.live", "are earned by the session; a live rubric has hours: 0")


def check_course(course: CoursePack, fields: Fields) -> None:
    """Note where the modules of a course do not agree with each other or with the course."""
    for what in ("key", "slug"):
        values = [getattr(module, what) for module in course.modules]
        for value in sorted({each for each in values if values.count(each) > 1}):
            fields.wrong("modules", f"two modules have the {what} {value!r}")
    # A key is one piece of evidence; shared, it would be earned twice at once.
    quizzes = [module.quiz["key"] for module in course.modules if module.quiz]
    rubrics = [rubric["key"] for module in course.modules for rubric in module.rubrics]
    for name, keys in (("quizzes", quizzes), ("rubrics", rubrics)):
        for key in sorted({each for each in keys if keys.count(each) > 1}):
            fields.wrong("modules", f"two {name} have the key {key!r}")
    promised = course.hours.get("self_paced", Decimal(0))
    added = (Decimal(course.minutes) / 60).quantize(Decimal("0.01"))
    if promised.quantize(Decimal("0.01")) != added:
        fields.wrong(
            "hours.self_paced",
            f"promises {promised} h, the modules add up to {course.minutes} minutes ({added} h)",
        )
    claiming = [module for module in course.modules if module.hours]
    if not claiming:
        if promised and course.difficulty is None:
            fields.wrong("difficulty", "is missing: an expert sets it, 1 easy to 5 very hard")
        return
    # Hours at one module and none at another would be half a sum, so all of them say theirs.
    for module in course.modules:
        if not module.hours:
            fields.problems.add(f"{module.folder}/module.yaml", 1, "hours: is missing")
    for kind in HOURS_TYPES:
        total = sum((module.hours[kind] for module in claiming), Decimal(0))
        if total != course.hours.get(kind, Decimal(0)):
            fields.wrong(f"hours.{kind}", f"the modules add up to {total} h")


def check_basis(course: CoursePack, problems: Problems) -> None:
    """Note each unit that claims more hours than its basis supports."""
    for basis in bases_of(course):
        if not basis.enough:
            counted = ", ".join(f"{name} {value}" for name, value in basis.inputs.items())
            problems.add(
                basis.file, 1,
                f"hours.{basis.hours_type}: claims {basis.claimed} h, its basis supports"
                f" {basis.supported} h ({basis.raw_minutes} minutes: {counted or 'nothing'})",
            )  # fmt: skip
