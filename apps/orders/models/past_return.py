from datetime import datetime

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.catalog.models import Variant
from apps.core.models import AmountField, CurrencyField, Record
from apps.core.money import Money
from apps.orders.models.order import Order
from apps.orders.models.order_line import OrderLine
from apps.orders.transitions import OrderState
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class PastReturnQuerySet(StoreScopedQuerySet["PastReturn"]):
    def standing(self) -> "PastReturnQuerySet":
        """This function will leave out those whose import was taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def of_sales(self, *, since: datetime, until: datetime) -> "PastReturnQuerySet":
        """This function will keep what was given back in that time of orders that count as sold:
        what all came back counts for nothing already."""
        of_sales = self.standing().filter(order__paid_at__isnull=False)
        whole = Q(order__state=OrderState.REFUNDED)
        return of_sales.exclude(whole).filter(returned_at__gte=since, returned_at__lt=until)


class PastReturn(StoreOwned, Record):
    """One line of a credit that another shop gave: goods that came back, or money alone.

    It stands beside the order it corrects, whose totals stay what was agreed on. Where no such
    order was found (it is older than the file, say) there is none, and what came back is known
    nevertheless.
    """

    source = models.CharField(max_length=30)
    external_number = models.CharField(max_length=100)
    position = models.PositiveIntegerField()
    customer = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="past_returns", null=True, blank=True
    )
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="past_returns", null=True, blank=True
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=255, blank=True)
    quantity = models.PositiveIntegerField()
    currency = CurrencyField()
    amount = AmountField(help_text="What was given back for all of them.")
    returned_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PastReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_number", "position"],
                condition=Q(withdrawn_at__isnull=True),
                name="past_return_imported_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="past_return_not_empty"),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="past_return_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(order_line__isnull=True),
                name="past_return_of_a_line_is_of_an_order",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="past_return_by_store"),
            models.Index(fields=["store", "returned_at"], name="past_return_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.sku}"

    @property
    def money(self) -> Money:
        """What was given back."""
        return Money(self.amount, self.currency)
