"""Read the rows of a roster to be checked from an uploaded table, and write the answers; pure."""

from operator import itemgetter
from typing import Final

from django.utils.translation import gettext as _

from certification.verification.roster import Asked
from lms.kit.matching import guess_columns
from lms.kit.tables import Column, Table

MAX_ROWS: Final = 10_000
COLUMNS: Final = {
    "record_id": ("record", "id", "row id", "employee id", "staff id", "número"),
    "certificate_code": (
        "code", "certificate", "certificate number", "certificate no", "credential code",
        "mrss code", "código",
    ),
    "given_name": ("first name", "first", "given", "nombre"),
    "family_name": ("last name", "last", "surname", "family", "apellido", "apellidos"),
    "role": ("position", "job", "rol"),
}  # fmt: skip
"""The columns that are read, and other headings that are taken for them."""


class NotARoster(ValueError):
    """The table has neither codes nor names; the text says what to do."""


def asked_rows(table: Table) -> list[Asked]:
    """Return the rows of a table. Raises: NotARoster."""
    columns = guess_columns(table.headers, COLUMNS)
    if "certificate_code" not in columns and "family_name" not in columns:
        raise NotARoster(
            _("The list needs a column certificate_code, or given_name and family_name.")
        )
    return [
        Asked(
            number=row.number,
            **{name: row.values.get(columns.get(name, ""), "") for name in COLUMNS},
        )
        for row in table.rows
    ]


_NAMES: Final = (
    "row", "record_id", "certificate_code", "given_name", "family_name", "role",
    "match", "status", "qualification", "valid_until",
)  # fmt: skip
DOWNLOAD: Final[tuple[Column, ...]] = (
    *((name, itemgetter(name)) for name in _NAMES),
    ("reasons", lambda row: " ".join(row["reasons"])),
)
"""The columns of the download; their names are stable."""
