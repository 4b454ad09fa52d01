"""Orders and payments as the services make them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.tests.factories import VariantFactory
from apps.inventory.tests.factories import StockItemFactory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory
from apps.payments import services as payments
from apps.payments.models import Payment, Refund
from apps.payments.transitions import OPEN

_INVOICED = {"paid", "shipped", "delivered", "refunded"}

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


def pay_order(
    order: Order, method: str = "good", *, key: str = "k", gateway: str = "ledger"
) -> Payment:
    """This function will pay an order as its customer does, by the gateway that keeps books."""
    return payments.pay_order(
        store=order.store,
        order_id=order.public_id,
        customer=order.customer,
        gateway=gateway,
        payment_method=method,
        idempotency_key=key,
        now=timezone.now(),
    )


def cancel_order(order: Order, *, by: User | None = None) -> None:
    """This function will cancel an order."""
    orders.cancel_order(
        store=order.store, order_id=order.public_id, by=by, reason="", now=timezone.now()
    )


class PaymentFactory(factory.django.DjangoModelFactory):
    """The captured payment of a paid order, made past the services; a sale has its invoice."""

    class Meta:
        model = Payment
        skip_postgeneration_save = True

    order = factory.SubFactory(OrderFactory, state="paid")
    store = factory.SelfAttribute("order.store")
    gateway = "simulated"
    payment_method = "success"
    state = Payment.State.CAPTURED
    amount = factory.SelfAttribute("order.total_amount")
    currency = factory.SelfAttribute("order.currency")
    idempotency_key = factory.Sequence(lambda n: f"payment-{n}")
    gateway_reference = factory.Sequence(lambda n: f"charge-{n}")
    captured_at = factory.LazyAttribute(
        lambda payment: timezone.now() if payment.state == Payment.State.CAPTURED else None
    )
    check_at = factory.LazyAttribute(
        lambda payment: timezone.now() + timedelta(minutes=5) if payment.state in OPEN else None
    )

    @factory.post_generation
    def invoice(self: Payment, create: bool, extracted: Any, **kwargs: Any) -> None:
        if self.state != self.State.CAPTURED or self.is_surplus or extracted is False:
            return
        if self.order.state in _INVOICED:
            with transaction.atomic():
                orders.issue_invoice(order=self.order, by=None, now=timezone.now())


class RefundFactory(factory.django.DjangoModelFactory):
    """A requested refund of a payment that the gateway has heard of, made past the services."""

    class Meta:
        model = Refund

    payment = factory.SubFactory(PaymentFactory)
    store = factory.SelfAttribute("payment.store")
    amount = Decimal("10.00")
    currency = factory.SelfAttribute("payment.currency")
    idempotency_key = factory.Sequence(lambda n: f"refund-{n}")
    gateway_reference = factory.Sequence(lambda n: f"back-{n}")
    check_at = factory.LazyAttribute(
        lambda refund: (
            timezone.now() + timedelta(minutes=5) if refund.state == "requested" else None
        )
    )
    state = Refund.State.REQUESTED
