from django.db import models
from django.db.models import Q

from apps.catalog.models import Variant
from apps.core.models import Record
from apps.core.money import Money
from apps.orders.models.cart import Cart
from apps.orders.totals import MOST_OF_ONE, Line


class CartLine(Record):
    """So many of one variant. It is changed under the lock of its cart."""

    cart = models.ForeignKey(Cart, on_delete=models.PROTECT, related_name="lines", db_index=False)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()

    # Whether it can be ordered as things are; set by the query that reads the lines of a cart.
    for_sale: bool = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_once_for_variant"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_OF_ONE),
                name="cart_line_quantity_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.variant_id}"

    @property
    def priced(self) -> Line:
        """The line at today's price."""
        return Line(unit_price=self.variant.price.rounded(), quantity=self.quantity)

    @property
    def unit_price(self) -> Money:
        """What one costs now."""
        return self.priced.unit_price

    @property
    def line_total(self) -> Money:
        """What all of them cost now."""
        return self.priced.total

    @property
    def in_stock(self) -> bool:
        """Whether it is for sale and inventory has some left."""
        return self.for_sale and self.variant.in_stock
