"""What callers say of an export."""

from typing import Any

from rest_framework import serializers

from apps.interchange.exporting import Kind, Layout, Wanted, Writing
from apps.orders.transitions import OrderState


class WritingQuery(serializers.Serializer[Any]):
    """How rows become text."""

    kind: Kind

    def get_fields(self) -> dict[str, Any]:
        """This function will add `as`, which Python keeps for itself."""
        writing = serializers.ChoiceField(
            choices=[one.value for one in Writing], default=Writing.CSV.value
        )
        return {"as": writing, **super().get_fields()}

    def wanted(self) -> Wanted:
        """This function will say what was asked for."""
        found = self.validated_data
        return Wanted(
            kind=self.kind,
            layout=Layout(found.get("layout", Layout.NATIVE)),
            writing=Writing(found["as"]),
            since=found.get("since"),
            states=tuple(found.get("state", ())),
            published=found.get("published"),
        )


class OrderExportQuery(WritingQuery):
    kind = Kind.ORDERS
    since = serializers.DateTimeField(required=False, help_text="Placed from then on.")
    state = serializers.MultipleChoiceField(
        choices=OrderState.choices, required=False, help_text="In one of these states now."
    )


class ProductExportQuery(WritingQuery):
    kind = Kind.PRODUCTS
    layout = serializers.ChoiceField(
        choices=[one.value for one in Layout],
        default=Layout.NATIVE.value,
        help_text="Whose columns the file has.",
    )
    published = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Only what the public sees now, or only what it does not.",
    )


class CustomerExportQuery(WritingQuery):
    kind = Kind.CUSTOMERS
    since = serializers.DateTimeField(required=False, help_text="Customers from then on.")


class StockExportQuery(WritingQuery):
    kind = Kind.STOCK
