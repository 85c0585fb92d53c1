"""Proposals to revoke with their answers, appeals with their decisions, and their triggers."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import certification.casework.reasons
import lms.kit.clock

TABLES = [
    "certification_revocationproposal",
    "certification_revocationanswer",
    "certification_appeal",
    "certification_appealfile",
    "certification_appealdecision",
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
        ("certification", "0008_program_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.TextField()),
                ("late", models.BooleanField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "appealed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeal",
                        to="certification.credentialevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "appeal",
            },
        ),
        migrations.CreateModel(
            name="RevocationProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("turn", models.PositiveSmallIntegerField()),
                ("reason_code", models.CharField(max_length=40)),
                ("effective_on", models.DateField()),
                ("note", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation_proposals",
                        to="certification.credential",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suspension",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="certification.credentialevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "revocation proposal",
            },
        ),
        migrations.CreateModel(
            name="RevocationAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(choices=certification.casework.reasons.answers, max_length=12),
                ),
                ("note", models.TextField(blank=True)),
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
                    "event",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="certification.credentialevent",
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="certification.revocationproposal",
                    ),
                ),
            ],
            options={
                "verbose_name": "revocation answer",
            },
        ),
        migrations.CreateModel(
            name="AppealDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=certification.casework.reasons.outcomes, max_length=12
                    ),
                ),
                ("reason_code", models.CharField(max_length=20)),
                ("words", models.TextField()),
                ("late_because", models.TextField(blank=True)),
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
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="certification.appeal",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeal_decision",
                        to="certification.credentialevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "appeal decision",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event__isnull", False), ("outcome", "set_aside")),
                            models.Q(
                                models.Q(("outcome", "set_aside"), _negated=True),
                                ("event__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="an_appeal_that_succeeds_sets_aside",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AppealFile",
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
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="certification.appeal",
                    ),
                ),
            ],
            options={
                "verbose_name": "appeal file",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appeal", "sha256"), name="a_paper_comes_once_in_an_appeal"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="revocationproposal",
            constraint=models.UniqueConstraint(
                fields=("credential", "turn"), name="one_open_proposal_per_credential"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocationanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "agreed"), _negated=True),
                    ("event__isnull", False),
                    _connector="OR",
                ),
                name="an_agreed_proposal_revokes",
            ),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
