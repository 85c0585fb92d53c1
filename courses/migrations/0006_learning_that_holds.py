"""Make room for banks, marks, time, places, cohorts and decisions about versions."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import courses.assessment.models.attempts
import courses.assessment.models.banks
import courses.catalog.models.changes
import courses.seat_time.models
import lms.kit.clock


def without_triggers(apps, schema_editor):
    """Take away the guards of tables that change their shape; 0009 puts them back."""
    on = schema_editor.connection.vendor == "postgresql"
    for table, event in (
        ("courses_attempt", "update"),
        ("courses_attempt", "delete"),
        ("courses_response", "update"),
        ("courses_response", "delete"),
    ):
        where = f" ON {table}" if on else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{where}")


class Migration(migrations.Migration):
    """Add tables and columns; 0007 fills them, 0008 takes the old columns away."""

    dependencies = [
        ("courses", "0005_no_single_rubric"),
        ("lms", "0006_confirmations_as_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(without_triggers, migrations.RunPython.noop, elidable=False),
        migrations.CreateModel(
            name="Accommodation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "multiplier",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True),
                ),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "accommodation",
            },
        ),
        migrations.CreateModel(
            name="ActiveSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=courses.seat_time.models.activities, default="reading", max_length=8
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("claimed_ms", models.PositiveIntegerField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "active span",
            },
        ),
        migrations.CreateModel(
            name="ClinicalReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page_key", models.CharField(max_length=140)),
                ("page_revision", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("qualification", models.CharField(max_length=120)),
                ("words", models.TextField(blank=True)),
                ("reviewed_on", models.DateField()),
                ("review_due", models.DateField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "clinical review",
            },
        ),
        migrations.CreateModel(
            name="Cohort",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=160)),
                ("course_key", models.SlugField(max_length=60)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "cohort",
            },
        ),
        migrations.CreateModel(
            name="CohortMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "cohort member",
            },
        ),
        migrations.CreateModel(
            name="CourseMedia",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=5)),
                ("stored", models.CharField(max_length=255)),
                ("captions", models.CharField(blank=True, max_length=255)),
                ("transcript", models.TextField(blank=True)),
                ("language", models.CharField(default="en", max_length=10)),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "recording",
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("criteria", models.JSONField()),
                ("credit", models.DecimalField(decimal_places=4, max_digits=5)),
                ("words", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "mark",
            },
        ),
        migrations.CreateModel(
            name="Nudge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=160)),
                ("words", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "nudge",
            },
        ),
        migrations.CreateModel(
            name="QuestionBank",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=160)),
                ("course_key", models.SlugField(blank=True, max_length=60)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "question bank",
            },
        ),
        migrations.CreateModel(
            name="ReadingPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("course_key", models.SlugField(max_length=60)),
                ("lesson_key", models.CharField(max_length=140)),
                ("anchor", models.CharField(blank=True, max_length=80)),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("saved_at", models.DateTimeField(default=lms.kit.clock.now)),
            ],
            options={
                "verbose_name": "reading place",
            },
        ),
        migrations.CreateModel(
            name="Regrade",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("choice", models.CharField(max_length=8)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "regrade",
            },
        ),
        migrations.CreateModel(
            name="RegradedAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score_before", models.DecimalField(decimal_places=2, max_digits=5)),
                ("passed_before", models.BooleanField()),
                ("score_after", models.DecimalField(decimal_places=2, max_digits=5)),
                ("passed_after", models.BooleanField()),
                ("evidence", models.UUIDField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "regraded attempt",
            },
        ),
        migrations.CreateModel(
            name="StudySession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("course_key", models.SlugField(max_length=60)),
                ("subject", models.CharField(max_length=160)),
                ("revision", models.CharField(blank=True, max_length=60)),
                ("opened_at", models.DateTimeField(default=lms.kit.clock.now)),
                ("last_seen_at", models.DateTimeField(default=lms.kit.clock.now)),
                ("reported_seconds", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "study session",
            },
        ),
        migrations.CreateModel(
            name="TimeDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accepted_minutes", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "decision about time",
            },
        ),
        migrations.CreateModel(
            name="TimeDispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("course_key", models.SlugField(max_length=60)),
                ("subject", models.CharField(max_length=160)),
                ("measured_minutes", models.PositiveIntegerField()),
                ("claimed_minutes", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "time dispute",
            },
        ),
        migrations.CreateModel(
            name="Unlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "unlock",
            },
        ),
        migrations.CreateModel(
            name="VersionChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("course_key", models.SlugField(max_length=60)),
                ("from_label", models.CharField(max_length=20)),
                ("to_label", models.CharField(max_length=20)),
                (
                    "effect",
                    models.CharField(choices=courses.catalog.models.changes.effects, max_length=8),
                ),
                ("redo_from", models.DateField(blank=True, null=True)),
                ("subjects", models.JSONField(default=list)),
                ("impact", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "change of version",
            },
        ),
        migrations.CreateModel(
            name="WatchedSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("block_id", models.CharField(max_length=80)),
                ("sequence", models.PositiveBigIntegerField()),
                ("from_second", models.PositiveIntegerField()),
                ("until_second", models.PositiveIntegerField()),
                ("rate", models.DecimalField(decimal_places=2, default=1, max_digits=4)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "watched span",
            },
        ),
        migrations.RemoveConstraint(
            model_name="attempt",
            name="submitted_means_graded",
        ),
        migrations.AddField(
            model_name="attempt",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attempt",
            name="ended",
            field=models.CharField(
                blank=True, choices=courses.assessment.models.attempts.endings, max_length=8
            ),
        ),
        migrations.AddField(
            model_name="lessonnote",
            name="sequence",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="question",
            name="asks_confidence",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="question",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=courses.assessment.models.banks.question_kinds,
                default="single",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="marking",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="question",
            name="points",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="question",
            name="tags",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="quiz",
            name="pools",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="quiz",
            name="time_limit_minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="quiz",
            name="wait_hours",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="response",
            name="confidence",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="response",
            name="value",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="question",
            name="options",
            field=models.JSONField(default=list),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("submitted_at__isnull", True)),
                fields=["due_at"],
                name="open_attempts_by_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submitted_at__isnull", False), ("score__isnull", True), _connector="OR"
                ),
                name="graded_means_submitted",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("passed__isnull", True), ("score__isnull", True)),
                    models.Q(("passed__isnull", False), ("score__isnull", False)),
                    _connector="OR",
                ),
                name="a_score_says_whether_it_passes",
            ),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="granted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accommodation",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.person"
            ),
        ),
        migrations.AddField(
            model_name="clinicalreview",
            name="reviewer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.organisation"
            ),
        ),
        migrations.AddField(
            model_name="cohortmember",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="courses.cohort",
            ),
        ),
        migrations.AddField(
            model_name="cohortmember",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.person"
            ),
        ),
        migrations.AddField(
            model_name="coursemedia",
            name="uploaded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="attempt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="marks",
                to="courses.attempt",
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="marker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.question"
            ),
        ),
        migrations.AddField(
            model_name="nudge",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="nudge",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="nudges",
                to="courses.cohort",
            ),
        ),
        migrations.AddField(
            model_name="nudge",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.person"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="bank",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questions",
                to="courses.questionbank",
            ),
        ),
        migrations.AddField(
            model_name="readingplace",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.person"
            ),
        ),
        migrations.AddField(
            model_name="regrade",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="regrade",
            name="after",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.question"
            ),
        ),
        migrations.AddField(
            model_name="regrade",
            name="before",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.question"
            ),
        ),
        migrations.AddField(
            model_name="regradedattempt",
            name="attempt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="regrades",
                to="courses.attempt",
            ),
        ),
        migrations.AddField(
            model_name="regradedattempt",
            name="regrade",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="courses.regrade",
            ),
        ),
        migrations.AddField(
            model_name="studysession",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.person"
            ),
        ),
        migrations.AddField(
            model_name="activespan",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="spans",
                to="courses.studysession",
            ),
        ),
        migrations.AddField(
            model_name="timedecision",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="timedispute",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.person"
            ),
        ),
        migrations.AddField(
            model_name="timedecision",
            name="dispute",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decision",
                to="courses.timedispute",
            ),
        ),
        migrations.AddField(
            model_name="unlock",
            name="granted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="unlock",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lms.person"
            ),
        ),
        migrations.AddField(
            model_name="unlock",
            name="quiz",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.quiz"
            ),
        ),
        migrations.AddField(
            model_name="versionchange",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watchedspan",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="watched",
                to="courses.studysession",
            ),
        ),
        migrations.AddConstraint(
            model_name="accommodation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("multiplier__isnull", True),
                    models.Q(("multiplier__gte", 1), ("multiplier__lte", 9)),
                    _connector="OR",
                ),
                name="extra_time_is_no_less",
            ),
        ),
        migrations.AddIndex(
            model_name="clinicalreview",
            index=models.Index(fields=["page_key"], name="reviews_by_page"),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="cohort_lasts_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on__isnull", True)),
                fields=("cohort", "person"),
                name="one_present_membership_per_cohort",
            ),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit__gte", 0), ("credit__lte", 1)), name="mark_is_a_share"
            ),
        ),
        migrations.AddIndex(
            model_name="readingplace",
            index=models.Index(
                fields=["person", "course_key", "saved_at"], name="places_by_course"
            ),
        ),
        migrations.AddConstraint(
            model_name="readingplace",
            constraint=models.UniqueConstraint(
                fields=("person", "lesson_key"), name="one_place_per_lesson"
            ),
        ),
        migrations.AddConstraint(
            model_name="readingplace",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__lte", 100)), name="place_is_on_the_page"
            ),
        ),
        migrations.AddConstraint(
            model_name="regradedattempt",
            constraint=models.UniqueConstraint(
                fields=("regrade", "attempt"), name="one_result_per_regrade"
            ),
        ),
        migrations.AddIndex(
            model_name="studysession",
            index=models.Index(fields=["person", "course_key"], name="sessions_by_person"),
        ),
        migrations.AddConstraint(
            model_name="studysession",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_seen_at__gte", models.F("opened_at"))),
                name="session_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="activespan",
            constraint=models.UniqueConstraint(
                fields=("session", "sequence"), name="one_span_per_tick"
            ),
        ),
        migrations.AddConstraint(
            model_name="activespan",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__gt", models.F("from_at"))), name="span_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="versionchange",
            constraint=models.UniqueConstraint(
                fields=("course_key", "to_label"), name="one_decision_per_new_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="versionchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("effect", "redo"), ("redo_from__isnull", False)),
                    models.Q(
                        models.Q(("effect", "redo"), _negated=True), ("redo_from__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="only_redoing_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchedspan",
            constraint=models.UniqueConstraint(
                fields=("session", "block_id", "sequence"), name="one_watched_span_per_tick"
            ),
        ),
        migrations.AddConstraint(
            model_name="watchedspan",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_second__gt", models.F("from_second"))),
                name="watched_span_has_length",
            ),
        ),
    ]
