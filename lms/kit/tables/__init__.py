"""Read tables that people upload (CSV, XLSX) and write tables that people download."""

from lms.kit.tables.reading import (
    MAX_BYTES,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Row,
    Table,
    TableError,
    read_table,
)
from lms.kit.tables.writing import (
    Column,
    csv_response,
    csv_text,
    defuse,
    safe_filename,
    write_csv,
    xlsx_bytes,
    xlsx_response,
)

__all__ = [
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Column",
    "Row",
    "Table",
    "TableError",
    "csv_response",
    "csv_text",
    "defuse",
    "read_table",
    "safe_filename",
    "write_csv",
    "xlsx_bytes",
    "xlsx_response",
]
