"""A single shop with a single warehouse never notices that there could be several."""

from django.db import migrations


def create_default_warehouses(apps, schema_editor):
    warehouse = apps.get_model("inventory", "Warehouse")
    for store in apps.get_model("stores", "Store").objects.all():
        warehouse.objects.get_or_create(
            store=store, code="main", defaults={"name": "Main warehouse", "is_default": True}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_append_only_movements"),
        ("stores", "0002_default_store"),
    ]
    operations = [migrations.RunPython(create_default_warehouses, migrations.RunPython.noop)]
