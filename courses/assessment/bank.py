"""Read a quiz file and draw from its questions, without a database."""

import hashlib
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
OPTION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class FaultyQuiz(ValueError):
    """The quiz file cannot be used; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """One answer to choose, whether it is right, and what to tell who chose it."""

    id: str
    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """One question as written. ``difficulty`` is 1 (easy) to 3; a critical one must be right."""

    key: str
    stem: str
    options: tuple[OptionDraft, ...]
    objective: str
    competency: str
    difficulty: int
    critical: bool = False

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything a learner or a grader would notice."""
        said = asdict(self)
        # Left out where it is not so: questions written before there were critical ones stay.
        if not said["critical"]:
            del said["critical"]
        words = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()

    def option_rows(self) -> list[dict[str, Any]]:
        """Return the options as they are stored."""
        return [asdict(option) for option in self.options]


@dataclass(frozen=True, slots=True)
class QuizDraft:
    """One quiz as written. ``attempts`` None: as often as the learner likes.

    Of the ``draw`` questions, ``critical_draw`` are critical ones.
    """

    key: str
    title: str
    draw: int
    pass_percent: int
    attempts: int | None
    minutes: int
    questions: tuple[QuestionDraft, ...]
    critical_draw: int = 0

    def pools(self) -> list[dict[str, Any]]:
        """Return what each attempt draws from the quiz's own bank."""
        others = {"bank": self.key, "draw": self.draw - self.critical_draw}
        if not self.critical_draw:
            return [others]
        critical = {"bank": self.key, "draw": self.critical_draw, "critical": True}
        return [pool for pool in ({**others, "critical": False}, critical) if pool["draw"]]


def read_quiz(data: Mapping[str, Any]) -> QuizDraft:
    """Return the quiz in ``data``, which is a parsed quiz file.

    Raises:
        FaultyQuiz: with every fault that was found, not only the first.
    """
    faults: list[str] = []
    key = _text(data, "key", "quiz", faults)
    if key and not KEY.fullmatch(key):
        faults.append(f"quiz: {key!r} is not a key")
    rows = data.get("questions")
    rows = rows if isinstance(rows, list) else []
    questions = tuple(_question(row, faults) for row in rows)
    draft = QuizDraft(
        key=key,
        title=_text(data, "title", "quiz", faults),
        draw=_whole(data, "draw", "quiz", faults, least=1, most=200),
        pass_percent=_whole(data, "pass_percent", "quiz", faults, least=1, most=100),
        attempts=_attempts(data, faults),
        minutes=_whole(data, "minutes", "quiz", faults, least=0, most=600, default=0),
        questions=questions,
        critical_draw=_whole(data, "critical_draw", "quiz", faults, least=0, most=200, default=0),
    )
    critical = sum(question.critical for question in questions)
    if draft.critical_draw > min(critical, draft.draw):
        faults.append(f"quiz: draws {draft.critical_draw} critical questions of {critical}")
    others, drawn = len(questions) - critical, draft.draw - draft.critical_draw
    if others < drawn and draft.draw <= len(questions):
        faults.append(f"quiz: draws {drawn} questions that are not critical of {others}")
    keys = [question.key for question in questions]
    faults += [f"question {key}: is there twice" for key in sorted(_twice(keys))]
    if draft.draw > len(questions):
        faults.append(f"quiz: draws {draft.draw} but has only {len(questions)} questions")
    if faults:
        raise FaultyQuiz(faults)
    return draft


def draw(
    *,
    questions: Sequence[tuple[int, Sequence[str], bool]],
    count: int,
    critical: int = 0,
    rng: random.Random,
) -> list[dict[str, Any]]:
    """Draw ``count`` questions, of them ``critical`` critical ones; shuffle them and their options.

    ``questions`` are (id, option ids, whether it is critical). Returns what is stored as shown:
    [{"question", "options"}].
    """
    must = [question for question in questions if question[2]]
    other = [question for question in questions if not question[2]]
    picked = rng.sample(must, min(critical, len(must)))
    picked += rng.sample(other, min(count - len(picked), len(other)))
    rng.shuffle(picked)
    return [
        {"question": question, "options": rng.sample(list(options), len(options))}
        for question, options, _critical in picked
    ]


def _question(row: object, faults: list[str]) -> QuestionDraft:
    row = row if isinstance(row, dict) else {}
    key = _text(row, "id", "question", faults)
    name = f"question {key or '?'}"
    if key and not KEY.fullmatch(key):
        faults.append(f"{name}: {key!r} is not a key")
    if row.get("type", "single") != "single":
        faults.append(f"{name}: type {row['type']!r} is not known; use single")
    options = row.get("options")
    drafts = tuple(_option(item, name, faults) for item in options or ())
    if len(drafts) < 2:
        faults.append(f"{name}: needs at least two options")
    if sum(option.correct for option in drafts) != 1:
        faults.append(f"{name}: needs exactly one correct option")
    faults += [f"{name}: option {twin} is there twice" for twin in _twice([o.id for o in drafts])]
    return QuestionDraft(
        key=key,
        stem=_text(row, "stem", name, faults),
        options=drafts,
        objective=str(row.get("objective") or ""),
        competency=str(row.get("competency") or ""),
        difficulty=_whole(row, "difficulty", name, faults, least=1, most=3, default=1),
        critical=row.get("critical") is True,
    )


def _option(row: object, name: str, faults: list[str]) -> OptionDraft:
    row = row if isinstance(row, dict) else {}
    key = _text(row, "id", f"{name}, option", faults)
    if key and not OPTION.fullmatch(key):
        faults.append(f"{name}: {key!r} is not an option id")
    correct = row.get("correct", False)
    if not isinstance(correct, bool):
        faults.append(f"{name}, option {key}: correct is true or false")
    text = _text(row, "text", f"{name}, option {key}", faults)
    feedback = _text(row, "feedback", f"{name}, option {key}", faults)
    return OptionDraft(id=key, text=text, correct=correct is True, feedback=feedback)


def _text(row: Mapping[str, Any], field: str, name: str, faults: list[str]) -> str:
    value = row.get(field)
    # YAML reads a bare 1 or yes as a number or a truth; a key must be what its author sees.
    if not isinstance(value, str) or not value.strip():
        faults.append(f"{name}: {field} is missing or not text")
        return ""
    return value.strip()


def _whole(
    row: Mapping[str, Any],
    field: str,
    name: str,
    faults: list[str],
    *,
    least: int,
    most: int,
    default: int | None = None,
) -> int:
    value = row.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        faults.append(f"{name}: {field} must be a whole number from {least} to {most}")
        return least
    return value


def _attempts(data: Mapping[str, Any], faults: list[str]) -> int | None:
    if data.get("attempts") is None:
        return None
    return _whole(data, "attempts", "quiz", faults, least=1, most=100)


def _twice(keys: Sequence[str]) -> set[str]:
    return {key for key in keys if key and keys.count(key) > 1}
