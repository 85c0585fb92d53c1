"""Portable records: downloads, trusted issuers, maps, imports, and the triggers that keep them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lms.kit.clock

TABLES = [
    "certification_recorddownload",
    "certification_trustedissuer",
    "certification_equivalencemap",
    "certification_personalias",
    "certification_recordimport",
    "certification_importedfact",
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
    """Add seven tables; in six of them rows are only ever added."""

    dependencies = [
        ("certification", "0009_casework"),
        ("lms", "0004_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EquivalenceMap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=60)),
                ("version", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=160)),
                ("author", models.CharField(max_length=160)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("source", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "equivalence map",
            },
        ),
        migrations.CreateModel(
            name="PersonAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("did", models.CharField(max_length=200)),
                ("source_person", models.UUIDField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "person elsewhere",
            },
        ),
        migrations.CreateModel(
            name="RecordDownload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_id", models.UUIDField(editable=False, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("facts", models.PositiveIntegerField()),
                ("included", models.JSONField(default=list)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "record download",
            },
        ),
        migrations.CreateModel(
            name="RecordImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("source_name", models.CharField(max_length=170)),
                ("name_differed", models.BooleanField(default=False)),
                ("issued_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "alias",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="certification.personalias",
                    ),
                ),
                (
                    "equivalence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="certification.equivalencemap",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "record import",
            },
        ),
        migrations.CreateModel(
            name="ImportedFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source_id", models.CharField(max_length=64)),
                ("origin", models.CharField(max_length=200)),
                ("origin_id", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=160)),
                ("title", models.CharField(max_length=300)),
                ("target", models.CharField(blank=True, max_length=160)),
                ("outcome", models.CharField(max_length=12)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("note", models.TextField(blank=True)),
                ("hours", models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                ("evidence", models.UUIDField(blank=True, null=True)),
                (
                    "record_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="certification.recordimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported fact",
            },
        ),
        migrations.CreateModel(
            name="RecordUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("document", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "record upload",
            },
        ),
        migrations.AddField(
            model_name="recordimport",
            name="upload",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imports",
                to="certification.recordupload",
            ),
        ),
        migrations.CreateModel(
            name="TrustedIssuer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("did", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=100)),
                ("turn", models.PositiveSmallIntegerField(default=1)),
                ("trusted", models.BooleanField(default=True)),
                ("name", models.CharField(max_length=160)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("note", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "trusted issuer",
            },
        ),
        migrations.AddField(
            model_name="recordimport",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imports",
                to="certification.trustedissuer",
            ),
        ),
        migrations.AddConstraint(
            model_name="equivalencemap",
            constraint=models.UniqueConstraint(
                fields=("key", "version"), name="one_row_per_equivalence_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="personalias",
            constraint=models.UniqueConstraint(
                fields=("did", "source_person"), name="a_person_elsewhere_is_one_person_here"
            ),
        ),
        migrations.AddIndex(
            model_name="importedfact",
            index=models.Index(fields=["origin", "origin_id"], name="imported_by_origin"),
        ),
        migrations.AddIndex(
            model_name="importedfact",
            index=models.Index(fields=["evidence"], name="imported_by_evidence"),
        ),
        migrations.AddConstraint(
            model_name="importedfact",
            constraint=models.UniqueConstraint(
                fields=("record_import", "source_id", "target"),
                name="an_import_tells_a_fact_once_a_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="trustedissuer",
            constraint=models.UniqueConstraint(
                fields=("did", "key", "turn"), name="an_issuer_is_trusted_once_a_turn"
            ),
        ),
        migrations.AddConstraint(
            model_name="trustedissuer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="trust_ends_after_it_starts",
            ),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=False),
    ]
