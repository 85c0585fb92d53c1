"""Drop the key of the one rubric; the list of rubrics holds it."""

from django.db import migrations


class Migration(migrations.Migration):
    """Remove the column."""

    dependencies = [("courses", "0004_many_rubrics")]
    operations = [migrations.RemoveField(model_name="modulepage", name="rubric_key")]
