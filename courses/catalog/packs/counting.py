"""Count a pack for its authors and reviewers, and hold it to what readers are owed.

``reading.py`` refuses what cannot be loaded; this module refuses what should not be taught yet:
lessons too hard to read, without sources or anything to do, question banks that give themselves
away, links that lead nowhere, competencies that nobody teaches.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from courses.catalog.packs.basis import Basis, bases_of
from courses.catalog.packs.problems import Problem, Problems
from courses.catalog.packs.readability import count_words, grade, text_of
from courses.catalog.packs.reading import examine_pack
from courses.catalog.packs.shapes import CoursePack, LessonPack, ModulePack

HARDEST_GRADE: Final = 10.0
BANK_FACTOR: Final = 3
"""A bank holds at least this many questions for each one asked."""
POSITION_SPREAD: Final = 2
"""How far the counts of right answers in place a, b, c may lie apart."""
LONGEST_SHARE: Final = 0.5
"""In at most this share of questions the right answer is the longest."""
DOING: Final = ("scenario", "knowledge-check", "reflection")

_LINK: Final = re.compile(r"\]\(([^)\s]+)")
_NAMED_FILE: Final = re.compile(r"\bfiles/[\w./-]+\.\w+")
_SITE_PAGES: Final = ("/learn/", "/me/", "/verify/", "/coach/")


@dataclass(frozen=True, slots=True)
class LessonCount:
    """What one lesson holds. ``grade`` is Flesch-Kincaid, ``checks`` are not graded."""

    file: str
    title: str
    minutes: int
    words: int
    grade: float
    checks: int
    stories: int
    reflections: int
    sources: int
    missing_alt: int
    dead_links: int


@dataclass(frozen=True, slots=True)
class ModuleCount:
    """What one module holds; ``positions`` counts the right answers by place."""

    folder: str
    key: str
    title: str
    lessons: tuple[LessonCount, ...]
    bank: int
    drawn: int
    positions: Mapping[str, int]
    hours: Mapping[str, str]
    competencies: tuple[str, ...]
    role_plays: int
    rubric_items: int
    guide_words: int


@dataclass(frozen=True, slots=True)
class Count:
    """What a pack holds, the basis of its hours, and everything that is wrong with it."""

    course_key: str
    hours: Mapping[str, str]
    modules: tuple[ModuleCount, ...]
    bases: tuple[Basis, ...]
    competencies: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]

    @property
    def words(self) -> int:
        """Return the words of all lessons."""
        return sum(lesson.words for module in self.modules for lesson in module.lessons)


def count_pack(*, folder: Path) -> Count:
    """Count and check a pack, however broken."""
    course, problems = examine_pack(folder)
    if course is None:
        return Count("", {}, (), (), {}, tuple(sorted(set(problems.found))))
    modules = tuple(_module(each, course, problems) for each in course.modules)
    taught = {
        code: tuple(each.key for each in course.modules if code in each.competencies)
        for code in course.competencies
    }
    # Where each module earns credit of its own, every competency that the course names is taught.
    credited = any(each.hours for each in course.modules)
    for code in (code for code, keys in taught.items() if credited and not keys):
        problems.add("course.yaml", 0, f"no module covers {code} {course.competencies[code]}")
    if course.review_due is None:
        problems.add("course.yaml", 0, "review_due: is missing")
    return Count(
        course_key=course.key,
        hours={kind: f"{hours:.2f}" for kind, hours in course.hours.items()},
        modules=modules,
        bases=tuple(bases_of(course)),
        competencies=taught,
        problems=tuple(sorted(set(problems.found))),
    )


def _module(module: ModulePack, course: CoursePack, problems: Problems) -> ModuleCount:
    names = {file.name for file in course.files}
    lessons = tuple(_lesson(module, each, names, problems) for each in module.lessons)
    _check_objectives(module, problems)
    _check_files(module, names, problems)
    quiz = module.quiz or {"questions": [], "draw": 0}
    positions = _positions(_single_choices(quiz["questions"]))
    if module.quiz:
        _check_bank(f"{module.folder}/quiz.yaml", quiz, positions, problems)
    if module.hours.get("live"):
        _check_guide(module, problems)
    return ModuleCount(
        folder=module.folder,
        key=module.key,
        title=module.title,
        lessons=lessons,
        bank=len(quiz["questions"]),
        drawn=quiz["draw"],
        positions=positions,
        hours={kind: f"{hours:.2f}" for kind, hours in module.hours.items()},
        competencies=module.competencies,
        role_plays=sum(block.kind == "role-play" for block in module.guide),
        rubric_items=sum(len(rubric["items"]) for rubric in module.rubrics),
        guide_words=count_words(module.guide_text),
    )


def _lesson(
    module: ModulePack, lesson: LessonPack, files: set[str], problems: Problems
) -> LessonCount:
    file = f"{module.folder}/{lesson.file}"
    text = text_of(lesson)
    kinds = Counter(block.kind for block in lesson.blocks)
    images = [block.value for block in lesson.blocks if block.kind == "image"]
    dead = sorted(set(_dead_links(lesson, files)))
    count = LessonCount(
        file=file,
        title=lesson.title,
        minutes=lesson.minutes,
        words=count_words(text),
        grade=round(grade(text), 1),
        checks=kinds["knowledge-check"],
        stories=kinds["scenario"],
        reflections=kinds["reflection"],
        sources=len(lesson.sources),
        missing_alt=sum(not image["alt"] for image in images),
        dead_links=len(dead),
    )
    if count.grade > HARDEST_GRADE:
        problems.add(file, 0, f"reads at grade {count.grade}; {HARDEST_GRADE:.0f} is the hardest")
    if not count.sources:
        problems.add(file, 0, "sources: is missing")
    for source in lesson.sources:
        if not source["url"] or not source["supports"]:
            problems.add(file, 0, f"sources: {source['title']!r} needs url and supports")
    if not any(kinds[kind] for kind in DOING):
        problems.add(file, 0, "has nothing to do: add a story, a check or a reflection")
    if lesson.review_due is None:
        problems.add(file, 0, "review_due: is missing")
    for link in dead:
        problems.add(file, 0, f"the link {link!r} leads nowhere")
    return count


def _dead_links(lesson: LessonPack, files: set[str]) -> Iterator[str]:
    """Yield the links to this site or pack that lead nowhere; other sites are not asked."""
    for link in (link for text in _strings(lesson) for link in _LINK.findall(text)):
        if link.startswith(("https://", "http://", "mailto:", "tel:", "sms:", "#")):
            continue
        if link not in files and not link.startswith(_SITE_PAGES):
            yield link


def _strings(lesson: LessonPack) -> Iterator[str]:
    waiting: list[Any] = [block.value for block in lesson.blocks]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _check_objectives(module: ModulePack, problems: Problems) -> None:
    """Note objectives that no lesson teaches or no question asks about."""
    file = f"{module.folder}/module.yaml"
    goals = [goal["id"] for goal in module.objectives]
    taught = {name for lesson in module.lessons for name in lesson.objectives}
    asked = {each["objective"] for each in (module.quiz or {"questions": []})["questions"]}
    for goal in goals:
        if module.lessons and goal not in taught and goal not in asked:
            problems.add(file, 0, f"no lesson teaches {goal}")
        if module.quiz and goal not in asked:
            problems.add(f"{module.folder}/quiz.yaml", 0, f"no question asks about {goal}")


def _check_files(module: ModulePack, files: set[str], problems: Problems) -> None:
    """Note files that the facilitator guide names and the pack does not hold."""
    for name in sorted(set(_NAMED_FILE.findall(module.guide_text)) - files):
        problems.add(f"{module.folder}/session.md", 0, f"there is no file {name!r} in the pack")


def _single_choices(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions whose right answer stands in one place among others."""
    return [question for question in questions if question.get("type", "single") == "single"]


