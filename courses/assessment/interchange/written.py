"""Questions as files write them: one shape for all formats, between a file and a bank."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

SINGLE: Final = "single"
MULTIPLE: Final = "multiple"
TRUE_FALSE: Final = "true_false"
MATCHING: Final = "matching"
ORDERING: Final = "ordering"
SHORT_TEXT: Final = "short_text"
NUMERIC: Final = "numeric"
BRANCHING: Final = "branching"
ESSAY: Final = "essay"
KINDS: Final = (
    SINGLE, MULTIPLE, TRUE_FALSE, MATCHING, ORDERING, SHORT_TEXT, NUMERIC, BRANCHING, ESSAY,
)  # fmt: skip

FULL: Final = Decimal(1)
NOTHING: Final = Decimal(0)

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_QUESTIONS: Final = 2_000
MOST_CHOICES: Final = 40
ABOUT: Final = (
    "objective", "competency", "tags", "difficulty", "points", "critical", "asks_confidence",
)  # fmt: skip
"""What a question is about; a file that does not say it leaves it as it is."""
MOST_TEXT: Final = 10_000
"""Characters of one stem, answer or feedback."""


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the text says why and what to do about it."""


class UnreadableQuestion(ValueError):
    """One question of a file cannot be read; the text says why and what to do about it."""


class NoQuestion(ValueError):
    """A piece of a file is no question, and is left out on purpose; the text says what it is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose or to accept. ``share`` of the points it earns: 1 right, 0 wrong."""

    text: str
    share: Decimal = NOTHING
    feedback: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """What belongs together. ``left`` empty: a right side that belongs to nothing."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from ``low`` through ``high``, and the share of the points they earn.

    ``value`` is the one number that is meant, where the others are its tolerance.
    """

    low: Decimal
    high: Decimal
    share: Decimal = FULL
    feedback: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """One question as a file says it. All texts are Markdown, but accepted words.

    ``choices``: what is chosen among; for ordering in the right order; for short text what is
    accepted. ``criteria``: by what a person marks it, with the points of each. ``rule``: how parts
    of an answer count, empty where the file does not say. ``feedback``: for whoever answers,
    whatever the answer. ``key`` empty: the file names none.
    """

    kind: str
    stem: str
    key: str = ""
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    ranges: tuple[Range, ...] = ()
    criteria: tuple[tuple[str, int], ...] = ()
    truth: bool | None = None
    rule: str = ""
    unit: str = ""
    max_words: int | None = None
    case_sensitive: bool = False
    feedback: str = ""
    feedback_right: str = ""
    feedback_wrong: str = ""
    points: int = 1
    asks_confidence: bool = False
    objective: str = ""
    competency: str = ""
    tags: tuple[str, ...] = ()
    difficulty: int = 1
    critical: bool = False
    # Of what is about a question and not in its words: the fields that the file does say.
    said: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """One piece of a file: a question, or why it is none.

    Exactly one of ``written``, ``fault`` and ``skipped`` says something. ``place`` is where it
    stands in the file ("Row 7", "Line 12", the name of a part); ``notes`` tell what of it could
    not be kept.
    """

    number: int
    place: str
    written: Written | None = None
    fault: str = ""
    skipped: str = ""
    begins: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a file holds, piece by piece. ``notes`` tell what was assumed about the file."""

    format: str
    seen: tuple[Seen, ...]
    notes: tuple[str, ...] = ()

    @property
    def written(self) -> list[Written]:
        """Return the questions that can be read."""
        return [each.written for each in self.seen if each.written is not None]


@dataclass(slots=True)
class Remarks:
    """What of one question could not be kept, gathered while it is read."""

    said: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        """Add a remark, once."""
        if words not in self.said:
            self.said.append(words)


def beginning(text: str, most: int = 80) -> str:
    """Return the start of a text on one line, to recognise it by."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def percent(share: Decimal) -> str:
    """Return a share as per cent without needless zeros: 0.3333 is "33.33"."""
    return plain(share * 100)


def plain(number: Decimal) -> str:
    """Return a number without exponent and without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def full(choices: Sequence[Choice]) -> list[Choice]:
    """Return the choices that earn all points by themselves."""
    return [choice for choice in choices if choice.share >= FULL]
