"""Put the triggers back that SQLite loses when it makes a table anew to change its shape."""

from django.db import migrations

TABLES = ["certification_credential", "certification_credentialevent"]
MESSAGE = "append-only: history is not changed; add a correcting row instead"


def add(apps, schema_editor):
    """Create the missing triggers; PostgreSQL never lost them."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


class Migration(migrations.Migration):
    """Refuse UPDATE and DELETE again where history lives."""

    dependencies = [("certification", "0005_lifecycle")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=False)]
