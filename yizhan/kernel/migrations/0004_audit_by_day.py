import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_rates")]

    operations = [
        migrations.AddIndex(
            model_name="auditline",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_at"),
        ),
    ]
