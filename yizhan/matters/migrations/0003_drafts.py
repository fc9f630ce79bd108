"""A draft says when it was saved; a paper may have several pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_separation")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="saved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="more_file_ids",
            field=models.JSONField(default=list),
        ),
    ]
