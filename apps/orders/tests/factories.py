from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.db.models import F
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory
from apps.core.money import Money
from apps.inventory.tests.factories import StockItemFactory
from apps.orders.invoice_content import InvoiceContent, InvoiceLine, Seller
from apps.orders.models import (
    Cart,
    CartLine,
    Invoice,
    InvoiceSeries,
    Order,
    OrderLine,
    OrderTransition,
    Shipment,
    ShipmentLine,
)
from apps.stores.models import Store

_HISTORY = {
    "pending": ["pending"],
    "paid": ["pending", "paid"],
    "shipped": ["pending", "paid", "shipped"],
    "delivered": ["pending", "paid", "shipped", "delivered"],
    "canceled": ["pending", "canceled"],
    "refunded": ["pending", "paid", "refunded"],
}


_PREFIX = {"invoice": "", "credit_note": "CN-"}


class CartFactory(factory.django.DjangoModelFactory):
    """An empty open cart of a person."""

    class Meta:
        model = Cart

    owner = factory.SubFactory(UserFactory)
    store = factory.SelfAttribute("owner.store")


class CartLineFactory(factory.django.DjangoModelFactory):
    """One of a variant at 10.00."""

    class Meta:
        model = CartLine

    cart = factory.SubFactory(CartFactory)
    variant = factory.SubFactory(
        VariantFactory, product__store=factory.SelfAttribute("...cart.store")
    )
    quantity = 1


class OrderFactory(factory.django.DjangoModelFactory):
    """An order of one variant: 10.00 and 4.90 for shipping, 2.38 tax included, with its history.

    It holds no stock: orders that do are placed by the service.
    """

    class Meta:
        model = Order
        skip_postgeneration_save = True

    customer = factory.SubFactory(UserFactory)
    store = factory.SelfAttribute("customer.store")
    number = factory.Sequence(lambda n: f"AAAA-{_spelled(n)}")
    state = "pending"
    currency = "EUR"
    subtotal_amount = Decimal("10.00")
    discount_amount = Decimal("0.00")
    shipping_amount = Decimal("4.90")
    tax_amount = Decimal("2.38")
    total_amount = Decimal("14.90")
    prices_include_tax = True
    tax_rate = Decimal("0.1900")
    shipping_address = factory.LazyFunction(
        lambda: {
            "full_name": "Ada Lovelace",
            "company": "",
            "street": "12 St James's Square",
            "street_extra": "",
            "postal_code": "SW1Y 4JH",
            "city": "London",
            "region": "",
            "country": "GB",
            "phone": "",
        }
    )
    placed_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda order: order.placed_at + timedelta(minutes=15))
    paid_at = factory.LazyAttribute(
        lambda order: order.placed_at if "paid" in _HISTORY[order.state] else None
    )
    canceled_at = factory.LazyAttribute(
        lambda order: order.placed_at if order.state == "canceled" else None
    )
    line = factory.RelatedFactory(
        "apps.orders.tests.factories.OrderLineFactory", factory_related_name="order"
    )

    @factory.post_generation
    def shipment(self: Order, create: bool, extracted: Any, **kwargs: Any) -> None:
        """What is shipped or delivered has left in one shipment."""
        if extracted is not False and self.state in {"shipped", "delivered"}:
            arrived = self.placed_at if self.state == "delivered" else None
            ShipmentFactory(order=self, shipped_at=self.placed_at, delivered_at=arrived)

    @factory.post_generation
    def history(self: Order, create: bool, extracted: Any, **kwargs: Any) -> None:
        before = ""
        for state in _HISTORY[self.state] if extracted is not False else ():
            OrderTransition.objects.create(
                order=self, from_state=before, to_state=state, actor="system"
            )
            before = state


