"""Orders and payments as the services make them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.tests.factories import VariantFactory
from apps.inventory.tests.factories import StockItemFactory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.models import Payment, Refund

ADDRESS = {"full_name": "Ada Lovelace", "city": "London", "country": "GB"}


def place_order(*, customer: User, on_hand: int = 10, **options: Any) -> Order:
    """This function will place an order of three products at 10.00 each, with 4.90 shipping."""
    variants = VariantFactory.create_batch(3, product__store=customer.store)
    for variant in variants:
        StockItemFactory(variant=variant, on_hand=on_hand)
    lines = [orders.RequestedLine(variant=one.public_id, quantity=1) for one in variants]
    return orders.place_order_from_lines(
        store=customer.store,
        customer=customer,
        lines=lines,
        shipping_address=ADDRESS,
        by=customer,
        now=timezone.now(),
        **options,
    )


def let_reservation_end(order: Order) -> datetime:
    """This function will return a moment when the order's time is up."""
    return order.expires_at + timedelta(seconds=1)


class PaymentFactory(factory.django.DjangoModelFactory):
    """A captured payment of an order, made past the services."""

    class Meta:
        model = Payment

    order = factory.LazyFunction(lambda: None)
    store = factory.SelfAttribute("order.store")
    gateway = "simulated"
    payment_method = "success"
    state = Payment.State.CAPTURED
    amount = Decimal("34.90")
    currency = "EUR"
    idempotency_key = factory.Sequence(lambda n: f"payment-{n}")
    gateway_reference = factory.Sequence(lambda n: f"charge-{n}")
    captured_at = factory.LazyFunction(timezone.now)


class RefundFactory(factory.django.DjangoModelFactory):
    """A requested refund of a payment, made past the services."""

    class Meta:
        model = Refund

    payment = factory.LazyFunction(lambda: None)
    store = factory.SelfAttribute("payment.store")
    amount = Decimal("10.00")
    currency = "EUR"
    idempotency_key = factory.Sequence(lambda n: f"refund-{n}")
