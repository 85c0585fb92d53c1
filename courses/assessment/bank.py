"""Read a quiz file and draw from its questions, without a database."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.assessment import items
from courses.catalog.packs.examining import read_quiz as read_file
from courses.catalog.packs.fields import Fields
from courses.catalog.packs.pools import fill, fits, shortages
from courses.catalog.packs.problems import Problems
from courses.catalog.packs.questions import read_question as read_row

__all__ = [
    "Candidate",
    "FaultyQuiz",
    "QuestionDraft",
    "QuizDraft",
    "draw",
    "fits",
    "read_question",
    "read_quiz",
    "short_pools",
    "shortages",
]


class FaultyQuiz(ValueError):
    """The quiz file cannot be used; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """One question as written. ``difficulty`` is 1 (easy) to 3; a critical one must be right.

    ``options`` and ``marking`` are as they are stored, in the shape of the kind.
    """

    key: str
    stem: str
    options: tuple[dict[str, Any], ...]
    objective: str
    competency: str
    difficulty: int
    critical: bool = False
    kind: str = "single"
    marking: Mapping[str, Any] = field(default_factory=dict)
    points: int = 1
    confidence: bool = False
    tags: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything a learner or a grader would notice."""
        said: dict[str, Any] = {
            "key": self.key,
            "stem": self.stem,
            "options": list(self.options),
            "objective": self.objective,
            "competency": self.competency,
            "difficulty": self.difficulty,
        }
        # Left out where nothing is said: questions written before there was more to say stay.
        more: dict[str, tuple[Any, Any]] = {
            "critical": (self.critical, False),
            "kind": (self.kind, "single"),
            "marking": (dict(self.marking), {}),
            "points": (self.points, 1),
            "confidence": (self.confidence, False),
            "tags": (list(self.tags), []),
        }
        said |= {name: value for name, (value, usual) in more.items() if value != usual}
        words = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()

    @property
    def item(self) -> items.Item:
        """Return the question as its kind reads it."""
        return items.Item(self.kind, self.options, self.marking, self.points)


@dataclass(frozen=True, slots=True)
class QuizDraft:
    """One quiz as written. ``attempts`` None: as often as the learner likes.

    Where the file names no ``pools``, ``critical_draw`` of the ``draw`` questions are critical
    ones. ``time_limit_minutes`` None: no limit; ``wait_hours`` pass after a failed attempt.
    """

    key: str
    title: str
    draw: int
    pass_percent: int
    attempts: int | None
    minutes: int
    questions: tuple[QuestionDraft, ...]
    critical_draw: int = 0
    written_pools: tuple[dict[str, Any], ...] = ()
    time_limit_minutes: int | None = None
    wait_hours: int = 0

    def pools(self) -> list[dict[str, Any]]:
        """Return what each attempt draws; without pools of the file, from the quiz's own bank."""
        if self.written_pools:
            return [dict(pool) for pool in self.written_pools]
        others = {"bank": self.key, "draw": self.draw - self.critical_draw}
        if not self.critical_draw:
            return [others]
        critical = {"bank": self.key, "draw": self.critical_draw, "critical": True}
        return [pool for pool in ({**others, "critical": False}, critical) if pool["draw"]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One question that an attempt may draw."""

    id: int
    bank: str
    item: items.Item
    objective: str = ""
    competency: str = ""
    tags: tuple[str, ...] = ()
    difficulty: int = 1
    critical: bool = False


def read_quiz(data: Mapping[str, Any]) -> QuizDraft:
    """Return the quiz in ``data``, which is a parsed quiz file.

    Raises:
        FaultyQuiz: with every fault that was found, not only the first.
    """
    problems = Problems()
    read = read_file(Fields(_named(data), "quiz", 0, problems), None, None)
    if problems.found:
        raise FaultyQuiz([problem.text for problem in problems.found])
    return QuizDraft(
        key=read["key"],
        title=read["title"],
        draw=read["draw"],
        pass_percent=read["pass_percent"],
        attempts=read["attempts"],
        minutes=read["minutes"] or 0,
        questions=tuple(read_question(row) for row in read["questions"]),
        critical_draw=read["critical_draw"],
        written_pools=tuple(read.get("pools", ())),
        time_limit_minutes=read.get("time_limit_minutes"),
        wait_hours=read.get("wait_hours", 0),
    )


def read_question(data: Mapping[str, Any]) -> QuestionDraft:
    """Return the question in ``data``, which is one entry of ``questions`` of a quiz file.

    Raises:
        FaultyQuiz: with every fault that was found, not only the first.
    """
    problems = Problems()
    read = read_row(Fields(_named(data), "question", 0, problems), None, None)
    if problems.found:
        raise FaultyQuiz([problem.text for problem in problems.found])
    return QuestionDraft(
        key=read["id"],
        stem=read["stem"],
        options=tuple(read["options"]),
        objective=read["objective"],
        competency=read["competency"],
        difficulty=read["difficulty"],
        critical=read["critical"],
        kind=read["type"],
        marking=read["marking"],
        points=read["points"],
        confidence=read["confidence"],
        tags=tuple(read["tags"]),
    )


def draw(
    candidates: Sequence[Candidate], pools: Sequence[Mapping[str, Any]], rng: random.Random
) -> list[dict[str, Any]]:
    """Draw what the pools ask for, each question once; shuffle the questions and their options.

    Returns what is stored as shown: [{"question", "options"}]. Where questions were retired since
    the pools were written, fewer are drawn; an attempt is better shorter than refused.
    """
    picked = [each for drawn in fill(pools, candidates, rng) for each in drawn]
    rng.shuffle(picked)
    return [{"question": each.id, "options": items.arranged(each.item, rng)} for each in picked]


def short_pools(
    *, candidates: Sequence[Candidate], pools: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return in words which pools cannot be filled from the questions that there are."""
    short = shortages(pools, candidates)
    return [
        f"pools[{number + 1}]: draws {pools[number]['draw']} questions of the bank"
        f" {pools[number]['bank']!r}, only {found} are left for it"
        for number, found in short
    ]


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in data.items()}
