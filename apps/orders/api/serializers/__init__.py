from apps.orders.api.serializers.carts import (
    AddItemInput,
    CartOutput,
    ChangeItemInput,
)
from apps.orders.api.serializers.invoices import (
    InvoiceOutput,
    InvoiceSummaryOutput,
)
from apps.orders.api.serializers.orders import (
    CancelOrderInput,
    OrderLineOutput,
    OrderOutput,
    OrderSummaryOutput,
    OrderTransitionOutput,
    PlaceOrderInput,
    StaffUpdateOrderInput,
    UpdateOrderInput,
)
from apps.orders.api.serializers.shipments import (
    ShipmentOutput,
    ShipOrderInput,
)

__all__ = [
    "AddItemInput",
    "CancelOrderInput",
    "CartOutput",
    "ChangeItemInput",
    "InvoiceOutput",
    "InvoiceSummaryOutput",
    "OrderLineOutput",
    "OrderOutput",
    "OrderSummaryOutput",
    "OrderTransitionOutput",
    "PlaceOrderInput",
    "ShipOrderInput",
    "ShipmentOutput",
    "StaffUpdateOrderInput",
    "UpdateOrderInput",
]
