"""Triggers that keep history as it was written, on SQLite and on PostgreSQL."""

from django.db import migrations

# (table, events, condition on the old row or None)
RULES = [
    ("lms_auditentry", "UPDATE DELETE", None),
]
MESSAGE = "append-only: history is not changed; add a correcting row instead"


def add(apps, schema_editor):
    """Create the triggers."""
    vendor = schema_editor.connection.vendor
    for table, events, condition in RULES:
        for event in events.split():
            for statement in statements(vendor, table, event, condition):
                schema_editor.execute(statement)
    if vendor == "postgresql":
        for table in sorted({table for table, _, _ in RULES}):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION lms_refuse()"
            )


def statements(vendor, table, event, condition):
    """Return the SQL of one trigger."""
    name = f"{table}_no_{event.lower()}"
    if vendor == "sqlite":
        when = f" WHEN {condition}" if condition else ""
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        ]
    if condition:
        body = f"IF {condition} THEN RAISE EXCEPTION '{MESSAGE}'; END IF;"
    else:
        body = f"RAISE EXCEPTION '{MESSAGE}';"
    last = "NEW" if event == "UPDATE" else "OLD"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} RETURN {last}; END $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def prepare(apps, schema_editor):
    """Create the function that refuses TRUNCATE on PostgreSQL."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION lms_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )


class Migration(migrations.Migration):
    """Refuse UPDATE and DELETE where history lives."""

    dependencies = [("lms", "0001_initial")]
    operations = [
        migrations.RunPython(prepare, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(add, migrations.RunPython.noop, elidable=False),
    ]
