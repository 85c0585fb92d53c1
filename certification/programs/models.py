"""Programs, their published versions, and who has adopted them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kit import clock


class Program(models.Model):
    """One row is one program, such as nm-mrss. Public. Kept for ever. Personal data: no."""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=160)
    # Anybody with an account may earn it, whether or not an organisation adopted it.
    open_to_all = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("program")

    def __str__(self) -> str:
        return self.title


class ProgramVersion(models.Model):
    """One row is one version of a program's rules, as the YAML text that was published.

    Never changed after it is written. Public. Kept for ever. Personal data: no.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="versions")
    label = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    source = models.TextField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    published_by = models.ForeignKey("lms.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("program version")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "digest"], name="one_row_per_program_digest"
            ),
            models.UniqueConstraint(fields=["program", "label"], name="one_row_per_program_label"),
        ]

    def __str__(self) -> str:
        return f"{self.program_id} {self.label}"


class Adoption(models.Model):
    """One row says that an organisation, and all below it, works under a program between dates.

    Seen by everybody who signs in. Kept for ever. Personal data: no.
    """

    organisation = models.ForeignKey("lms.Organisation", models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="adoptions")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("adoption")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="adoption_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["organisation", "program"],
                condition=Q(ends_on__isnull=True),
                name="one_open_adoption",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.program_id}"
