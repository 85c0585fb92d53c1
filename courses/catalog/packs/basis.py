"""Say why a unit is worth the hours it claims, so that the hours stand up in an audit. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from courses.catalog.packs.guide import minutes_by_mode
from courses.catalog.packs.readability import count_words, text_of
from courses.catalog.packs.shapes import CoursePack, LessonPack, ModulePack
from courses.catalog.scenario import fewest_choices

TEXT: Final = "text"
AGENDA: Final = "agenda"
PLAN: Final = "plan"
ROUNDING: Final = "down to the quarter hour"
# What is counted of a text, as it is stored and shown.
WORDS: Final = "words"
ASKED: Final = "questions of the test"
CHECKS: Final = "checks in lessons"
DECISIONS: Final = "decisions in stories, the shortest way"
DIFFICULTY: Final = "difficulty"
FILMS: Final = "film minutes"
NOT_SET: Final = "not set"
QUARTER: Final = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Basis:
    """Why one unit is worth its hours of one type.

    ``unit`` is an evidence key. ``method``: "text" (the formula, films by run time), "agenda" (the
    minutes of the live session) or "plan" (the minutes of scored practice). ``inputs`` is what was
    counted. ``supported`` is ``raw_minutes`` in hours, rounded down.
    """

    unit: str
    file: str
    title: str
    hours_type: str
    method: str
    inputs: Mapping[str, str]
    raw_minutes: Decimal
    supported: Decimal
    claimed: Decimal
    reviewer: str

    @property
    def enough(self) -> bool:
        """Tell whether the basis supports what is claimed."""
        return self.claimed <= self.supported


def text_minutes(*, words: int, questions: int, difficulty: Decimal) -> Decimal:
    """Return the minutes of study that a text with questions takes, to a hundredth.

    ``difficulty`` is 1 (easy) to 5 (very hard), as an expert judges it. Use it once for a unit:
    it does not add up over parts.

    Source: Mergener's formula with its constant: 0.9 x (-22.3 + 0.00209 words + 2.78 questions
    + 15.5 difficulty), as used by the Board of Certification and CCCEP. 3,774 words, 16 questions
    and difficulty 2.5 are 61.94 minutes.
    """
    raw = (
        Decimal("-22.3")
        + Decimal("0.00209") * words
        + Decimal("2.78") * questions
        + Decimal("15.5") * difficulty
    ) * Decimal("0.9")
    return max(raw, Decimal(0)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def minutes_of(inputs: Mapping[str, str]) -> Decimal:
    """Return the minutes that the inputs of a basis by the method "text" come to.

    A difficulty that is not set counts as 1; the loader refuses such a unit anyway.
    """
    difficulty = inputs[DIFFICULTY]
    return Decimal(inputs.get(FILMS, 0)) + text_minutes(
        words=int(inputs[WORDS]),
        questions=sum(int(inputs[name]) for name in (ASKED, CHECKS, DECISIONS)),
        difficulty=Decimal(1 if difficulty == NOT_SET else difficulty),
    )


def credit_hours(minutes: Decimal) -> Decimal:
    """Return minutes as hours, rounded down to the quarter hour."""
    quarters = (minutes / 15).quantize(Decimal(1), rounding=ROUND_DOWN)
    return quarters * QUARTER


def bases_of(course: CoursePack) -> list[Basis]:
    """Return the basis of every unit that claims hours: its modules, else the course as a whole."""
    if not any(module.hours for module in course.modules):
        return [_text(course, None)] if course.hours.get("self_paced") else []
    return [
        _text(course, module) if kind == "self_paced" else _planned(course, module, kind)
        for module in course.modules
        for kind, claimed in module.hours.items()
        if claimed
    ]


def _text(course: CoursePack, module: ModulePack | None) -> Basis:
    """Return the basis of what is read: words and questions by the formula, films by run time.

    ``module`` None: the course as a whole is the unit.
    """
    modules = [module] if module else course.modules
    difficulty = (module or course).difficulty
    lessons = [lesson for module in modules for lesson in module.lessons]
    words = sum(count_words(text_of(lesson)) for lesson in lessons)
    asked = sum(module.quiz["draw"] for module in modules if module.quiz)
    checks = sum(block.kind == "knowledge-check" for lesson in lessons for block in lesson.blocks)
    decisions = sum(_decisions(lesson) for lesson in lessons)
    films = sum((_film_minutes(lesson) for lesson in lessons), Decimal(0))
    inputs = {
        WORDS: str(words),
        ASKED: str(asked),
        CHECKS: str(checks),
        DECISIONS: str(decisions),
        DIFFICULTY: str(difficulty or NOT_SET),
    }
    if films:
        inputs[FILMS] = str(films)
    return _basis(course, module, "self_paced", TEXT, inputs, minutes_of(inputs))


def _planned(course: CoursePack, module: ModulePack, kind: str) -> Basis:
    """Return the basis of what people do together: the minutes of an agenda or of scored plans."""
    plans = {
        rubric["key"]: sum(step["minutes"] for step in rubric["plan"])
        for rubric in module.rubrics
        if rubric["mode"] == kind and rubric["plan"]
    }
    if kind != "live" and plans:
        inputs = {f"minutes of {key}": str(minutes) for key, minutes in plans.items()}
        return _basis(course, module, kind, PLAN, inputs, Decimal(sum(plans.values())))
    agenda = minutes_by_mode(module.guide).get(kind, 0)
    inputs = {"minutes of the agenda": str(agenda)}
    return _basis(course, module, kind, AGENDA, inputs, Decimal(agenda))


def _basis(
    course: CoursePack,
    module: ModulePack | None,
    kind: str,
    method: str,
    inputs: dict[str, str],
    raw: Decimal,
) -> Basis:
    of = module or course
    return Basis(
        unit=f"module:{module.key}" if module else f"course:{course.key}",
        file=f"{module.folder}/module.yaml" if module else "course.yaml",
        title=of.title,
        hours_type=kind,
        method=method,
        inputs=inputs,
        raw_minutes=raw,
        supported=credit_hours(raw),
        claimed=of.hours[kind],
        reviewer=course.reviewed_by,
    )


def _decisions(lesson: LessonPack) -> int:
    return sum(
        fewest_choices(block.value["steps"], block.value["start"])
        for block in lesson.blocks
        if block.kind == "scenario"
    )


def _film_minutes(lesson: LessonPack) -> Decimal:
    films = (block.value["minutes"] for block in lesson.blocks if block.kind == "video")
    return sum((Decimal(minutes) for minutes in films), Decimal(0))
