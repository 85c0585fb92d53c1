"""Requests for prior learning with their clauses and papers, and what was decided; rows only."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certification.prior_learning.reasons import evidence_types, request_kinds
from lms.kit import clock


class PriorLearningRequest(models.Model):
    """One row is one request that prior training counts, or that requirements are waived.

    Triggers refuse UPDATE and DELETE. ``requested_on`` is the legal date in the program's zone,
    from which look-back limits count. Seen by the person, managers of their agency, certification
    officers and auditors. Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    # The rules that the request is weighed by: those in force on the day it was made.
    program_version = models.ForeignKey(
        "certification.ProgramVersion", models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=request_kinds)
    what = models.CharField(max_length=200)
    provider = models.CharField(max_length=200, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    evidence_type = models.CharField(max_length=12, choices=evidence_types, blank=True)
    reason = models.TextField(blank=True)
    requested_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    requested_on = models.DateField()
    # One form sent twice is one request.
    form_key = models.UUIDField(unique=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("prior learning request")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="exemption")
                | Q(completed_on__isnull=False, hours__isnull=False, hours__gt=0),
                name="an_equivalency_has_a_day_and_hours",
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(completed_on__lte=F("requested_on")),
                name="prior_learning_is_prior",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Return the number that people write to each other, such as PL-00012."""
        return f"PL-{self.pk:05d}"


class PriorLearningItem(models.Model):
    """One row is one requirement that a request names, with its title as it was then.

    Triggers refuse UPDATE and DELETE. Seen with the request. Kept for ever. Personal data: yes.
    """

    request = models.ForeignKey(PriorLearningRequest, models.PROTECT, related_name="items")
    requirement = models.CharField(max_length=160)
    title = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("prior learning item")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "requirement"], name="a_request_names_a_requirement_once"
            )
        ]

    def __str__(self) -> str:
        return self.requirement


class PriorLearningFile(models.Model):
    """One row is one paper of a request; its bytes lie in the store, named by their hash.

    Triggers refuse UPDATE and DELETE. Seen with the request. Kept for ever. Personal data: yes.
    """

    request = models.ForeignKey(PriorLearningRequest, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    storage_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("prior learning file")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "sha256"], name="a_paper_comes_once_in_a_request"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PriorLearningDecision(models.Model):
    """One row is one decision about a request, or takes the one before it back.

    Triggers refuse UPDATE and DELETE. ``turn`` is 1 for the first decision, 2 for its reversal, 3
    for the decision after it: two officers at once would write the same turn, and one is refused.
    ``outcome`` is empty for a reversal, which has a ``reason_code``. Seen with the request.
    Kept for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(PriorLearningRequest, models.PROTECT, related_name="decisions")
    turn = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=16, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    reason_code = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey("lms.User", models.PROTECT, related_name="+")
    decided_on = models.DateField()
    # One form sent twice is one decision.
    form_key = models.UUIDField(unique=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("prior learning decision")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "turn"], name="prior_learning_is_decided_once_a_turn"
            ),
            models.CheckConstraint(
                condition=(Q(reverses__isnull=True) & ~Q(outcome="") & Q(reason_code=""))
                | (Q(reverses__isnull=False) & Q(outcome="") & ~Q(reason_code="")),
                name="prior_learning_is_decided_or_reversed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.turn}"


class PriorLearningFinding(models.Model):
    """One row is what a decision says of one requirement, with the ledger facts it wrote.

    Triggers refuse UPDATE and DELETE. ``amount`` is in ``unit``, that of the requirement. Seen
    with the request. Kept for ever. Personal data: yes.
    """

    decision = models.ForeignKey(PriorLearningDecision, models.PROTECT, related_name="findings")
    item = models.ForeignKey(PriorLearningItem, models.PROTECT, related_name="findings")
    code = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    unit = models.CharField(max_length=8)
    evidence = models.JSONField(default=list)

    class Meta:
        verbose_name = _("prior learning finding")
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "item"], name="a_decision_finds_once_on_each_item"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="prior_learning_credit_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.code}"
