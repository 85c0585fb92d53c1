"""Changes of a person's legal name: what was asked, and what an officer decided."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class NameReason(models.TextChoices):
    """Why somebody's name changes."""

    MARRIAGE = "marriage", _("Marriage, partnership or divorce")
    COURT_ORDER = "court_order", _("Court order")
    CORRECTION = "correction", _("Correction of a typing mistake")
    GENDER_AFFIRMATION = "gender", _("Gender affirmation")
    OTHER = "other", _("Another reason")


def name_reasons() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(NameReason.choices)


class NameOutcome(models.TextChoices):
    """How a request ends."""

    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class DecisionReason(models.TextChoices):
    """Why an officer accepts or refuses a name; each belongs to one of the two."""

    DOCUMENT_SEEN = "document_seen", _("A document shows the new name")
    OWN_STATEMENT = "own_statement", _("The person’s own signed statement is enough")
    CLERICAL = "clerical", _("The name on record was mistyped")
    NO_DOCUMENT = "no_document", _("No document was shown")
    DOES_NOT_MATCH = "does_not_match", _("The document shows another name")
    NOT_ASKED = "not_asked", _("The person does not want this change")
    OTHER = "other", _("Another reason, explained in the note")


ACCEPTING = (
    DecisionReason.DOCUMENT_SEEN,
    DecisionReason.OWN_STATEMENT,
    DecisionReason.CLERICAL,
)
REFUSING = (
    DecisionReason.NO_DOCUMENT,
    DecisionReason.DOES_NOT_MATCH,
    DecisionReason.NOT_ASKED,
    DecisionReason.OTHER,
)


class NameChange(models.Model):
    """One row asks that a person is called something else from a legal date on.

    Triggers refuse UPDATE and DELETE. It changes nothing by itself: an officer decides. Seen by
    the person and by certification officers; a manager sees what they asked themselves. Kept for
    ever. Personal data: yes, sensitive (a former name, and why it changed).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="name_changes")
    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80, blank=True)
    from_on = models.DateField(_("from which day"))
    reason = models.CharField(_("reason"), max_length=12, choices=name_reasons)
    requested_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    # One form sent twice is one request.
    form_key = models.UUIDField(unique=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("name change")
        constraints = [
            models.CheckConstraint(condition=~Q(given_name=""), name="a_new_name_is_given"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name(self) -> str:
        """Return the new name as the person writes it."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def reference(self) -> str:
        """Return the number that people write to each other, such as NC-00012."""
        return f"NC-{self.pk:05d}"


class NameDecision(models.Model):
    """One row accepts or refuses a name change; an accepted one holds the name it replaced.

    Triggers refuse UPDATE and DELETE. The names on ``Person`` are a cache of the last accepted
    row. ``document`` says in words what was seen, never its number. Seen with the request. Kept
    for ever. Personal data: yes, sensitive.
    """

    change = models.OneToOneField(NameChange, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=8)
    reason_code = models.CharField(max_length=16)
    document = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    old_given_name = models.CharField(max_length=80, blank=True)
    old_family_name = models.CharField(max_length=80, blank=True)
    decided_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("name decision")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="refused")
                | (Q(outcome="accepted") & ~Q(document="") & ~Q(old_given_name="")),
                name="an_accepted_name_has_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.outcome}"

    @property
    def old_name(self) -> str:
        """Return the name that this decision replaced."""
        return f"{self.old_given_name} {self.old_family_name}".strip()
