from django.db import migrations, models

_IN_THE_OFFICE = ["accepted", "awaiting_supplement", "examining", "proposed", "publishing", "suspended"]


class Migration(migrations.Migration):
    dependencies = [("matters", "0015_keeping"), ("people", "0007_planner_and_data_steward")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_office_open"),
        migrations.AddField(model_name="case", name="yellow_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="case", name="red_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="case", name="black_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", _IN_THE_OFFICE)),
                fields=["responsible_organisation", "due_on", "id"],
                include=(
                    "state", "examiner", "item_name", "decided_by", "taken_in_by", "accepted_by", "yellow_at",
                    "red_at", "black_at",
                ),
                name="case_office_open",
            ),
        ),
    ]  # fmt: skip
