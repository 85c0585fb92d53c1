"""Requests for prior learning, their papers and decisions, and the triggers that keep them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import certification.prior_learning.reasons
import lms.kit.clock

TABLES = [
    "certification_priorlearningrequest",
    "certification_priorlearningitem",
    "certification_priorlearningfile",
    "certification_priorlearningdecision",
    "certification_priorlearningfinding",
]
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
    """Add five tables in which rows are only ever added."""

    dependencies = [
        ("certification", "0002_append_only"),
        ("lms", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PriorLearningRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=certification.prior_learning.reasons.request_kinds, max_length=12
                    ),
                ),
                ("what", models.CharField(max_length=200)),
                ("provider", models.CharField(blank=True, max_length=200)),
                ("completed_on", models.DateField(blank=True, null=True)),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
                (
                    "evidence_type",
                    models.CharField(
                        blank=True,
                        choices=certification.prior_learning.reasons.evidence_types,
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("requested_on", models.DateField()),
                ("form_key", models.UUIDField(editable=False, unique=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.person",
                    ),
                ),
                (
                    "program_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.programversion",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "prior learning request",
            },
        ),
        migrations.CreateModel(
            name="PriorLearningItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("requirement", models.CharField(max_length=160)),
                ("title", models.CharField(max_length=300)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="certification.priorlearningrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "prior learning item",
            },
        ),
        migrations.CreateModel(
            name="PriorLearningFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=40)),
                ("storage_name", models.CharField(max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="certification.priorlearningrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "prior learning file",
            },
        ),
        migrations.CreateModel(
            name="PriorLearningDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("turn", models.PositiveSmallIntegerField()),
                ("outcome", models.CharField(blank=True, max_length=16)),
                ("reason_code", models.CharField(blank=True, max_length=20)),
                ("note", models.TextField(blank=True)),
                ("decided_on", models.DateField()),
                ("form_key", models.UUIDField(editable=False, unique=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="certification.priorlearningdecision",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="certification.priorlearningrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "prior learning decision",
            },
        ),
        migrations.CreateModel(
            name="PriorLearningFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                ("unit", models.CharField(max_length=8)),
                ("evidence", models.JSONField(default=list)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="certification.priorlearningdecision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="certification.priorlearningitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "prior learning finding",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("decision", "item"), name="a_decision_finds_once_on_each_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="prior_learning_credit_not_negative",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="priorlearningrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "exemption"),
                    models.Q(
                        ("completed_on__isnull", False), ("hours__gt", 0), ("hours__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="an_equivalency_has_a_day_and_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorlearningrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("completed_on__isnull", True),
                    ("completed_on__lte", models.F("requested_on")),
                    _connector="OR",
                ),
                name="prior_learning_is_prior",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorlearningitem",
            constraint=models.UniqueConstraint(
                fields=("request", "requirement"), name="a_request_names_a_requirement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="priorlearningfile",
            constraint=models.UniqueConstraint(
                fields=("request", "sha256"), name="a_paper_comes_once_in_a_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="priorlearningdecision",
            constraint=models.UniqueConstraint(
                fields=("request", "turn"), name="prior_learning_is_decided_once_a_turn"
            ),
        ),
        migrations.AddConstraint(
            model_name="priorlearningdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reverses__isnull", True),
                        models.Q(("outcome", ""), _negated=True),
                        ("reason_code", ""),
                    ),
                    models.Q(
                        ("reverses__isnull", False),
                        ("outcome", ""),
                        models.Q(("reason_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="prior_learning_is_decided_or_reversed",
            ),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
