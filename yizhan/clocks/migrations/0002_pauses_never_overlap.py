from django.db import migrations


class Migration(migrations.Migration):
    """Pauses of one clock never overlap. Without btree_gist the clock's number becomes a range of one."""

    dependencies = [("clocks", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE clocks_pause ADD CONSTRAINT pauses_never_overlap EXCLUDE USING gist (
                int8range(clock_id, clock_id, '[]') WITH &&,
                daterange(paused_after, paused_until, '(]') WITH &&)
            """,
            "ALTER TABLE clocks_pause DROP CONSTRAINT pauses_never_overlap",
        )
    ]
