from typing import Any

from rest_framework import serializers

from apps.core.serializers import MoneyField
from apps.orders.api.serializers.orders import ShippingAddressOutput
from apps.orders.models import Invoice


class InvoiceSummaryOutput(serializers.ModelSerializer[Invoice]):
    """An invoice, or a credit note: what it is worth goes back to the buyer."""

    id = serializers.UUIDField(source="public_id")
    customer_id = serializers.UUIDField(source="customer.public_id")
    order_id = serializers.UUIDField(source="order.public_id")
    order_number = serializers.CharField(source="order.number")
    corrects = serializers.CharField(
        source="corrects.number",
        default=None,
        allow_null=True,
        help_text="Of a credit note, the number of its invoice.",
    )
    net = MoneyField()
    tax = MoneyField()
    total = MoneyField()

    class Meta:
        model = Invoice
        fields = [
            "id",
            "kind",
            "number",
            "customer_id",
            "order_id",
            "order_number",
            "corrects",
            "refund_id",
            "issued_at",
            "net",
            "tax",
            "total",
        ]
        read_only_fields = fields


class SellerOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    address = serializers.ListField(child=serializers.CharField())
    tax_number = serializers.CharField()
    email = serializers.CharField()


class InvoiceLineOutput(serializers.Serializer[Any]):
    sku = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneyField()
    total = MoneyField()


class InvoiceContentOutput(serializers.Serializer[Any]):
    """What is printed, as it was when the document was issued."""

    seller = SellerOutput()
    buyer = ShippingAddressOutput()
    ordered_at = serializers.DateTimeField()
    lines = InvoiceLineOutput(many=True)
    subtotal = MoneyField()
    discount = MoneyField()
    shipping = MoneyField()
    tax_rate = serializers.DecimalField(max_digits=6, decimal_places=4)
    prices_include_tax = serializers.BooleanField()
    reason = serializers.CharField()


class InvoiceOutput(InvoiceSummaryOutput):
    """A document with all that is printed on it."""

    content = InvoiceContentOutput()

    class Meta(InvoiceSummaryOutput.Meta):
        fields = [*InvoiceSummaryOutput.Meta.fields, "content"]
        read_only_fields = fields
