from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Without keeping buyers waiting: the tables are long, and written by every order."""

    atomic = False
    dependencies = [
        ("inventory", "0006_past_movements"),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name="stockitem",
            index=models.Index(
                F("store"), F("on_hand") - F("reserved"), F("id").desc(), name="stock_by_available"
            ),
        ),
        AddIndexConcurrently(
            model_name="stockitem",
            index=models.Index(
                fields=["store", "low_stock_threshold"],
                condition=Q(low_stock_threshold__isnull=False),
                name="stock_with_own_threshold",
            ),
        ),
        AddIndexConcurrently(
            model_name="reservation",
            index=models.Index(
                fields=["store", "state", "public_id"], name="reservation_by_state"
            ),
        ),
        AddIndexConcurrently(
            model_name="stockmovement",
            index=models.Index(
                fields=["store", "kind", "public_id"], name="movement_by_kind_and_time"
            ),
        ),
        IN_HURRY_AGAIN,
    ]
