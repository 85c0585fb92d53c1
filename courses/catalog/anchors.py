"""Give the headings and paragraphs of a lesson names that stay, to come back to. Pure."""

import re
from html import unescape
from typing import Final

# The rich text editor writes keys of its own into what it saves.
_OPENS: Final = re.compile(r'<(h[23]|p|li)((?: data-block-key="[^"]*")?)>')
_TAGS: Final = re.compile(r"<[^>]+>")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
MOST_LETTERS: Final = 32


class Names:
    """The names given within one lesson so far; ``headings`` maps a name to its words."""

    def __init__(self) -> None:
        self.headings: dict[str, str] = {}
        self._heading = "h"
        self._number = 0

    def named(self, html: str) -> str:
        """Return HTML in which every heading and paragraph has an id.

        A heading is named by its words, a paragraph by the heading above it and its number there,
        so that a change elsewhere in the lesson moves neither.
        """
        return _OPENS.sub(lambda found: self._name(found, html), html)

    def _name(self, found: re.Match[str], html: str) -> str:
        tag = found[1]
        if tag in ("h2", "h3"):
            end = html.find(f"</{tag}>", found.end())
            words = unescape(_TAGS.sub("", html[found.end() : end])).strip()
            self._heading, self._number = self._free(words), 0
            self.headings[self._heading] = words
            return f'<{tag} id="{self._heading}"{found[2]}>'
        self._number += 1
        return f'<{tag} id="{self._heading}.{self._number}"{found[2]}>'

    def _free(self, words: str) -> str:
        slug = _NO_WORD.sub("-", words.lower()).strip("-")[:MOST_LETTERS].strip("-")
        name, number = f"h-{slug}", 2
        while name in self.headings:
            name, number = f"h-{slug}-{number}", number + 1
        return name


def heading_above(anchor: str) -> str:
    """Return the name of the heading that an anchor stands under: "h-calm.3" under "h-calm"."""
    return anchor.partition(".")[0]
