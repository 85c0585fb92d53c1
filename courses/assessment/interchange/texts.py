"""Read the bytes of a text file, and carry words of other tools into Markdown unchanged."""

import re
from html.parser import HTMLParser
from typing import Final

from django.utils.translation import gettext as _

from courses.assessment.interchange.written import MOST_BYTES, Remarks, UnreadableFile

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ufdd0-\ufdef]")
# What Markdown would take for markup where another tool shows the characters themselves.
_INLINE: Final = re.compile(r"[\\`*_\[\]]")
_LINE_START: Final = re.compile(r"^(\s*)([#>+-]|\d+(?=[.)]))", re.MULTILINE)
# Whatever might be markup, or a space that HTML would not keep.
_MAY_MARK: Final = re.compile(r"[\\`*_\[\]<>&#|~^=\n\r\t{}!]|^[\d+:-]|\s\s|[^\S ]")
_BLOCKS: Final = {"p", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "tr", "blockquote", "pre"}
_MARKS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_SILENT: Final = {"script", "style", "head", "title"}


def decode(data: bytes) -> tuple[str, list[str]]:
    """Return the text in the bytes of a file, with its line ends as \\n, and what was assumed.

    Raises:
        UnreadableFile: it is too large, empty, or no text.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(most)d MB. Split it into smaller files.")
            % {"most": MOST_BYTES // (1024 * 1024)}
        )
    notes: list[str] = []
    if data.startswith(_UTF16):
        text = _strictly(data, "utf-16")
        notes.append(_("The file was read as UTF-16 text."))
    elif b"\x00" in data:
        raise UnreadableFile(
            _("This is not a text file. Save it as plain text (UTF-8) and upload it again.")
        )
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _strictly(data, "cp1252")
            notes.append(
                _(
                    "The file is not UTF-8; it was read as Windows-1252 text. Check words with"
                    " accents, and next time save it as UTF-8."
                )
            )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    seen, count = _UNSEEN.subn("", text)
    if count:
        notes.append(_("Invisible characters were left out."))
    if not seen.strip():
        raise UnreadableFile(_("The file is empty."))
    return seen, notes


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableFile(
            _("The letters in this file cannot be read. Save it as plain text (UTF-8).")
        ) from None


def literal(text: str) -> str:
    """Return plain text as Markdown that shows the same characters."""
    kept = _INLINE.sub(r"\\\g<0>", text).replace("<", "&lt;")
    kept = re.sub(r"&(?=#?\w+;)(?!lt;)", "&amp;", kept)
    return _LINE_START.sub(_behind, kept)


_ESCAPED: Final = re.compile(r"\\([\\`*_\[\]#>+.)-])")


def unmarked(text: str) -> str:
    """Return Markdown without the escapes that `literal` writes, for a glance at it."""
    return _ESCAPED.sub(r"\1", text).replace("&lt;", "<")


def is_bare(text: str) -> bool:
    """Tell whether Markdown shows a text as it is, in one paragraph; False where unsure."""
    return not _MAY_MARK.search(text)


def _behind(found: re.Match[str]) -> str:
    """Return what begins a line so that it starts no list, heading or quotation."""
    space, mark = found.groups()
    return f"{space}{mark}\\" if mark[0].isdigit() else f"{space}\\{mark}"


class _Markdown(HTMLParser):
    """Writes HTML down as Markdown; what Markdown has no words for is remarked upon."""

    def __init__(self, remarks: Remarks) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.remarks = remarks
        self.links: list[str] = []
        self.lists: list[list[int | None]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SILENT:
            self.silent += 1
        elif tag in _MARKS:
            self.parts.append(_MARKS[tag])
        elif tag == "br":
            self.parts.append("\n\n")
        elif tag == "a":
            self.links.append(given.get("href") or "")
            self.parts.append("[")
        elif tag in {"ul", "ol"}:
            self.lists.append([1 if tag == "ol" else None])
            self.parts.append("\n\n")
        elif tag == "li":
            self._begin_item()
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in {"img", "audio", "video", "object", "iframe", "embed", "svg", "math"}:
            self._leave_out(tag, given)

    def _begin_item(self) -> None:
        number = self.lists[-1][0] if self.lists else None
        if number is None:
            self.parts.append("\n- ")
        else:
            self.parts.append(f"\n{number}. ")
            self.lists[-1][0] = number + 1

    def _leave_out(self, tag: str, given: dict[str, str | None]) -> None:
        words = literal(given.get("alt") or given.get("title") or "")
        self.parts.append(f"[{words}]" if words else "")
        self.remarks.say(
            _("A picture or other medium (%(tag)s) was left out; add it in a lesson.")
            % {"tag": tag}
        )

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag in _MARKS:
            self.parts.append(_MARKS[tag])
        elif tag == "a" and self.links:
            self.parts.append(f"]({self.links.pop()})")
        elif tag in {"ul", "ol"}:
            if self.lists:
                self.lists.pop()
            self.parts.append("\n\n")
        elif tag in _BLOCKS and tag != "li":
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        begins = not self.parts or self.parts[-1].endswith("\n")
        text = re.sub(r"\s+", " ", data)
        self.parts.append(literal(text.lstrip() if begins else text))


def from_html(html: str, remarks: Remarks) -> str:
    """Return HTML of another tool as Markdown; pictures and the like become a remark."""
    reader = _Markdown(remarks)
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # what html.parser says to a broken marked section
        remarks.say(_("Broken HTML was taken as plain text."))
        return literal(html)
    text = "".join(reader.parts)
    text = "\n".join(line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
