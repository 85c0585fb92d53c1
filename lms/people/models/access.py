"""Who may do what: duties, and the ways in (invitations, e-mail domains, API keys)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock
from lms.people.models.workers import roles


class DutyKind(models.TextChoices):
    """The abilities that somebody may hold for an organisation. Everybody is a learner."""

    TRAINER = "trainer", _("Trainer")
    COACH = "coach", _("Coach")
    AGENCY_MANAGER = "agency_manager", _("Agency manager")
    CURRICULUM_EDITOR = "curriculum_editor", _("Curriculum editor")
    CERTIFICATION_OFFICER = "certification_officer", _("Certification officer")
    STATE_AUDITOR = "state_auditor", _("State auditor")


def duty_kinds() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(DutyKind.choices)


class Duty(models.Model):
    """One row lets a person act as trainer, coach, manager … for an organisation and all below it.

    Seen by the person and by those who may grant it. Ended, never deleted: whether a coach held
    the duty on a past date must stay answerable. Personal data: yes.
    """

    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="duties")
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=24, choices=duty_kinds)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("first day not held"), null=True, blank=True)
    granted_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "kind"],
                condition=Q(ends_on__isnull=True),
                name="one_open_duty_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}"


class Invitation(models.Model):
    """One row invites an address to sign up as a certain worker or with a duty.

    The token is stored hashed and shown once. Seen by the agency that sent it. Kept as proof of
    who let whom in. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    person = models.ForeignKey("lms.Person", models.PROTECT, null=True, related_name="+")
    role = models.CharField(_("role"), max_length=16, choices=roles, blank=True)
    duty = models.CharField(_("duty"), max_length=24, choices=duty_kinds, blank=True)
    invited_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return self.email


class EmailDomain(models.Model):
    """One row lets verified addresses of a domain sign up as staff of an organisation.

    Seen by the organisation's managers. Personal data: no.
    """

    domain = models.CharField(_("domain"), max_length=190, unique=True)
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("e-mail domain")

    def __str__(self) -> str:
        return self.domain


class ApiKey(models.Model):
    """One row is a key that a program of an agency or the state sends us.

    Shown once, stored hashed, revocable. Seen by the organisation's managers. Personal data: no.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("API key")

    def __str__(self) -> str:
        return self.name
