"""Insert any number of rows in one statement, on SQLite and on PostgreSQL."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


def insert_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    replacing: Sequence[str] = (),
) -> None:
    """Insert rows given as tuples in the order of `fields`; for derived tables that are rebuilt.

    `bulk_create` splits its rows over many statements, because a statement holds few parameters.
    Here all rows travel as one JSON parameter, so that the count stays one. `replacing` names the
    fields of a unique constraint whose row, if there is one, takes the new values. Defaults and
    `save()` play no part: give every field that has no database default.
    """
    if not rows:
        return
    columns = [model._meta.get_field(name) for name in fields]
    names = [_quoted(field) for field in columns]
    picks = ", ".join(_pick(place, field) for place, field in enumerate(columns))
    source = "json_each(%s)" if connection.vendor == "sqlite" else "jsonb_array_elements(%s::jsonb)"
    sql = (  # names come from the models, values travel as a parameter
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({', '.join(names)})"  # noqa: S608 - no value is in the text
        f" SELECT {picks} FROM {source} AS given(value) WHERE true"
    )
    if connection.vendor == "sqlite":
        sql = sql.replace(" AS given(value)", "")
    if replacing:
        keys = [_quoted(model._meta.get_field(name)) for name in replacing]
        changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
        sql += f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows, cls=DjangoJSONEncoder)])


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _pick(place: int, field: Any) -> str:
    """Return the SQL that takes one value out of the JSON array of a row."""
    if connection.vendor == "sqlite":
        return f"json_extract(value, '$[{place}]')"
    kind = field.db_type(connection).replace("serial", "int")
    return f"(value->>{place})::{kind}"
