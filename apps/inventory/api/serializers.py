from rest_framework import serializers

from apps.core.serializers import InputSerializer
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement


class StockItemOutput(serializers.ModelSerializer[StockItem]):
    """What one warehouse has of one variant."""

    id = serializers.UUIDField(source="public_id")
    sku = serializers.CharField(source="variant.sku")
    variant_id = serializers.UUIDField(source="variant.public_id")
    warehouse = serializers.CharField(source="warehouse.code", help_text="The warehouse's code.")
    available = serializers.IntegerField(help_text="On hand and not reserved.")

    class Meta:
        model = StockItem
        fields = [
            "id",
            "sku",
            "variant_id",
            "warehouse",
            "on_hand",
            "reserved",
            "available",
            "updated_at",
        ]
        read_only_fields = fields


class StockMovementOutput(serializers.ModelSerializer[StockMovement]):
    """One change of what a warehouse has on hand."""

    id = serializers.UUIDField(source="public_id")
    sku = serializers.CharField(source="stock_item.variant.sku")
    variant_id = serializers.UUIDField(source="stock_item.variant.public_id")
    warehouse = serializers.CharField(source="stock_item.warehouse.code")

    class Meta:
        model = StockMovement
        fields = [
            "id",
            "sku",
            "variant_id",
            "warehouse",
            "kind",
            "quantity",
            "on_hand_after",
            "reference",
            "actor",
            "note",
            "created_at",
        ]
        read_only_fields = fields


class ReceiveStockInput(InputSerializer):
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_ON_HAND)
    warehouse = serializers.CharField(
        max_length=50, required=False, help_text="Its code; the default warehouse without one."
    )
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AdjustStockInput(InputSerializer):
    quantity = serializers.IntegerField(
        min_value=0, max_value=MOST_ON_HAND, help_text="What is there, not the difference."
    )
    expected_on_hand = serializers.IntegerField(
        min_value=0, max_value=MOST_ON_HAND, help_text="What you believe is on record now."
    )
    reason = serializers.CharField(max_length=200)
    warehouse = serializers.CharField(
        max_length=50, required=False, help_text="Its code; the default warehouse without one."
    )
