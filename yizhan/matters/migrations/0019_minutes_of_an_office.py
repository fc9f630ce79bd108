from django.db import migrations, models

_RUNS = ["accepted", "examining", "proposed"]


class Migration(migrations.Migration):
    dependencies = [("matters", "0018_history_stays")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("instant_due_at__isnull", False), ("state__in", _RUNS)),
                fields=["responsible_organisation", "instant_due_at", "id"],
                name="case_office_instant",
            ),
        ),
    ]