def _positions(questions: list[dict[str, Any]]) -> dict[str, int]:
    """Return how often the right answer stands in each place: "1", "2", ..."""
    places: Counter[str] = Counter()
    for question in questions:
        for number, option in enumerate(question["options"], start=1):
            places[str(number)] += bool(option["correct"])
    return dict(sorted(places.items()))


def _check_bank(
    file: str, quiz: Mapping[str, Any], positions: Mapping[str, int], problems: Problems
) -> None:
    questions, choices = quiz["questions"], _single_choices(quiz["questions"])
    # What is drawn from other banks rests on their questions.
    own = [pool["draw"] for pool in quiz.get("pools", ()) if pool["bank"] == quiz["key"]]
    asked = sum(own) if "pools" in quiz else quiz["draw"]
    if len(questions) < BANK_FACTOR * asked:
        problems.add(
            file, 0, f"has {len(questions)} questions for {asked} asked; at least"
            f" {BANK_FACTOR * asked} are needed",
        )  # fmt: skip
    # Places that only some questions have are compared among those that all have.
    shared = min((len(question["options"]) for question in choices), default=0)
    common = [positions.get(str(number), 0) for number in range(1, shared + 1)]
    if common and max(common) - min(common) > POSITION_SPREAD:
        problems.add(file, 0, f"right answers stand in places {positions}; balance them")
    longest = sum(_right_is_longest(question["options"]) for question in choices)
    if longest > LONGEST_SHARE * len(choices):
        problems.add(file, 0, f"the right answer is the longest in {longest} of {len(choices)}")
    stems = Counter(question["stem"] for question in questions)
    for stem in sorted(stem for stem, times in stems.items() if times > 1):
        problems.add(file, 0, f"asks twice: {stem[:60]!r}")
    for question in questions:
        if not question["objective"] or not question["competency"]:
            problems.add(file, 0, f"{question['id']}: needs an objective and a competency")


def _right_is_longest(options: list[dict[str, Any]]) -> bool:
    right = next((len(each["text"]) for each in options if each["correct"]), 0)
    return right > max((len(each["text"]) for each in options if not each["correct"]), default=0)


def _check_guide(module: ModulePack, problems: Problems) -> None:
    file = f"{module.folder}/session.md"
    if not module.guide:
        problems.add(file, 0, "is missing: the module has live hours")
        return
    plays = sum(block.kind == "role-play" for block in module.guide)
    if plays < 2:
        problems.add(file, 0, f"has {plays} role-plays with briefs; two at least are needed")
