"""Editions, renewal windows and grace, second officers, retirement and appeals."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0004_reminders"),
        ("lms", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="credential",
            name="one_credential_per_person_and_period",
        ),
        migrations.RemoveConstraint(
            model_name="credentialevent",
            name="a_credential_is_revoked_once",
        ),
        migrations.AddField(
            model_name="credential",
            name="edition",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="credential",
            name="formerly",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reissued_as",
                to="certification.credential",
            ),
        ),
        migrations.AddField(
            model_name="credential",
            name="grace_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="credential",
            name="renew_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="credentialevent",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="credentialevent",
            name="round",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="credentialevent",
            name="sets_aside",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="set_aside_by",
                to="certification.credentialevent",
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                fields=("person", "program_key", "credential_key", "period", "edition"),
                name="one_credential_per_person_and_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="credentialevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "revoked")),
                fields=("credential", "round"),
                name="a_credential_is_revoked_once",
            ),
        ),
    ]
