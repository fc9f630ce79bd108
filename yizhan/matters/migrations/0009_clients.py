import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0008_extension_guards"), ("people", "0004_machine_clients")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.machineclient",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("client__isnull", False)), fields=["client", "-id"], name="case_of_client"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["responsible_organisation", "-id"], name="case_of_office"),
        ),
    ]
