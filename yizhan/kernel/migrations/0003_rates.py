from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_pending_without_foreign_key")]

    operations = [
        migrations.CreateModel(
            name="RateCount",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("window", models.BigIntegerField()),
                ("calls", models.PositiveIntegerField()),
            ],
            options={"db_table": "kernel_rate"},
        ),
        # Every call of the API counts here: without a log of its own, a count never waits for the disk.
        migrations.RunSQL("ALTER TABLE kernel_rate SET UNLOGGED", "ALTER TABLE kernel_rate SET LOGGED"),
    ]