class OrderLineFactory(factory.django.DjangoModelFactory):
    """One of a variant at 10.00."""

    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory, line=None)
    variant = factory.SubFactory(
        VariantFactory, product__store=factory.SelfAttribute("...order.store")
    )
    position = 0
    sku = factory.SelfAttribute("variant.sku")
    title = factory.SelfAttribute("variant.product.title")
    quantity = 1
    currency = "EUR"
    unit_price_amount = Decimal("10.00")
    line_total_amount = factory.LazyAttribute(lambda line: line.unit_price_amount * line.quantity)


class ShipmentFactory(factory.django.DjangoModelFactory):
    """All that is left of an order."""

    class Meta:
        model = Shipment
        skip_postgeneration_save = True

    order = factory.SubFactory(OrderFactory, state="paid")
    store = factory.SelfAttribute("order.store")
    shipped_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def lines(self: Shipment, create: bool, extracted: Any, **kwargs: Any) -> None:
        for line in self.order.lines.exclude(shipped_quantity=F("quantity")):
            quantity, line.shipped_quantity = line.left_to_ship, line.quantity
            ShipmentLine.objects.create(shipment=self, order_line=line, quantity=quantity)
            line.save()


def printed(order: Order, **changes: Any) -> InvoiceContent:
    """What stands on an invoice over one shirt."""
    shirt = InvoiceLine(
        sku="SHIRT",
        title="A shirt",
        variant_title="blue",
        quantity=1,
        unit_price=Money(Decimal("10.00"), "EUR"),
        total=Money(Decimal("10.00"), "EUR"),
    )
    content = InvoiceContent(
        seller=Seller(
            name="Tradepost GmbH",
            address=["Musterweg 1", "10115 Berlin"],
            tax_number="DE123456789",
            email="shop@tradepost.example",
        ),
        buyer=order.shipping_address,
        order_number=order.number,
        ordered_at=order.placed_at,
        lines=[shirt],
        subtotal=order.subtotal,
        discount=order.discount,
        shipping=order.shipping,
        tax_rate=order.tax_rate,
        prices_include_tax=order.prices_include_tax,
        time_zone="UTC",
    )
    return replace(content, **changes)


class InvoiceFactory(factory.django.DjangoModelFactory):
    """The store's next invoice of 2026, over an order of 14.90; its series knows it."""

    class Meta:
        model = Invoice
        skip_postgeneration_save = True

    order = factory.SubFactory(OrderFactory, state="paid")
    store = factory.SelfAttribute("order.store")
    customer = factory.SelfAttribute("order.customer")
    kind = "invoice"
    year = 2026
    sequence = factory.LazyAttribute(
        lambda invoice: Invoice.objects.filter(store=invoice.store, kind=invoice.kind).count() + 1
    )
    number = factory.LazyAttribute(
        lambda invoice: f"{_PREFIX[invoice.kind]}{invoice.year}-{invoice.sequence:06d}"
    )
    issued_at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    currency = "EUR"
    net_amount = Decimal("12.52")
    tax_amount = Decimal("2.38")
    total_amount = Decimal("14.90")
    snapshot = factory.LazyAttribute(lambda invoice: printed(invoice.order).as_json())
    corrects = None

    @factory.post_generation
    def series(self: Invoice, create: bool, extracted: Any, **kwargs: Any) -> None:
        InvoiceSeries.objects.update_or_create(
            store=self.store, kind=self.kind, year=self.year, defaults={"last": self.sequence}
        )


def goods(
    *, store: Store, price: str = "10.00", on_hand: int = 10, first_sold: datetime | None = None
) -> Variant:
    """A variant for sale, with so many of it on the shelf."""
    item = StockItemFactory(
        variant__product__store=store,
        variant__product__first_sold_at=first_sold,
        variant__price_amount=Decimal(price),
        on_hand=on_hand,
    )
    return item.variant


def _spelled(n: int) -> str:
    """Four characters of the alphabet of order numbers."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(alphabet[n // len(alphabet) ** place % len(alphabet)] for place in range(4))
