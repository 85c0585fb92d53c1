"""Keep which reminders were given, in one message a day, and which are wanted."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import certification.reminders.models
import lms.kit.clock


class Migration(migrations.Migration):
    """Add the rows of reminders."""

    dependencies = [
        ("certification", "0003_prior_learning"),
        ("lms", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderDigest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("run", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("recorded_at", models.DateTimeField(default=lms.kit.clock.now, editable=False)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder digest",
            },
        ),
        migrations.CreateModel(
            name="ReminderItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=130)),
                ("due_on", models.DateField()),
                ("days_before", models.PositiveSmallIntegerField()),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="certification.reminderdigest",
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
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder",
            },
        ),
        migrations.CreateModel(
            name="ReminderPreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "own",
                    models.CharField(
                        choices=certification.reminders.models.own_choices,
                        default="all",
                        max_length=4,
                    ),
                ),
                (
                    "team",
                    models.CharField(
                        choices=certification.reminders.models.team_choices,
                        default="all",
                        max_length=4,
                    ),
                ),
                ("changed_at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lms.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder preference",
            },
        ),
        migrations.AddIndex(
            model_name="reminderdigest",
            index=models.Index(fields=["run"], name="digests_of_run"),
        ),
        migrations.AddConstraint(
            model_name="reminderdigest",
            constraint=models.UniqueConstraint(
                fields=("recipient", "day"), name="one_reminder_message_per_person_and_day"
            ),
        ),
        migrations.AddIndex(
            model_name="reminderitem",
            index=models.Index(fields=["person", "due_on"], name="reminders_about_person"),
        ),
        migrations.AddConstraint(
            model_name="reminderitem",
            constraint=models.UniqueConstraint(
                fields=("recipient", "person", "subject", "due_on", "days_before"),
                name="a_reminder_is_given_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("own__in", ["all", "near"])),
                name="nobody_switches_off_their_own_last_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("team__in", ["all", "near", "none"])),
                name="team_reminders_are_all_near_or_none",
            ),
        ),
    ]
