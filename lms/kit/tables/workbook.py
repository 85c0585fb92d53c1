"""Read the first sheet of an XLSX workbook as text, refusing what could harm or mislead."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final

import openpyxl
from django.utils.translation import gettext as _

from lms.kit.tables.shape import MAX_COLUMNS, TableError

MAX_UNPACKED_BYTES: Final = 40 * 1024 * 1024
MAX_PARTS: Final = 1_000
MAX_SHEET_ROWS: Final = 1_048_576
"""Rows in a sheet, blank ones included. Source: ECMA-376, the limit of every spreadsheet."""

_PROLOGUE_BYTES: Final = 4_096
_EXACT_INTEGERS: Final = 10**15


def workbook_records(data: bytes) -> tuple[Iterator[list[str]], list[str]]:
    """Return the cells of the first visible sheet, row by row, and notes for the reader.

    Raises:
        TableError: at once or while iterating, whatever is wrong with the workbook.
    """
    _inspect(data)
    try:
        # Not `keep_links`: the cached values of other workbooks are of no interest here.
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        count = len(book.worksheets)
    except Exception as error:  # the library fails in many ways on broken files
        raise _broken() from error
    if not sheets:
        raise TableError(_("The workbook has no visible sheet with cells."))
    notes = []
    if count > 1:
        notes.append(_("Only the sheet “%(name)s” was read.") % {"name": sheets[0].title})
    return _records(sheets[0]), notes


def _inspect(data: bytes) -> None:
    """Refuse a dangerous or foreign container before any of it is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise TableError(_("The file is protected by a password. Remove it first."))
            if "xl/workbook.xml" not in names:
                raise TableError(
                    _("This is not an Excel workbook. Save the table as .xlsx or “CSV UTF-8”.")
                )
            # zipfile never unpacks more of a part than the size that is declared for it.
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
                raise TableError(
                    _("The workbook is too large when unpacked. Save the sheet as CSV instead.")
                )
            if any(name.startswith("xl/externalLinks/") for name in names):
                raise TableError(
                    _(
                        "The workbook takes values from other files. Copy the sheet, paste it as"
                        " values into a new workbook and upload that."
                    )
                )
            if "xl/vbaProject.bin" in names:
                raise TableError(_("The workbook holds macros. Save it as plain .xlsx or CSV."))
            for part in parts:
                _refuse_declarations(archive, part)
    except TableError:
        raise
    except Exception as error:  # zlib, struct and others on broken archives
        raise _broken() from error


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse XML that declares entities; no spreadsheet program writes them."""
    if part.filename.endswith((".xml", ".rels", ".vml")):
        with archive.open(part) as opened:
            prologue = opened.read(_PROLOGUE_BYTES)
        if b"<!" in prologue.replace(b"\x00", b"").replace(b"<!--", b"").replace(b"<![CDATA[", b""):
            raise _broken()


def _records(sheet: Any) -> Iterator[list[str]]:
    try:
        sheet.reset_dimensions()  # the declared size may be wrong, or huge
        rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
        for number, row in enumerate(rows, start=1):
            if number > MAX_SHEET_ROWS:
                raise _broken()
            # A sheet formatted to its very end has a million blank rows: pass them quickly.
            blank = row.count(None) == len(row)
            yield [] if blank else [_text(value) for value in row]
    except TableError:
        raise
    except Exception as error:  # the library fails in many ways on broken files
        raise _broken() from error


def _text(value: object) -> str:
    """Return a cell as a person would type it; a date as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _EXACT_INTEGERS
        return str(int(value)) if whole else format(value, ".15g")
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _broken() -> TableError:
    return TableError(
        _("The workbook cannot be opened. Open it in Excel, save it again as .xlsx, and retry.")
    )
