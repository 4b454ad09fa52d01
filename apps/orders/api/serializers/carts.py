from typing import Any

from rest_framework import serializers

from apps.core.serializers import InputSerializer, MoneyField
from apps.orders.totals import MOST_OF_ONE


class QuantityField(serializers.IntegerField):
    """How many of one variant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MOST_OF_ONE, **kwargs)


class VariantReferenceInput(InputSerializer):
    """A variant by its SKU or by its id, and by one of them only."""

    may_hold_long_numbers = frozenset({"sku"})

    sku = serializers.CharField(max_length=100, required=False)
    variant_id = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("sku" in attrs) == ("variant_id" in attrs):
            raise serializers.ValidationError(
                {"sku": ["Give either sku or variant_id."]}, code="one_reference_required"
            )
        attrs["variant"] = attrs.pop("sku", None) or attrs.pop("variant_id")
        return attrs


class AddItemInput(VariantReferenceInput):
    quantity = QuantityField(default=1)


class ChangeItemInput(InputSerializer):
    quantity = QuantityField()


class CartLineOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    variant_id = serializers.UUIDField(source="variant.public_id")
    product_id = serializers.UUIDField(source="variant.product.public_id")
    product_slug = serializers.CharField(source="variant.product.slug")
    sku = serializers.CharField(source="variant.sku")
    title = serializers.CharField(source="variant.product.title")
    variant_title = serializers.CharField(source="variant.title")
    quantity = serializers.IntegerField()
    unit_price = MoneyField()
    line_total = MoneyField()
    available = serializers.BooleanField(
        source="for_sale", help_text="Whether it can be bought; if not, it is not in the totals."
    )
    in_stock = serializers.BooleanField()


class CartOutput(serializers.Serializer[Any]):
    """A cart at today's prices. Without an id as long as nothing was ever put in."""

    id = serializers.UUIDField(source="cart.public_id", allow_null=True)
    token = serializers.CharField(
        allow_null=True,
        help_text="A guest's token for the X-Cart-Token header, shown once: when it is made.",
    )
    lines = CartLineOutput(many=True)
    item_count = serializers.IntegerField()
    subtotal = MoneyField(source="totals.subtotal")
    discount = MoneyField(source="totals.discount")
    shipping = MoneyField(source="totals.shipping")
    tax = MoneyField(source="totals.tax")
    total = MoneyField(source="totals.total")
    prices_include_tax = serializers.BooleanField(source="store.prices_include_tax")
