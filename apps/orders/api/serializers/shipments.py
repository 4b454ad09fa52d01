from typing import Any

from rest_framework import serializers

from apps.accounts.api.serializers import LineField
from apps.core.serializers import InputSerializer
from apps.orders.api.serializers.carts import QuantityField
from apps.orders.models import Shipment, ShipmentLine
from apps.orders.models.shipment import HTTPS_ONLY
from apps.orders.services import ShippedLine
from apps.orders.totals import MOST_LINES


class ShippedLineInput(InputSerializer):
    line_id = serializers.UUIDField(help_text="Of the order.")
    quantity = QuantityField()


class ShipOrderInput(InputSerializer):
    """Without lines, all that is left is shipped."""

    may_hold_long_numbers = frozenset({"tracking_number", "tracking_url"})

    lines = ShippedLineInput(many=True, min_length=1, max_length=MOST_LINES, required=False)
    carrier = LineField(max_length=100, required=False, allow_blank=True)
    tracking_number = LineField(max_length=100, required=False, allow_blank=True)
    tracking_url = serializers.URLField(
        max_length=500,
        required=False,
        allow_blank=True,
        validators=HTTPS_ONLY,
        help_text="Where the parcel can be followed; it begins with https://.",
    )

    def validate_lines(self, value: list[dict[str, Any]]) -> list[ShippedLine]:
        return [ShippedLine(**line) for line in value]


class ShipmentLineOutput(serializers.ModelSerializer[ShipmentLine]):
    line_id = serializers.UUIDField(source="order_line.public_id")
    sku = serializers.CharField(source="order_line.sku")
    title = serializers.CharField(source="order_line.title")
    variant_title = serializers.CharField(source="order_line.variant_title")

    class Meta:
        model = ShipmentLine
        fields = ["line_id", "sku", "title", "variant_title", "quantity"]
        read_only_fields = fields


class ShipmentOutput(serializers.ModelSerializer[Shipment]):
    """Goods of an order that left together."""

    id = serializers.UUIDField(source="public_id")
    lines = ShipmentLineOutput(many=True)

    class Meta:
        model = Shipment
        fields = [
            "id",
            "carrier",
            "tracking_number",
            "tracking_url",
            "shipped_at",
            "delivered_at",
            "lines",
        ]
        read_only_fields = fields
