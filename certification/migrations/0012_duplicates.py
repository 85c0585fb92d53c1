"""Proposals to join two records, their answers, what they changed, and the triggers."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import certification.duplicates.models
import lms.kit.clock

TABLES = [
    "certification_duplicateproposal",
    "certification_duplicateanswer",
    "certification_duplicatechange",
]
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
                f" FOR EACH STATEMENT EXECUTE FUNCTION certification_refuse()"
            )


def key():
    """Return the primary key of a new table."""
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def to(model, kind=models.ForeignKey, related_name="+", **options):
    """Return a reference that protects what it points at."""
    return kind(
        on_delete=django.db.models.deletion.PROTECT, to=model, related_name=related_name, **options
    )


class Migration(migrations.Migration):
    """Add three tables in which rows are only ever added."""

    dependencies = [
        ("certification", "0011_refusal_letters"),
        ("lms", "0003_people_merged"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateProposal",
            fields=[
                ("id", key()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.TextField()),
                ("choices", models.JSONField(default=dict)),
                ("form_key", models.UUIDField(editable=False, unique=True)),
                ("recorded_at", models.DateTimeField(**NOW)),
                ("absorbed", to("lms.person")),
                ("kept", to("lms.person")),
                ("proposed_by", to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "proposal to join two records",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("absorbed")), _negated=True),
                        name="a_proposal_names_two_records",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateAnswer",
            fields=[
                ("id", key()),
                (
                    "outcome",
                    models.CharField(
                        choices=certification.duplicates.models.answers, max_length=10
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(**NOW)),
                ("answered_by", to(settings.AUTH_USER_MODEL)),
                ("merge", to("lms.personmerge", models.OneToOneField, null=True)),
                (
                    "proposal",
                    to("certification.duplicateproposal", models.OneToOneField, "answer"),
                ),
            ],
            options={
                "verbose_name": "answer to a proposal to join two records",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merge__isnull", False), ("outcome", "joined")),
                            models.Q(
                                models.Q(("outcome", "joined"), _negated=True),
                                ("merge__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="joined_means_merged",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateChange",
            fields=[
                ("id", key()),
                (
                    "answer",
                    to("certification.duplicateanswer", related_name="changes"),
                ),
                ("event", to("certification.credentialevent", models.OneToOneField)),
            ],
            options={"verbose_name": "change by joining two records"},
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
