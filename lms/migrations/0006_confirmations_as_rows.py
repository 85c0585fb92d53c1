"""Give each licence that was verified before look-ups were kept the row that says so."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations

SOURCE = "Not written down at the time"


def confirm(apps, schema_editor):
    """Write one confirmation for each verified licence that has none; may be run again."""
    licence = apps.get_model("lms", "Licence")
    verification = apps.get_model("lms", "LicenceVerification")
    zone = ZoneInfo(settings.ACADEMY_ZONE)
    rows = licence.objects.filter(verified_at__isnull=False, verifications__isnull=True)
    verification.objects.bulk_create(
        (
            verification(
                licence_id=row.pk,
                outcome="confirmed",
                source=SOURCE,
                looked_up_on=row.verified_at.astimezone(zone).date(),
                actor_id=row.verified_by_id,
                recorded_at=row.verified_at,
            )
            for row in rows.order_by("pk").iterator(chunk_size=1000)
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    """Write the rows that are missing."""

    dependencies = [("lms", "0005_licence_verifications")]
    operations = [migrations.RunPython(confirm, migrations.RunPython.noop, elidable=False)]
