from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.api.serializers import AddressInput, LineField
from apps.accounts.scopes import Scope
from apps.core.serializers import InputSerializer, MoneyField
from apps.orders.api.serializers.carts import QuantityField, VariantReferenceInput
from apps.orders.attention import Attention
from apps.orders.models import Order, OrderLine, OrderTransition
from apps.orders.services import RequestedLine
from apps.orders.totals import MOST_LINES
from apps.orders.transitions import OrderState

_LONGEST_NOTE = 2000


class ShippingAddressInput(AddressInput):
    """Where to send it: as in an address book, but only for this order."""

    is_default = None


class OrderItemInput(VariantReferenceInput):
    quantity = QuantityField()
    unit_price = MoneyField(required=False, help_text="What you believe one costs.")


class PlaceOrderInput(InputSerializer):
    """Without lines, what is in the cart is ordered."""

    lines = OrderItemInput(many=True, min_length=1, max_length=MOST_LINES, required=False)
    cart_id = serializers.UUIDField(
        required=False, help_text="Order this cart of yours and no later one."
    )
    shipping_address = ShippingAddressInput(required=False)
    address_id = serializers.UUIDField(required=False, help_text="From your address book.")
    expected_total = MoneyField(required=False, help_text="What you believe it costs in all.")
    customer_note = serializers.CharField(
        max_length=_LONGEST_NOTE, required=False, allow_blank=True
    )

    def validate_lines(self, value: list[dict[str, Any]]) -> list[RequestedLine]:
        return [RequestedLine(**line) for line in value]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("shipping_address" in attrs) == ("address_id" in attrs):
            raise serializers.ValidationError(
                {"shipping_address": ["Give either shipping_address or address_id."]},
                code="one_address_required",
            )
        if "lines" in attrs and "cart_id" in attrs:
            raise serializers.ValidationError(
                {"lines": ["Order either a cart or lines."]}, code="cart_or_lines"
            )
        return attrs


class CancelOrderInput(InputSerializer):
    reason = LineField(max_length=200, required=False, allow_blank=True, default="")


class UpdateOrderInput(InputSerializer):
    shipping_address = ShippingAddressInput(required=False)
    customer_note = serializers.CharField(
        max_length=_LONGEST_NOTE, required=False, allow_blank=True
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """This function will refuse a change that changes nothing. The address is whole or absent,
        so this is no partial serializer, which would do that by itself."""
        if not attrs:
            raise serializers.ValidationError("Say what to change.", code="empty")
        return attrs


class StaffUpdateOrderInput(UpdateOrderInput):
    staff_note = serializers.CharField(
        max_length=_LONGEST_NOTE, required=False, allow_blank=True, help_text="For staff only."
    )


class OrderSummaryOutput(serializers.ModelSerializer[Order]):
    id = serializers.UUIDField(source="public_id")
    customer_id = serializers.UUIDField(source="customer.public_id")
    subtotal = MoneyField()
    discount = MoneyField()
    shipping = MoneyField()
    tax = MoneyField()
    total = MoneyField()

    class Meta:
        model = Order
        fields = [
            "id",
            "number",
            "source",
            "external_number",
            "state",
            "customer_id",
            "subtotal",
            "discount",
            "shipping",
            "tax",
            "total",
            "prices_include_tax",
            "tax_rate",
            "placed_at",
            "expires_at",
            "paid_at",
            "shipped_at",
            "delivered_at",
            "canceled_at",
            "refunded_at",
        ]
        read_only_fields = fields


class OrderLineOutput(serializers.ModelSerializer[OrderLine]):
    id = serializers.UUIDField(source="public_id")
    variant_id = serializers.UUIDField(source="variant.public_id")
    unit_price = MoneyField()
    line_total = MoneyField()

    class Meta:
        model = OrderLine
        fields = [
            "id",
            "variant_id",
            "sku",
            "title",
            "variant_title",
            "quantity",
            "shipped_quantity",
            "unit_price",
            "line_total",
        ]
        read_only_fields = fields


class ShippingAddressOutput(serializers.Serializer[Any]):
    full_name = serializers.CharField()
    company = serializers.CharField()
    street = serializers.CharField()
    street_extra = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()


def _is_read_by_staff(serializer: serializers.BaseSerializer[Any]) -> bool:
    return bool(serializer.context["request"].user.has_scope(Scope.READ_ORDERS))


class OrderOutput(OrderSummaryOutput):
    """An order with all that was agreed on."""

    lines = OrderLineOutput(many=True)
    shipping_address = ShippingAddressOutput()
    staff_note = serializers.SerializerMethodField()
    attention = serializers.SerializerMethodField()

    class Meta(OrderSummaryOutput.Meta):
        fields = [
            *OrderSummaryOutput.Meta.fields,
            "shipping_address",
            "customer_note",
            "staff_note",
            "attention",
            "lines",
        ]
        read_only_fields = fields

    def get_staff_note(self, order: Order) -> str | None:
        """What staff wrote for staff; null for everybody else."""
        return order.staff_note if _is_read_by_staff(self) else None

    @extend_schema_field(
        serializers.ChoiceField(
            Attention.choices,
            allow_blank=True,
            allow_null=True,
            help_text="Why staff should look at it, or nothing; null for everybody else.",
        )
    )
    def get_attention(self, order: Order) -> str | None:
        """This function will tell staff why they should look at it, and nobody else."""
        return order.attention if _is_read_by_staff(self) else None


class OrderTransitionOutput(serializers.ModelSerializer[OrderTransition]):
    """A step in an order's life; it comes from nothing when it was placed."""

    id = serializers.UUIDField(source="public_id")
    from_state = serializers.ChoiceField(OrderState.choices, allow_blank=True)
    actor = serializers.ChoiceField(["customer", "staff", "system"], source="role")

    class Meta:
        model = OrderTransition
        fields = ["id", "from_state", "to_state", "actor", "reason", "created_at"]
        read_only_fields = fields
