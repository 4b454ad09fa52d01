"""The first step of paying: writing down what is about to be asked of the gateway."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.core.constraints import refined
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.idempotency.errors import IdempotencyKeyReused
from apps.inventory.errors import ReservationLost
from apps.orders import services as orders
from apps.orders.errors import OrderNotPayable
from apps.orders.models import Order
from apps.payments.errors import PaymentInProgress, TooManyPaymentAttempts
from apps.payments.events import PaymentCreated
from apps.payments.gateways import CaptureMethod
from apps.payments.models import Payment
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def open_payment(
    *,
    store: Store,
    order_id: UUID,
    customer: User,
    gateway: str,
    payment_method: str,
    idempotency_key: str,
    now: datetime,
) -> Payment:
    """This function will record a payment for a customer's pending order, to be charged next.

    The same key finds the payment it made before, whatever became of it and of the order. An order
    whose time would run out while the gateway is asked is held a little longer.

    Raises:
        OrderNotFound: the store has no such order of this customer.
        OrderNotPayable: it is not pending any more, or its time is up.
        ReservationLost: its stock went back already.
        PaymentInProgress: another payment of the order is not settled.
        TooManyPaymentAttempts: it was tried `PAYMENT_ATTEMPTS_PER_ORDER` times.
        IdempotencyKeyReused: the key paid this order in another way.
    """
    order = orders.lock_order(store=store, order_id=order_id, customer=customer)
    wanted = Payment(
        store=store,
        order=order,
        gateway=gateway,
        payment_method=payment_method,
        amount=order.total_amount,
        currency=order.currency,
        capture_method=(
            CaptureMethod.MANUAL if order.store.capture_at_shipment else CaptureMethod.AUTOMATIC
        ),
        idempotency_key=idempotency_key,
    )
    wanted.check_at = wanted.next_check(now=now)
    try:
        _require_attempt(order)
        orders.hold_order(order=order, now=now)
        with refined(
            {
                "payment_one_live_for_each_order": PaymentInProgress,
                "payment_once_for_each_key": PaymentInProgress,
            }
        ):
            wanted.save()
        created = PaymentCreated.of(wanted, gateway=gateway, amount=wanted.charged)
        events.publish(created, store=store, by=customer)
    except (OrderNotPayable, ReservationLost, PaymentInProgress, TooManyPaymentAttempts):
        if known := _made_before(wanted):
            return known
        raise
    return wanted


def _require_attempt(order: Order) -> None:
    """Exact: the order is locked, and nobody else opens a payment of it meanwhile."""
    most = settings.PAYMENT_ATTEMPTS_PER_ORDER
    if most and Payment.objects.filter(order=order).count() >= most:
        raise TooManyPaymentAttempts(limit=most)


def _made_before(wanted: Payment) -> Payment | None:
    rows = Payment.objects.filter(order=wanted.order, idempotency_key=wanted.idempotency_key)
    known = rows.select_related("order").first()
    if known is not None and (known.gateway, known.payment_method) != (
        wanted.gateway,
        wanted.payment_method,
    ):
        raise IdempotencyKeyReused
    return known
