"""Merges of records of one human, how one is taken back, and the record that each is read as."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lms.kit.clock

TABLES = ["lms_personmerge", "lms_personunmerge"]
MESSAGE = "append-only: history is not changed; add a correcting row instead"
NOW = {"default": lms.kit.clock.now, "editable": False}


def keep(apps, schema_editor):
    """Create the triggers that refuse UPDATE, DELETE and TRUNCATE; 0002 made the last function."""
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            if schema_editor.connection.vendor == "sqlite":
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                )
                continue
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION lms_refuse()"
            )


def person(**options):
    """Return a foreign key to a person."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to="lms.person", **options
    )


def user():
    """Return a foreign key to an account."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def key():
    """Return the primary key of a new table."""
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    """Add two tables in which rows are only ever added, and a column that is worked out of them."""

    dependencies = [("lms", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=person(blank=True, editable=False, null=True, related_name="absorbed"),
        ),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                ("id", key()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("turn", models.PositiveSmallIntegerField(default=1)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(**NOW)),
                ("absorbed", person(related_name="+")),
                ("kept", person(related_name="+")),
                ("actor", user()),
                ("proposed_by", user()),
            ],
            options={
                "verbose_name": "merge of two records",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("absorbed", "turn"), name="a_record_is_absorbed_once_a_turn"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("absorbed")), _negated=True),
                        name="nobody_is_merged_with_themselves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("actor")), _negated=True),
                        name="a_merge_takes_two_officers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonUnmerge",
            fields=[
                ("id", key()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(**NOW)),
                ("actor", user()),
                (
                    "merge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone",
                        to="lms.personmerge",
                    ),
                ),
            ],
            options={"verbose_name": "merge taken back"},
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
