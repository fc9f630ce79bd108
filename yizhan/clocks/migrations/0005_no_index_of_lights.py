from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clocks", "0004_lights_of_what_is_open")]

    operations = [migrations.RemoveIndex(model_name="clock", name="clock_lights")]
