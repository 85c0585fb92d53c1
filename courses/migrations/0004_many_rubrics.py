"""Keep the rubric of each module among its rubrics, and what hours rest on as it was written."""

from django.db import migrations

TABLE = "courses_hoursbasis"
MESSAGE = "append-only: history is not changed; add a correcting row instead"


def keep_rubrics(apps, schema_editor):
    """Copy the one key into the list of keys."""
    pages = apps.get_model("courses", "ModulePage")
    for page in pages.objects.exclude(rubric_key=""):
        pages.objects.filter(pk=page.pk).update(rubric_keys=[page.rubric_key])


def add(apps, schema_editor):
    """Create the triggers that refuse UPDATE, DELETE and, on PostgreSQL, TRUNCATE."""
    vendor = schema_editor.connection.vendor
    for event in ("UPDATE", "DELETE"):
        name = f"{TABLE}_no_{event.lower()}"
        if vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE}"
                f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE}"
                f" FOR EACH ROW EXECUTE FUNCTION courses_refuse()"
            )
    if vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION courses_refuse()"
        )


class Migration(migrations.Migration):
    """Fill the new columns and guard the new table."""

    dependencies = [("courses", "0003_curriculum")]
    operations = [
        migrations.RunPython(keep_rubrics, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(add, migrations.RunPython.noop, elidable=False),
    ]
