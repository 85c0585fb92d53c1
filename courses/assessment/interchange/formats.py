"""Find out how an uploaded file is written, and read or write it that way."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from typing import Final

from django.utils.translation import gettext_lazy

from courses.assessment.interchange import (
    aiken,
    gift,
    gift_writing,
    qti,
    qti_writing,
    sheet,
    sheet_writing,
    texts,
)
from courses.assessment.interchange.exported import Exported
from courses.assessment.interchange.written import Reading, UnreadableFile, Written

TABLE, AIKEN, GIFT, QTI = sheet.FORMAT, aiken.FORMAT, gift.FORMAT, qti.FORMAT
NAMES: Final = {
    TABLE: gettext_lazy("Table (CSV or XLSX)"),
    GIFT: gettext_lazy("GIFT"),
    AIKEN: gettext_lazy("Aiken"),
    QTI: gettext_lazy("QTI 2.1"),
}
_READERS: Final[dict[str, Callable[[bytes], Reading]]] = {
    TABLE: sheet.read,
    AIKEN: aiken.read,
    GIFT: gift.read,
    QTI: qti.read,
}
_ANSWER: Final = re.compile(r"^\s*ANSWER\s*:", re.IGNORECASE | re.MULTILINE)
_HEADINGS: Final = {"question", "stem"}

EXPORTS: Final[dict[str, tuple[str, str, Callable[..., Exported]]]] = {
    "csv": ("csv", "text/csv; charset=utf-8; header=present", sheet_writing.write),
    "gift": ("gift", "text/plain; charset=utf-8", gift_writing.write),
    "qti": ("zip", "application/zip", qti_writing.write),
}
"""Name → ending of the file, its type, and what writes it."""


def recognise(name: str, data: bytes) -> str:
    """Return how a file is written, by its content and, where that leaves a choice, its name."""
    if data[:2] == b"PK":
        return TABLE if _is_workbook(data) else QTI
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return TABLE  # An old workbook; the reader says what to do.
    ending = name.lower().rpartition(".")[2]
    if ending in {"csv", "tsv", "xlsx"}:
        return TABLE
    if ending == "gift":
        return GIFT
    try:
        text, _notes = texts.decode(data)
    except UnreadableFile:
        return AIKEN  # Its reader says what is wrong with the text.
    if ending == "xml" or re.match(r"\s*<(\?xml|!doctype|\w*:?assessment)", text, re.IGNORECASE):
        return QTI
    if "{" not in text and _ANSWER.search(text):
        return AIKEN
    heading = text.lstrip().partition("\n")[0]
    cells = {cell.strip(' "').casefold() for cell in re.split(r"[,;\t]", heading)}
    if cells & _HEADINGS:
        return TABLE
    return GIFT


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return False


def read(data: bytes, *, name: str = "", format: str = "") -> Reading:
    """Return what a file holds; without ``format`` it is found out.

    Raises:
        UnreadableFile: whatever is wrong with the file; nothing else is raised on any bytes.
    """
    return _READERS[format or recognise(name, data)](data)


def write(questions: Iterable[Written], *, format: str, title: str) -> Exported:
    """Return questions as a file of a format in ``EXPORTS``."""
    return EXPORTS[format][2](questions, title=title)
