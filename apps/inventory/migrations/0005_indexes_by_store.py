from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without keeping buyers waiting: the tables are long, and written by every order."""

    atomic = False
    dependencies = [
        ("inventory", "0004_low_stock_threshold"),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name="stockitem",
            index=models.Index(fields=["store", "id"], name="stock_by_store"),
        ),
        AddIndexConcurrently(
            model_name="reservation",
            index=models.Index(fields=["store", "public_id"], name="reservation_by_store"),
        ),
        IN_HURRY_AGAIN,
    ]
