"""Count what a learner reads: the words of a lesson and how hard they are."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from pyphen import Pyphen

from courses.catalog.packs.shapes import LessonPack

# Of the fields of blocks, those that are running text; titles are counted by nobody.
TEXTS: Final = frozenset(
    "text intro question result debrief feedback prompt hint description transcript caption".split()
)
_HEADING: Final = re.compile(r"^\s{0,3}#.*$", re.MULTILINE)
# Where a link leads is not read.
_ADDRESS: Final = re.compile(r"\]\([^)\s]*\)")
# A heading, a list item, a quotation and a row of a table end a sentence: a reader pauses there.
_BREAK: Final = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*#>|]|\d+\.)\s)")
_STOP: Final = re.compile(r"[.!?]+[”\"*’)_]*(?:\s|$)")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_COUNTED: Final = re.compile(r"\w+(?:['’.,:/-]\w+)*")


def text_of(lesson: LessonPack) -> str:
    """Return all running text of a lesson, without titles, headings, references and addresses."""
    parts = (_HEADING.sub("", part) for block in lesson.blocks for part in _texts(block.value))
    return _ADDRESS.sub("]", "\n\n".join(parts))


def count_words(text: str) -> int:
    """Return the number of words; numbers count, marks do not."""
    return len(_COUNTED.findall(text))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: the school year at which a text is read with ease.

    Source: Kincaid and others (1975): 0.39 words/sentence + 11.8 syllables/word - 15.59. Syllables
    are counted by the hyphenation patterns of American English.
    """
    pieces = [part for block in _BREAK.split(text) for part in _STOP.split(block)]
    sentences = [words for words in (_WORD.findall(piece) for piece in pieces) if words]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _texts(value: Any, name: str = "text") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _texts(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, "")
    elif isinstance(value, str) and name in TEXTS:
        yield value


@cache
def _patterns() -> Pyphen:
    return Pyphen(lang="en_US")


@cache
def _syllables(word: str) -> int:
    return len(_patterns().positions(word)) + 1
