from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.encrypted_fields import EncryptedJSONField, EncryptedTextField
from apps.core.models import AmountField, CurrencyField, VersionedRecord
from apps.core.money import Money
from apps.events.actors import actor_reference
from apps.orders.attention import Attention
from apps.orders.models.cart import Cart
from apps.orders.numbers import spelled_number
from apps.orders.transitions import SALES, OrderState
from apps.stores.models import StoreOwned, StoreScopedQuerySet

if TYPE_CHECKING:
    from apps.orders.models.order_line import OrderLine

_BEFORE_TAX = F("subtotal_amount") - F("discount_amount") + F("shipping_amount")


class OrderQuerySet(StoreScopedQuerySet["Order"]):
    def visible_to(self, caller: Any, *, scope: str = Scope.READ_ORDERS) -> Self:
        """This function will keep all for holders of a scope, for other people their own."""
        if caller.has_scope(scope):
            return self.all()
        return self.told_to(caller) if caller.is_person else self.none()

    def told_to(self, person: User) -> Self:
        """This function will keep somebody's own. Those from elsewhere came by an address, so they
        are for who has shown that it is theirs: anybody could register with it before."""
        own = self.filter(customer=person)
        return own.filter(source="") if person.is_unproven else own

    def sold(self, *, since: datetime, until: datetime) -> Self:
        """This function will keep what was paid from `since` on, and before `until`; the money of
        an order from elsewhere that was refunded there was never ours."""
        ours = ~Q(state=OrderState.REFUNDED) | Q(source="")
        return self.filter(ours, paid_at__gte=since, paid_at__lt=until)

    def named(self, reference: str) -> Self:
        """This function will keep the order with this public id or number."""
        number = spelled_number(reference)
        if number is not None:
            return self.filter(number=number)
        try:
            return self.filter(public_id=UUID(reference))
        except ValueError:
            return self.none()


def _amount(**options: Any) -> AmountField:
    return AmountField(validators=[MinValueValidator(0)], **options)


class Order(StoreOwned, VersionedRecord):
    """What somebody has agreed to buy, at the prices they agreed to.

    Its public id is also the reference of its reservations of stock. Money is written once, when
    the order is placed; the state only by `services.change_state`.
    """

    State = OrderState

    # Where it was placed, if not here, and what it is called there. Such an order is history: its
    # money and its goods never went through our hands (docs/adr/0024-past-orders.md).
    source = models.CharField(max_length=30, blank=True, db_default="", editable=False)
    external_number = models.CharField(max_length=100, blank=True, db_default="", editable=False)
    # When its import was taken back.
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    number = models.CharField(max_length=9, editable=False)
    customer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    cart = models.ForeignKey(
        Cart, on_delete=models.PROTECT, null=True, related_name="orders", db_index=False
    )
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.PENDING)
    currency = CurrencyField()
    subtotal_amount = _amount()
    discount_amount = _amount()
    shipping_amount = _amount()
    tax_amount = _amount()
    total_amount = _amount()
    prices_include_tax = models.BooleanField()
    tax_rate = models.DecimalField(max_digits=6, decimal_places=4)
    shipping_address = EncryptedJSONField()
    customer_note = EncryptedTextField(blank=True)
    staff_note = EncryptedTextField(blank=True)
    # Why staff should look at it; empty when all is well.
    attention = models.CharField(
        max_length=50, choices=Attention.choices, blank=True, db_default="", editable=False
    )
    # While it is pending: the blind index of the address it was placed from.
    placed_from = models.CharField(max_length=64, blank=True, db_default="", editable=False)
    expires_at = models.DateTimeField()
    placed_at = models.DateTimeField(default=timezone.now)
    paid_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="order_number_once_in_store"),
            models.UniqueConstraint(
                fields=["store", "source", "external_number"],
                condition=~Q(source="") & Q(withdrawn_at__isnull=True),
                name="order_imported_once",
            ),
            models.CheckConstraint(
                condition=Q(source="", external_number="", withdrawn_at__isnull=True)
                | ~Q(source="") & ~Q(external_number="") & Q(cart__isnull=True),
                name="order_from_elsewhere_has_a_number",
            ),
            models.UniqueConstraint(fields=["cart"], name="cart_is_ordered_once"),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="order_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(prices_include_tax=True, total_amount=_BEFORE_TAX)
                | Q(prices_include_tax=False, total_amount=_BEFORE_TAX + F("tax_amount")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    discount_amount__gte=0,
                    discount_amount__lte=F("subtotal_amount"),
                    shipping_amount__gte=0,
                    tax_amount__gte=0,
                    total_amount__gte=0,
                ),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*SALES]) | Q(paid_at__isnull=False),
                name="order_paid_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="order_by_store"),
            models.Index(fields=["customer", "public_id"], name="order_by_customer"),
            models.Index(fields=["store", "state", "public_id"], name="order_by_state"),
            models.Index(fields=["store", "placed_at"], name="order_by_store_and_time"),
            models.Index(
                fields=["store", "public_id"],
                condition=~Q(attention=""),
                name="order_that_needs_attention",
            ),
            # With all that sums of sales ask for: the rows themselves are not read.
            models.Index(
                fields=["store", "paid_at"],
                include=["currency", "total_amount", "source", "state"],
                condition=Q(paid_at__isnull=False),
                name="order_sold_by_time",
            ),
            models.Index(
                fields=["store", "external_number"],
                condition=~Q(source=""),
                name="order_by_number_elsewhere",
            ),
            models.Index(
                fields=["expires_at"], condition=Q(state="pending"), name="order_unpaid_by_expiry"
            ),
            models.Index(
                fields=["customer"], condition=Q(state="pending"), name="order_unpaid_by_customer"
            ),
            models.Index(
                fields=["placed_from"],
                condition=Q(state="pending") & ~Q(placed_from=""),
                name="order_unpaid_by_address",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_past(self) -> bool:
        """Whether it was placed and paid elsewhere."""
        return self.source != ""

    @property
    def subtotal(self) -> Money:
        """The sum of the lines."""
        return Money(self.subtotal_amount, self.currency)

    @property
    def discount(self) -> Money:
        """What was taken off."""
        return Money(self.discount_amount, self.currency)

    @property
    def shipping(self) -> Money:
        """What sending it costs."""
        return Money(self.shipping_amount, self.currency)

    @property
    def tax(self) -> Money:
        """The tax, within the total or added to it: `prices_include_tax` tells."""
        return Money(self.tax_amount, self.currency)

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return Money(self.total_amount, self.currency)

    def role_of(self, actor: str) -> str:
        """This function will tell what the actor of an event is to the order's customer."""
        if actor == actor_reference(None):
            return "system"
        return "customer" if actor == actor_reference(self.customer) else "staff"

    def attach_lines(self, lines: Iterable["OrderLine"]) -> None:
        """This function will make `lines.all()` answer with these rows, without a query."""
        rows = self.lines.all()
        rows._result_cache = list(lines)  # noqa: SLF001 - as Django's own prefetching does
        self._prefetched_objects_cache = {"lines": rows}
