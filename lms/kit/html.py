"""Clean HTML that people or packs supplied: the only import of bleach."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final
from xml.etree.ElementTree import Element

import markdown
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

INLINE_TAGS: Final = frozenset(
    "a abbr b br cite code del em i ins kbd mark q s small span strong sub sup".split()
)
BLOCK_TAGS: Final = frozenset(
    "blockquote caption col colgroup dd div dl dt h2 h3 h4 h5 h6 hr li ol p pre table tbody td"
    " tfoot th thead tr ul".split()
)
ATTRIBUTES: Final[dict[str, list[str]]] = {
    "*": ["lang", "dir"],
    "a": ["href", "hreflang", "title"],
    "abbr": ["title"],
    "ol": ["start", "reversed"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan", "scope"],
}
"""What survives. Never `style`, `class`, `id` or `name`: they reach into the page around it."""

PROTOCOLS: Final = frozenset({"http", "https", "mailto", "sms", "tel"})

_MARKDOWN_EXTENSIONS: Final = ("tables", "sane_lists", "def_list", "abbr")
_HIDDEN_TAG: Final = re.compile(r"<(/?)(script|style)(?=[\s/>])", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")


def clean_rich_text(text: str) -> SafeString:
    """Return `text` as safe HTML: paragraphs, headings from h2 down, lists, tables, links."""
    return _clean(text, INLINE_TAGS | BLOCK_TAGS)


def clean_inline(text: str) -> SafeString:
    """Return `text` as safe HTML that fits inside a sentence: emphasis, links, no blocks."""
    return _clean(text, INLINE_TAGS)


def render_markdown(text: str) -> SafeString:
    """Return Markdown `text` as safe HTML.

    A heading of the first level becomes one of the second, as the page around it has the only
    `h1`. HTML within the text is kept where `clean_rich_text` would keep it.
    """
    rendered = markdown.markdown(
        text, extensions=[*_MARKDOWN_EXTENSIONS, _DemoteExtension()], output_format="html"
    )
    return clean_rich_text(rendered)


def plain_text(text: str) -> str:
    """Return the words of HTML `text` in one line, for summaries, mail and search.

    The result is text, not HTML: "&lt;" has become "<", so it must be escaped when shown.
    """
    reader = _TextReader()
    reader.feed(clean_rich_text(text))
    reader.close()
    return _SPACES.sub(" ", "".join(reader.pieces)).strip()


def _clean(text: str, tags: frozenset[str]) -> SafeString:
    # A Cleaner is not thread-safe and costs little, so that every call makes its own.
    cleaner = Cleaner(
        tags=tags, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True, strip_comments=True
    )
    return mark_safe(cleaner.clean("".join(_without_hidden_text(text))))  # noqa: S308 - just cleaned


def _without_hidden_text(text: str) -> Iterator[str]:
    """Yield `text` without what stands inside script and style elements.

    This is for looks only: bleach would print their contents as words. Safety comes from
    bleach, which reads the result. One pass, however badly the tags are nested.
    """
    position, opened, name = 0, -1, ""
    for tag in _HIDDEN_TAG.finditer(text):
        closing, found = bool(tag[1]), tag[2].lower()
        if opened < 0 and not closing and tag.start() >= position:
            opened, name = tag.start(), found
        elif opened >= 0 and closing and found == name:
            yield text[position:opened]
            end = text.find(">", tag.end())
            if end < 0:
                return
            position, opened = end + 1, -1
    yield text[position:]


class _Demote(Treeprocessor):
    def run(self, root: Element) -> None:
        for heading in root.iter("h1"):
            heading.tag = "h2"


class _DemoteExtension(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.treeprocessors.register(_Demote(md), "demote_first_level", 0)


class _TextReader(HTMLParser):
    """Collect the words of clean HTML, with a space where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break_at(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break_at(tag)

    def _break_at(self, tag: str) -> None:
        if tag in BLOCK_TAGS or tag == "br":
            self.pieces.append(" ")
