"""The tree of state, regions, agencies and sites."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """The four levels; a parent is always of an earlier level."""

    STATE = "state", _("State")
    REGION = "region", _("Region")
    AGENCY = "agency", _("Agency")
    SITE = "site", _("Site")


def organisation_kinds() -> list[tuple[str, Any]]:
    """Return the choices at run time, so that migrations do not carry labels."""
    return list(OrganisationKind.choices)


class Organisation(models.Model):
    """One row is one state, region, agency or site.

    Seen by everybody who signs in. Kept for ever: history points at it. Personal data: no.
    """

    Kind = OrganisationKind

    key = models.SlugField(_("key"), unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=organisation_kinds)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    # "/1/4/9/": the ids from the state down to this row. One prefix test finds all that is below.
    path = models.CharField(max_length=120, editable=False, unique=True)
    zone = models.CharField(_("time zone"), max_length=40)

    class Meta:
        verbose_name = _("organisation")
        indexes = [
            # Serves "everything below this organisation".
            models.Index(fields=["path"], name="organisation_path"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="state", parent=None)
                | (~models.Q(kind="state") & models.Q(parent__isnull=False)),
                name="only_a_state_has_no_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name
