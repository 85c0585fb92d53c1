"""Read an uploaded file as a table, telling CSV from XLSX by content and not by name."""

import csv
import io
from collections.abc import Iterator
from typing import IO, Final

from django.utils.translation import gettext as _

from lms.kit.tables.shape import (
    MAX_BYTES,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Row,
    Table,
    TableError,
    build_table,
)
from lms.kit.tables.workbook import workbook_records

__all__ = [
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Row",
    "Table",
    "TableError",
    "read_table",
]

_ZIP: Final = b"PK"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")


def read_table(source: bytes | IO[bytes], *, max_rows: int = MAX_ROWS) -> Table:
    """Return the table in `source`, the bytes of an upload or an open binary file.

    Every value is text, trimmed; dates in a workbook come as YYYY-MM-DD. Assumptions made on
    the way (encoding, separator, sheet) are told in `notes`.

    Raises:
        TableError: whatever is wrong with the file; nothing else is raised on any bytes.
    """
    data = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TableError(
            _("The file is larger than %(most)d MB. Split it, or keep only the columns needed.")
            % {"most": MAX_BYTES // (1024 * 1024)}
        )
    if not data.strip():
        raise TableError(_("The file is empty."))
    if data.startswith(_OLE):
        raise _refuse_ole(data)
    if data.startswith((_ZIP + b"\x03\x04", _ZIP + b"\x05\x06")):
        records, notes = workbook_records(data)
        return build_table(records, notes, padded=True, max_rows=max_rows)
    text, notes = _decode(data)
    separator, more = _separator(text)
    records = _csv_records(text, separator)
    return build_table(records, [*notes, *more], padded=False, max_rows=max_rows)


def _refuse_ole(data: bytes) -> TableError:
    if _ENCRYPTED in data:
        return TableError(
            _("The workbook is protected by a password. Remove the password and upload it again.")
        )
    return TableError(
        _("This is an old Excel file (.xls). Save it as “Excel workbook (.xlsx)” or CSV.")
    )


def _decode(data: bytes) -> tuple[str, list[str]]:
    if data.startswith(_UTF16_BOMS):
        return _strictly(data, "utf-16"), [_("The file was read as UTF-16 text.")]
    if b"\x00" in data:
        raise TableError(
            _("This is not a text file. Save the table as “CSV UTF-8” or .xlsx and try again.")
        )
    if data.startswith(_UTF8_BOM):
        return _strictly(data, "utf-8-sig"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        note = _(
            "The file is not UTF-8; it was read as Windows-1252 text. Check names with accents,"
            " and next time save it as “CSV UTF-8”."
        )
        return _strictly(data, "cp1252"), [note]


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise TableError(
            _("The letters in this file cannot be read. Save it as “CSV UTF-8” and try again.")
        ) from None
    if "\x00" in text:
        raise TableError(
            _("This is not a text file. Save the table as “CSV UTF-8” or .xlsx and try again.")
        )
    return text


def _separator(text: str) -> tuple[str, list[str]]:
    """Return the separator of the heading line: a comma unless it has none and others."""
    heading = text.lstrip().partition("\n")[0]
    if "," not in heading:
        if ";" in heading:
            return ";", [_("The columns were taken to be separated by semicolons.")]
        if "\t" in heading:
            return "\t", [_("The columns were taken to be separated by tabs.")]
    return ",", []


def _csv_records(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):  # noqa: B007 - told when it breaks
            yield record
    except csv.Error:
        raise TableError(
            _(
                "The file breaks off or misuses double quotes near row %(number)d. A value with"
                " a comma or a quote stands in double quotes, and a quote inside it is doubled."
            )
            % {"number": number + 1},
            rows=[number + 1],
        ) from None
