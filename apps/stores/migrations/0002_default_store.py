"""A single shop never notices that there could be several."""

from django.db import migrations


def create_default_store(apps, schema_editor):
    apps.get_model("stores", "Store").objects.get_or_create(
        is_default=True, defaults={"slug": "default", "name": "Tradepost"}
    )


class Migration(migrations.Migration):
    dependencies = [("stores", "0001_store_and_host")]
    operations = [migrations.RunPython(create_default_store, migrations.RunPython.noop)]
