"""The first step of paying: writing down what is about to be asked of the gateway."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.core.constraints import refined
from apps.core.retries import retry_conflicts
from apps.idempotency.errors import IdempotencyKeyReused
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.errors import OrderNotPayable
from apps.orders.models import Order
from apps.orders.transitions import OrderState
from apps.payments.errors import OrderExpired, PaymentInProgress
from apps.payments.models import Payment
from apps.stores.models import Store

# Longer than a gateway takes with its retries.
_TIME_TO_PAY = timedelta(minutes=2)


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

    The same key finds the payment it made before, whatever became of it and of the order. Stock
    that would be let go while the gateway is asked is held a little longer.

    Raises:
        OrderNotFound: the store has no such order of this customer.
        OrderNotPayable: it is not pending any more, or its time is up.
        ReservationLost: its stock went back already.
        PaymentInProgress: another payment of the order is not settled.
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
        idempotency_key=idempotency_key,
    )
    try:
        _require_payable(order, now=now)
        with refined(
            {
                "payment_one_live_for_each_order": PaymentInProgress,
                "payment_once_for_each_key": PaymentInProgress,
            }
        ):
            wanted.save()
    except (OrderNotPayable, PaymentInProgress):
        if known := _made_before(wanted):
            return known
        raise
    _hold_stock(order, now=now)
    return wanted


def _require_payable(order: Order, *, now: datetime) -> None:
    if order.state != OrderState.PENDING:
        raise OrderNotPayable(state=order.state, wanted=OrderState.PAID)
    if order.expires_at <= now:
        raise OrderExpired(state=order.state)


def _hold_stock(order: Order, *, now: datetime) -> None:
    until = now + _TIME_TO_PAY
    if order.expires_at < until:
        inventory.extend_reservation(reference=order.public_id, until=until)


def _made_before(wanted: Payment) -> Payment | None:
    rows = Payment.objects.filter(order=wanted.order, idempotency_key=wanted.idempotency_key)
    known = rows.select_related("order").first()
    if known is not None and (known.gateway, known.payment_method) != (
        wanted.gateway,
        wanted.payment_method,
    ):
        raise IdempotencyKeyReused
    return known
