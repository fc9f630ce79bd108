import django.db.models.deletion
from django.db import migrations, models

import yizhan.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        ("people", "0003_leave_and_sign_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="MachineClient",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("scopes", models.JSONField(default=list)),
                ("calls_per_minute", models.PositiveIntegerField()),
                ("is_sample", models.BooleanField(default=False)),
                ("registered_at", models.DateTimeField()),
                ("registered_by", models.CharField(max_length=80)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="machine_client",
                        to="oauth2_provider.application",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clients", to="people.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-registered_at"], name="client_of_organisation")],
            },
        ),
    ]
