"""Workers, their employment spells and the licences that others gave them."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Role(models.TextChoices):
    """What a worker is employed as."""

    RESPONDER = "responder", _("Responder")
    CLINICIAN = "clinician", _("Clinician")
    PEER = "peer", _("Peer")
    SUPERVISOR = "supervisor", _("Supervisor")
    COACH = "coach", _("Coach")
    TRAINER = "trainer", _("Trainer")
    ACCESS_STAFF = "access_staff", _("Access staff")
    ADMIN = "admin", _("Administrator")


def roles() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(Role.choices)


class Person(models.Model):
    """One row is one worker, with or without an account.

    Seen by the worker, the worker's agencies, coaches and the state. Kept for ever: certificates
    point at it. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80, blank=True)
    # The folded name ("lucia tafoya begay") only suggests duplicates to a human.
    folded_name = models.CharField(max_length=180, editable=False, default="")
    email = models.EmailField(_("e-mail address"), blank=True)
    user = models.OneToOneField(
        "lms.User", models.PROTECT, null=True, blank=True, related_name="person"
    )
    # The record that this one is read as. Derived: the fold of the standing merges, flattened.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="absorbed"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            # Serves the duplicate guard of roster imports.
            models.Index(fields=["folded_name"], name="person_folded_name"),
            # Serves matching a roster row by e-mail.
            models.Index(fields=["email"], name="person_email"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name as the person writes it."""
        return f"{self.given_name} {self.family_name}".strip()


class PersonKey(models.Model):
    """One row says that an organisation knows this person by its own key.

    Seen by the organisation. Kept for ever, so that the next roster finds the same person.
    Personal data: yes.
    """

    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, related_name="keys")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("person key")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key"], name="one_person_per_organisation_key"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Employment(models.Model):
    """One row is one version of one employment spell: a role at an agency or site, with dates.

    A change (an end date, another supervisor) writes a new version and marks the old one
    ``replaced_at``; both stay, so that "what did we know then" has an answer. Seen by the worker,
    the agency and the state. Kept for ever. Personal data: yes.
    """

    spell = models.UUIDField(default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="employments")
    role = models.CharField(_("role"), max_length=16, choices=roles)
    fte = models.DecimalField(_("FTE"), max_digits=3, decimal_places=2, default=1)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("first day not employed"), null=True, blank=True)
    supervisor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="supervises"
    )
    # First day of work with families; None: not known.
    first_service_on = models.DateField(_("first day of service"), null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("employment")
        constraints = [
            models.UniqueConstraint(
                fields=["spell"],
                condition=Q(replaced_at__isnull=True),
                name="one_current_version_per_spell",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="employment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(fte__gte=0) & Q(fte__lte=1), name="fte_between_0_and_1"
            ),
        ]
        indexes = [
            # Serves "who works below this organisation on a date" and one person's spells.
            models.Index(
                fields=["organisation", "starts_on"],
                condition=Q(replaced_at__isnull=True),
                name="employment_at_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.starts_on}"


class LicenceKind(models.TextChoices):
    """What others grant and we only record."""

    CPSW = "CPSW", _("Certified peer support worker")
    CFPSW = "CFPSW", _("Certified family peer support worker")
    CYPSW = "CYPSW", _("Certified youth peer support worker")
    YPSS = "YPSS", _("Youth peer support specialist")
    LICENCE = "LICENCE", _("Behavioral-health license")
    DEGREE = "DEGREE", _("Degree")
    BACKGROUND = "BACKGROUND", _("Background check")
    OTHER = "OTHER", _("Other")


def licence_kinds() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(LicenceKind.choices)


class Licence(models.Model):
    """One row is one licence, peer credential, degree or background result given by others.

    Peer credentials reveal health history: seen only by the worker, the agency and the state,
    never by the public. A correction is a new row that names the row it replaces. Kept for ever.
    Personal data: yes, sensitive.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="licences")
    kind = models.CharField(_("kind"), max_length=12, choices=licence_kinds)
    # The requirement that it answers where a program names one (UC-SUP-LIC); empty: by kind.
    requirement = models.CharField(max_length=40, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("first day not valid"), null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "lms.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("licence")

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"
