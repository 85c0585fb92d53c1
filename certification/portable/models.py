"""Records that were taken along, whom we believe, what counts for what, and what was imported."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class RecordDownload(models.Model):
    """One row says that a portable record was made: for whom, by whom, what was in it.

    Triggers refuse UPDATE and DELETE. ``made_by`` is empty when the command line made it. Seen by
    the person. Kept for ever. Personal data: yes.
    """

    record_id = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    facts = models.PositiveIntegerField()
    # What the worker ticked: licences, peer, employers.
    included = models.JSONField(default=list)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("record download")

    def __str__(self) -> str:
        return str(self.record_id)


class TrustedIssuer(models.Model):
    """One row says that records of an academy, by one key, are believed, or are so no longer.

    Triggers refuse UPDATE and DELETE. ``turn`` counts the rows of one key: the last one speaks.
    ``until_on`` is exclusive; None: no end. Seen by officers and auditors. Kept for ever.
    Personal data: no.
    """

    did = models.CharField(max_length=200)
    key = models.CharField(max_length=100)
    turn = models.PositiveSmallIntegerField(default=1)
    trusted = models.BooleanField(default=True)
    name = models.CharField(max_length=160)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    added_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("trusted issuer")
        constraints = [
            models.UniqueConstraint(
                fields=["did", "key", "turn"], name="an_issuer_is_trusted_once_a_turn"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="trust_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EquivalenceMap(models.Model):
    """One row is one version of a map: what of elsewhere counts for what here, as YAML text.

    Triggers refuse UPDATE and DELETE. Seen by everybody who signs in as officer or auditor. Kept
    for ever. Personal data: no.
    """

    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=160)
    author = models.CharField(max_length=160)
    digest = models.CharField(max_length=64, unique=True)
    source = models.TextField()
    added_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("equivalence map")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version"], name="one_row_per_equivalence_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class RecordUpload(models.Model):
    """One row is one portable record as it came in, its signature checked, waiting or imported.

    Seen by the officer who uploaded it; with an import, by every officer who reaches the person.
    Deleted after two weeks when nothing was imported from it, otherwise kept for ever.
    Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    document = models.TextField()
    uploaded_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("record upload")

    def __str__(self) -> str:
        return str(self.uuid)


class PersonAlias(models.Model):
    """One row says that a person here is, by an officer's choice, a person of another academy.

    Triggers refuse UPDATE and DELETE. Seen with the imports. Kept for ever, so that the next
    record finds the same person. Personal data: yes.
    """

    did = models.CharField(max_length=200)
    source_person = models.UUIDField()
    person = models.ForeignKey("lms.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("person elsewhere")
        constraints = [
            models.UniqueConstraint(
                fields=["did", "source_person"], name="a_person_elsewhere_is_one_person_here"
            )
        ]

    def __str__(self) -> str:
        return f"{self.did} {self.source_person}"


class RecordImport(models.Model):
    """One row is one import of a portable record that changed something.

    Triggers refuse UPDATE and DELETE. Seen by officers and auditors who reach the person. Kept
    for ever. Personal data: yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    upload = models.ForeignKey(RecordUpload, models.PROTECT, related_name="imports")
    alias = models.ForeignKey(PersonAlias, models.PROTECT, related_name="imports")
    issuer = models.ForeignKey(TrustedIssuer, models.PROTECT, related_name="imports")
    # None: the keys were taken as they are.
    equivalence = models.ForeignKey(
        EquivalenceMap, models.PROTECT, null=True, related_name="imports"
    )
    made_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")
    source_name = models.CharField(max_length=170)
    # The names differed, and a human said that it is the same person all the same.
    name_differed = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("record import")

    def __str__(self) -> str:
        return str(self.uuid)


class ImportedFact(models.Model):
    """One row says what an import made of one fact elsewhere, toward one key here.

    Triggers refuse UPDATE and DELETE. ``origin`` and ``origin_id`` name the fact where it was
    first recorded, so that it is the same fact by whatever way it comes. ``evidence`` is the
    ledger's fact here; none where it was not counted, with the reason. Seen with the import. Kept
    for ever. Personal data: yes.
    """

    record_import = models.ForeignKey(RecordImport, models.PROTECT, related_name="facts")
    source_id = models.CharField(max_length=64)
    origin = models.CharField(max_length=200)
    origin_id = models.CharField(max_length=64)
    subject = models.CharField(max_length=160)
    title = models.CharField(max_length=300)
    target = models.CharField(max_length=160, blank=True)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    evidence = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("imported fact")
        constraints = [
            models.UniqueConstraint(
                fields=["record_import", "source_id", "target"],
                name="an_import_tells_a_fact_once_a_key",
            )
        ]
        indexes = [
            # Serves "what came of this fact before" and "from where is this evidence".
            models.Index(fields=["origin", "origin_id"], name="imported_by_origin"),
            models.Index(fields=["evidence"], name="imported_by_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.outcome}"
