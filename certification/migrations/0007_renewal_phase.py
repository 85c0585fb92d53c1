"""Say of each standing whether the certificate may be renewed now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0006_triggers_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="standingspan",
            name="phase",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
    ]
