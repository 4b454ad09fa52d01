from django.db import models
from django.db.models import F, Q

from apps.catalog.models import Variant
from apps.core.models import AmountField, CurrencyField, Record
from apps.core.money import Money
from apps.orders.models.order import Order


class OrderLine(Record):
    """So many of one variant, named and priced as they were when the order was placed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=255)
    variant_title = models.CharField(max_length=255, blank=True)
    quantity = models.PositiveIntegerField()
    # Written under the lock of the order, like everything that happens to it.
    shipped_quantity = models.PositiveIntegerField(default=0, db_default=0)
    currency = CurrencyField()
    unit_price_amount = AmountField()
    line_total_amount = AmountField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_has_its_place"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_not_empty"),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=0, shipped_quantity__lte=F("quantity")),
                name="shipped_not_above_ordered",
            ),
            models.CheckConstraint(
                condition=Q(unit_price_amount__gte=0), name="order_line_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(line_total_amount=F("unit_price_amount") * F("quantity")),
                name="order_line_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.sku}"

    @property
    def unit_price(self) -> Money:
        """The price the buyer agreed to."""
        return Money(self.unit_price_amount, self.currency)

    @property
    def line_total(self) -> Money:
        """What all of them cost."""
        return Money(self.line_total_amount, self.currency)

    @property
    def left_to_ship(self) -> int:
        """How many have not left yet."""
        return self.quantity - self.shipped_quantity
