"""Credentials, the events that make their status, the paper, and the cached standing."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Credential(models.Model):
    """One row is one issued period of one credential. Never updated, never deleted (triggers).

    Name, hours and titles are frozen at issue, so it stays readable after the program, the course
    or the person's name has changed. Public by its code only. Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="credentials")
    program_key = models.SlugField(max_length=60)
    credential_key = models.SlugField(max_length=60)
    # 1 for the first, 2 for the first renewal …
    period = models.PositiveSmallIntegerField(default=1)
    # 1 as first issued, 2 when the same period was issued again under another name …
    edition = models.PositiveSmallIntegerField(default=1)
    # The number under which the same period was issued before.
    formerly = models.OneToOneField("self", models.PROTECT, null=True, related_name="reissued_as")
    decision = models.OneToOneField(
        "certification.StoredDecision", models.PROTECT, related_name="credential"
    )
    holder_name = models.CharField(max_length=170)
    title = models.CharField(max_length=160)
    program_title = models.CharField(max_length=160)
    issuer = models.CharField(max_length=160)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    hours_by_type = models.JSONField(default=dict)
    content_revision = models.CharField(max_length=80, blank=True)
    zone = models.CharField(max_length=40)
    valid_from = models.DateField()
    # Half-open: the first day it is no longer valid; None: no end.
    valid_until = models.DateField(null=True, blank=True)
    # The first day on which it may be renewed; None: only once it has ended.
    renew_from = models.DateField(null=True, blank=True)
    # Half-open: until when it has lapsed and may still be renewed; None: no such time.
    grace_until = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("credential")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "program_key", "credential_key", "period", "edition"],
                name="one_credential_per_person_and_period",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="credential_ends_after_it_starts",
            ),
        ]
        indexes = [
            # Serves the state desk: who holds what on a date.
            models.Index(
                fields=["credential_key", "valid_from", "valid_until"], name="credential_on_date"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CredentialEventKind(models.TextChoices):
    """What can happen to a credential."""

    ISSUED = "issued", _("Issued")
    SUSPENDED = "suspended", _("Suspended")
    REINSTATED = "reinstated", _("Reinstated")
    REVOKED = "revoked", _("Revoked")
    SUPERSEDED = "superseded", _("Superseded")
    RETIRED = "retired", _("Retired")
    SET_ASIDE = "set_aside", _("Decision set aside on appeal")


def credential_event_kinds() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(CredentialEventKind.choices)


class CredentialEvent(models.Model):
    """One row is one event in a credential's life. Triggers refuse UPDATE and DELETE.

    Status on a date is the fold of these rows; nothing else says it. Seen with the credential.
    Kept for ever. Personal data: yes.
    """

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=credential_event_kinds)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    actor = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    # A renewal or re-issue names the code that takes over.
    replaced_by = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="+")
    # Who asked for a revocation; the actor is the second officer, who agreed.
    proposed_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    # An appeal that succeeds names the suspension or revocation that counts no more.
    sets_aside = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="set_aside_by"
    )
    # Revocations are counted: another one is possible only after the last was set aside.
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("credential event")
        constraints = [
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(kind="issued"),
                name="a_credential_is_issued_once",
            ),
            models.UniqueConstraint(
                fields=["credential", "round"],
                condition=Q(kind="revoked"),
                name="a_credential_is_revoked_once",
            ),
        ]
        indexes = [
            # Serves the fold of one credential.
            models.Index(fields=["credential", "effective_on"], name="events_of_credential"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.effective_on}"


class CertificateFile(models.Model):
    """One row is the PDF of a credential, made once, stored with its hash.

    Triggers refuse UPDATE and DELETE. Seen by the holder, the agency with a right and officers.
    Kept for ever. Personal data: yes.
    """

    credential = models.OneToOneField(Credential, models.PROTECT, related_name="file")
    storage_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("certificate file")

    def __str__(self) -> str:
        return self.storage_name


class StandingSpan(models.Model):
    """One row caches how a person stands in a program between two dates.

    Derived: the engine's timeline for the person, with the credential's fold over it; rebuilt
    whenever evidence arrives and checked against the engine by ``check_integrity``. It lets desks
    ask "as of any date" in one statement. Seen like the decision. Personal data: yes.
    """

    # Says nothing that is not said elsewhere: roster records with spans may still be joined.
    rebuilt = True

    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    program_key = models.SlugField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    # in_training | provisional | certified | expired | suspended | revoked
    status = models.CharField(max_length=12)
    overdue = models.PositiveSmallIntegerField(default=0)
    unmet = models.PositiveSmallIntegerField(default=0)
    have_hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    need_hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    next_due_on = models.DateField(null=True, blank=True)
    next_requirement = models.CharField(max_length=60, blank=True)
    who_next = models.CharField(max_length=12, blank=True)
    # End of the credential in force, or of provisional work (half-open); None: none or no end.
    valid_until = models.DateField(null=True, blank=True)
    # renewal: certified and may be renewed; grace: expired and may still be renewed.
    phase = models.CharField(max_length=8, blank=True, default="")

    class Meta:
        verbose_name = _("standing")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "program_key", "from_on"], name="spans_start_once"
            ),
        ]
        indexes = [
            # Serves the desks: everybody's span in a program on a date.
            models.Index(fields=["program_key", "from_on", "until_on"], name="span_on_date"),
        ]

    def __str__(self) -> str:
        return f"{self.program_key} {self.from_on} {self.status}"
