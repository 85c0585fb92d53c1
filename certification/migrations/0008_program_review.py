"""Drafts of programs and what becomes of them, walks through people, and the triggers."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import certification.program_review.models
import lms.kit.clock

TABLES = ["certification_programdraft", "certification_programreview"]
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
                f" FOR EACH STATEMENT EXECUTE FUNCTION certification_refuse()"
            )


class Migration(migrations.Migration):
    """Add two tables in which rows are only ever added, and two that are worked out anew."""

    dependencies = [
        ("certification", "0007_renewal_phase"),
        ("lms", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgramDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("series", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("revision", models.PositiveSmallIntegerField(default=1)),
                ("program_key", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(blank=True, max_length=160)),
                ("label", models.CharField(blank=True, max_length=40)),
                ("source", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("note", models.TextField()),
                ("effective_on", models.DateField(blank=True, null=True)),
                ("form_key", models.UUIDField(editable=False, unique=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.programversion",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.organisation",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="certification.programdraft",
                    ),
                ),
            ],
            options={
                "verbose_name": "program draft",
            },
        ),
        migrations.CreateModel(
            name="ProgramReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("turn", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=certification.program_review.models.review_steps, max_length=12
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("effective_on", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="certification.programdraft",
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="certification.programversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "program review",
            },
        ),
        migrations.CreateModel(
            name="ProgramWalk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("program_key", models.CharField(max_length=60)),
                ("effective_on", models.DateField(null=True)),
                ("today_on", models.DateField()),
                ("last_id", models.BigIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("concerned", models.PositiveIntegerField(default=0)),
                ("affected", models.PositiveIntegerField(default=0)),
                ("issued", models.PositiveIntegerField(default=0)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "compared_with",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.programversion",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walks",
                        to="certification.programdraft",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "program walk",
            },
        ),
        migrations.CreateModel(
            name="ImpactRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("kinds", models.CharField(max_length=160)),
                ("details", models.JSONField(default=dict)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.person",
                    ),
                ),
                (
                    "walk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="certification.programwalk",
                    ),
                ),
            ],
            options={
                "verbose_name": "impact row",
            },
        ),
        migrations.AddConstraint(
            model_name="programdraft",
            constraint=models.UniqueConstraint(
                fields=("series", "revision"), name="a_draft_is_revised_in_one_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="programdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replaces__isnull", True), ("revision", 1)),
                    models.Q(("replaces__isnull", False), ("revision__gt", 1)),
                    _connector="OR",
                ),
                name="a_revision_names_what_it_replaces",
            ),
        ),
        migrations.AddConstraint(
            model_name="programreview",
            constraint=models.UniqueConstraint(
                fields=("draft", "turn"), name="one_thing_at_a_time_is_done_with_a_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="programreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "published")),
                fields=("draft",),
                name="a_draft_is_published_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="programreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("effective_on__isnull", False),
                        ("kind", "published"),
                        ("version__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "published"), _negated=True),
                        ("effective_on__isnull", True),
                        ("version__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="what_is_published_is_a_version_from_a_day_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="programreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "sent_back"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="what_is_sent_back_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="programwalk",
            index=models.Index(fields=["program_key", "finished_at"], name="walks_of_program"),
        ),
        migrations.AddConstraint(
            model_name="impactrow",
            constraint=models.UniqueConstraint(
                fields=("walk", "on", "person"), name="a_person_is_affected_once_on_a_date"
            ),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
