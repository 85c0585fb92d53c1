"""Requests for another legal name and what was decided, with the triggers that keep them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lms.kit.clock
import lms.people.models.names

TABLES = ["lms_namechange", "lms_namedecision"]
MESSAGE = "append-only: history is not changed; add a correcting row instead"


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


def key():
    """Return the primary key of a new table."""
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def user():
    """Return a foreign key to an account."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    """Add two tables in which rows are only ever added."""

    dependencies = [("lms", "0003_people_merged")]

    operations = [
        migrations.CreateModel(
            name="NameChange",
            fields=[
                ("id", key()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("given_name", models.CharField(max_length=80, verbose_name="given name")),
                (
                    "family_name",
                    models.CharField(blank=True, max_length=80, verbose_name="family name"),
                ),
                ("from_on", models.DateField(verbose_name="from which day")),
                (
                    "reason",
                    models.CharField(
                        choices=lms.people.models.names.name_reasons,
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("form_key", models.UUIDField(editable=False, unique=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="name_changes",
                        to="lms.person",
                    ),
                ),
                ("requested_by", user()),
            ],
            options={
                "verbose_name": "name change",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("given_name", ""), _negated=True),
                        name="a_new_name_is_given",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NameDecision",
            fields=[
                ("id", key()),
                ("outcome", models.CharField(max_length=8)),
                ("reason_code", models.CharField(max_length=16)),
                ("document", models.CharField(blank=True, max_length=120)),
                ("note", models.TextField(blank=True)),
                ("old_given_name", models.CharField(blank=True, max_length=80)),
                ("old_family_name", models.CharField(blank=True, max_length=80)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="lms.namechange",
                    ),
                ),
                ("decided_by", user()),
            ],
            options={
                "verbose_name": "name decision",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "refused"),
                            models.Q(
                                ("outcome", "accepted"),
                                models.Q(("document", ""), _negated=True),
                                models.Q(("old_given_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_accepted_name_has_a_document",
                    )
                ],
            },
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
