"""Whether the hours of every course version still rest on what was written down for them."""

from collections.abc import Iterator
from decimal import Decimal

from courses.catalog.models import CourseVersion, HoursBasis
from courses.catalog.packs import TEXT, credit_hours, minutes_of
from lms.kit.integrity import Check, check, triggers

TABLES = [("courses_hoursbasis", "UPDATE DELETE")]


def integrity() -> list[Check]:
    """Return every check of this applet."""
    return [
        triggers("append-only-catalog", TABLES),
        check(
            "hours-reckoned",
            "Reckoning the basis of hours again gives the stored minutes and hours.",
            _wrongly_reckoned(),
        ),
        check(
            "hours-complete",
            "The bases of a course version add up to its hours, type by type.",
            _incomplete(),
        ),
    ]


def _wrongly_reckoned() -> Iterator[str]:
    for basis in HoursBasis.objects.select_related("version").order_by("pk").iterator():
        minutes = minutes_of(basis.inputs) if basis.method == TEXT else basis.raw_minutes
        if (minutes, credit_hours(minutes)) != (basis.raw_minutes, basis.supported_hours):
            yield f"{basis.version} {basis}: stored {basis.raw_minutes}, reckoned {minutes}"


def _incomplete() -> Iterator[str]:
    """Yield versions whose bases do not add up; versions older than the bases have none."""
    for version in CourseVersion.objects.prefetch_related("hours_bases").order_by("pk"):
        sums: dict[str, Decimal] = {}
        for basis in version.hours_bases.all():
            sums[basis.hours_type] = sums.get(basis.hours_type, Decimal(0)) + basis.claimed_hours
        promised = {
            kind: Decimal(hours)
            for kind, hours in version.outline.get("hours", {}).items()
            if Decimal(hours)
        }
        # An outline without competencies was frozen before hours had a basis.
        if sums != promised and (sums or "competencies" in version.outline):
            yield f"{version}: promised {promised}, based {sums}"
