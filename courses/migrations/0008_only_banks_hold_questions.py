"""Take the old columns of questions, quizzes and answers away."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Leave one place for each."""

    dependencies = [("courses", "0007_one_bank_for_each_quiz")]
    operations = [
        migrations.RemoveConstraint(
            model_name="question",
            name="one_row_per_question_revision",
        ),
        migrations.RemoveConstraint(
            model_name="question",
            name="one_live_revision_per_question",
        ),
        migrations.RemoveField(
            model_name="question",
            name="quiz",
        ),
        migrations.RemoveField(
            model_name="quiz",
            name="critical_draw",
        ),
        migrations.RemoveField(
            model_name="response",
            name="choice",
        ),
        migrations.AlterField(
            model_name="question",
            name="bank",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questions",
                to="courses.questionbank",
            ),
        ),
        migrations.AlterField(model_name="response", name="value", field=models.JSONField()),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("bank", "key", "revision"), name="one_row_per_question_revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("bank", "key"),
                name="one_live_revision_per_question",
            ),
        ),
    ]
