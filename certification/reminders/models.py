"""What people were reminded of, and what they want to be reminded of."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.reminders.schedule import Choice
from lms.kit import clock

CHOICES = {
    Choice.ALL: _("90, 60, 30 and 7 days before, and on the last day"),
    Choice.NEAR: _("7 days before, and on the last day"),
    Choice.NONE: _("None"),
}


def own_choices() -> list[tuple[str, Any]]:
    """Return what may be chosen for one's own deadlines, at run time: migrations have no labels."""
    return [(each.value, words) for each, words in CHOICES.items() if each is not Choice.NONE]


def team_choices() -> list[tuple[str, Any]]:
    """Return what may be chosen for the deadlines of one's team."""
    return [(each.value, words) for each, words in CHOICES.items()]


class ReminderPreference(models.Model):
    """One row is what one person wants to be reminded of; without a row it is everything.

    Seen and changed by the person only. Kept as long as the person. Personal data: yes.
    """

    # Says nothing about the person that matters to others: roster records may still be joined.
    rebuilt = True

    person = models.OneToOneField("lms.Person", models.PROTECT, related_name="+")
    own = models.CharField(max_length=4, choices=own_choices, default=Choice.ALL.value)
    team = models.CharField(max_length=4, choices=team_choices, default=Choice.ALL.value)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("reminder preference")
        constraints = [
            models.CheckConstraint(
                condition=Q(own__in=["all", "near"]),
                name="nobody_switches_off_their_own_last_day",
            ),
            models.CheckConstraint(
                condition=Q(team__in=["all", "near", "none"]),
                name="team_reminders_are_all_near_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.own} {self.team}"


class ReminderDigest(models.Model):
    """One row is the one message with reminders that somebody gets on a day.

    Two runs at once write it once: whose `run` it holds sends the message. Seen by operators.
    Kept two years, like the notice. Personal data: yes.
    """

    # Says nothing that is not said elsewhere: roster records with reminders may still be joined.
    rebuilt = True

    recipient = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    day = models.DateField()
    run = models.UUIDField(default=uuid.uuid4, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("reminder digest")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "day"], name="one_reminder_message_per_person_and_day"
            ),
        ]
        indexes = [
            # Serves a run that asks which messages are its own.
            models.Index(fields=["run"], name="digests_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.day}"


class ReminderItem(models.Model):
    """One row is one reminder given: to whom, about whom and what, how many days before.

    `subject` is "<program>:<requirement>", with "lapse:" before it for what stops counting, or
    "credential:", "opens:", "grace:", "provisional:" or "licence:" and a code, key or uuid. A
    deadline that moves is a new deadline. Seen by operators. Kept two years, like the notice.
    Personal data: yes.
    """

    # Says nothing that is not said elsewhere: roster records with reminders may still be joined.
    rebuilt = True

    digest = models.ForeignKey(ReminderDigest, models.PROTECT, related_name="items")
    recipient = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=130)
    due_on = models.DateField()
    days_before = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("reminder")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "person", "subject", "due_on", "days_before"],
                name="a_reminder_is_given_once",
            ),
        ]
        indexes = [
            # Serves the question what was told about these people's deadlines.
            models.Index(fields=["person", "due_on"], name="reminders_about_person"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.due_on} -{self.days_before}"
