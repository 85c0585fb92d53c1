"""What was found each time a licence was looked up, with the triggers that keep it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lms.kit.clock
import lms.people.models.licences

# (table, events, condition on the old row or None): a licence that was confirmed stays as it is.
RULES = [
    ("lms_licenceverification", "UPDATE DELETE", None),
    ("lms_licence", "UPDATE", "OLD.verified_at IS NOT NULL"),
    ("lms_licence", "DELETE", None),
]
MESSAGE = "append-only: history is not changed; add a correcting row instead"


def keep(apps, schema_editor):
    """Create the triggers that refuse changes; 0002 made the function that refuses TRUNCATE."""
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
    body = f"RAISE EXCEPTION '{MESSAGE}';"
    if condition:
        body = f"IF {condition} THEN {body} END IF;"
    last = "NEW" if event == "UPDATE" else "OLD"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} RETURN {last}; END $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


class Migration(migrations.Migration):
    """Add a table in which rows are only ever added, and guard the licences themselves."""

    dependencies = [("lms", "0004_names")]

    operations = [
        migrations.CreateModel(
            name="LicenceVerification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=lms.people.models.licences.look_ups,
                        max_length=9,
                        verbose_name="outcome",
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("looked_up_on", models.DateField(verbose_name="looked up on")),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "licence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="lms.licence",
                    ),
                ),
            ],
            options={
                "verbose_name": "verification of a licence",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["confirmed", "different", "not_found", "ended"])
                        ),
                        name="a_look_up_has_a_known_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="a_look_up_names_its_source",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
