"""Cases that are open take over the moments of their clocks; what is closed is in no list by light."""

from typing import Any

from django.db import migrations


def take_over(apps: Any, schema_editor: Any) -> None:
    if not apps.get_model("matters", "Case").objects.exists():
        return
    schema_editor.execute(
        "UPDATE matters_case c SET yellow_at = k.yellow_at, red_at = k.red_at, black_at = k.black_at "
        "FROM clocks_clock k WHERE k.subject_kind = 'matters.case' AND k.subject_id = c.id::text "
        "AND k.state <> 'stopped' AND c.closed_at IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = [("matters", "0016_kept_moments"), ("clocks", "0003_recounts")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
