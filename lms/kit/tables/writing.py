"""Write tables for download: streamed CSV and XLSX that no spreadsheet takes for formulas."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

Column = tuple[str, Callable[[Any], object]]
"""A stable column name, and how to get its value from one item."""

CSV_TYPE: Final = "text/csv; charset=utf-8; header=present"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A spreadsheet runs text that starts with one of these, also after a line break.
# The last four are the full-width forms, which some spreadsheets take for the plain ones.
_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UNSAFE_NAME: Final = re.compile(r"[^a-z0-9]+")
_Download = TypeVar("_Download", HttpResponse, StreamingHttpResponse)
_LONGEST_NAME: Final = 80
_SHEET_CELL_LIMIT: Final = 32_767


def defuse(value: object) -> object:
    """Return `value` for a cell: text that could be a formula gets an apostrophe in front.

    Numbers, dates and booleans are left alone: -3 stays a number, "-3" is text. Lazy
    translations become text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_TRIGGERS) else text


def write_csv(columns: Sequence[Column], items: Iterable[object]) -> Iterator[str]:
    """Yield RFC 4180 lines, headings first; one item is held in memory at a time."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow([defuse(name) for name, _ in columns])
    yield line.getvalue()
    for item in items:
        line.seek(0)
        line.truncate()
        writer.writerow([defuse(read(item)) for _, read in columns])
        yield line.getvalue()


def csv_text(columns: Sequence[Column], items: Iterable[object]) -> str:
    """Return the whole CSV as text, without a byte order mark."""
    return "".join(write_csv(columns, items))


def csv_response(
    filename: str, columns: Sequence[Column], rows: Iterable[object]
) -> StreamingHttpResponse:
    """Return a streaming download of `rows` as CSV in UTF-8.

    It starts with a byte order mark, without which Excel misreads accents. Give `rows` as an
    iterator over finished values: queries must not outlive the view's transaction.
    """

    def stream() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        for line in write_csv(columns, rows):
            yield line.encode("utf-8")

    response = StreamingHttpResponse(stream(), content_type=CSV_TYPE)
    return _as_download(response, safe_filename(filename, "csv"))


def xlsx_bytes(columns: Sequence[Column], items: Iterable[object], *, sheet: str = "Data") -> bytes:
    """Return a workbook with one sheet: bold headings that stay in sight, text never a formula."""
    book = Workbook(write_only=True)
    page = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", sheet)[:31])
    page.freeze_panes = "A2"
    page.append([_cell(page, name, bold=True) for name, _ in columns])
    for item in items:
        page.append([_cell(page, read(item)) for _, read in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_response(
    filename: str, columns: Sequence[Column], rows: Iterable[object], *, sheet: str = "Data"
) -> HttpResponse:
    """Return a download of `rows` as an XLSX workbook."""
    response = HttpResponse(xlsx_bytes(columns, rows, sheet=sheet), content_type=XLSX_TYPE)
    return _as_download(response, safe_filename(filename, "xlsx"))


def safe_filename(name: str, extension: str) -> str:
    """Return a plain ASCII file name for `name`, whatever it holds: "Río Vista" is rio-vista."""
    stem = name.removesuffix(f".{extension}")
    ascii_stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    tidy = _UNSAFE_NAME.sub("-", ascii_stem.lower())[:_LONGEST_NAME].strip("-")
    return f"{tidy or 'download'}.{extension}"


def _cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    """Return a typed cell; text is marked as text, so that no visible apostrophe is needed."""
    if isinstance(value, datetime):
        value = value.isoformat(timespec="seconds")  # a workbook cannot hold a time zone
    elif value is not None and not isinstance(value, bool | int | float | Decimal | date):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_SHEET_CELL_LIMIT]
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = defuse(value) != value  # stays text also after somebody edits it
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _as_download(response: _Download, filename: str) -> _Download:
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
