from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.orders.models.order_line import OrderLine
from apps.orders.models.shipment import Shipment


class ShipmentLine(Record):
    """How many of an order line left with a shipment. A trigger refuses updates and deletes."""

    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="shipment_lines"
    )
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "order_line"], name="shipment_line_once_for_order_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipment_line_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.order_line_id}"
