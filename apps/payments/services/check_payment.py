"""Asking about one payment that nobody has told us of."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.core.transactions import forbids_transaction
from apps.orders import services as orders
from apps.orders.models import Order, Shipment
from apps.orders.transitions import ALL_GONE, OrderState
from apps.payments.gateways import KEYS_LIVE_FOR
from apps.payments.models import Payment
from apps.payments.services.capture_order_payment import capture_order_payment
from apps.payments.services.charge_payment import charge_payment
from apps.payments.services.hold_payment import hold_payment
from apps.payments.services.withdraw_payment import withdraw_payment


@forbids_transaction
def check_payment(*, payment: Payment, now: datetime) -> Payment:
    """This function will find out how an open payment stands, and do what that calls for.

    A charge that was never made is made, as long as its order waits for it; when the order does
    not, it is withdrawn. An authorization is captured when goods have left. After
    `PAYMENT_MAX_ATTEMPTS` silences in a row the order is canceled, which frees its stock; should
    the money come after all it goes back. A payment with no known charge whose key is about to be
    forgotten by the gateway is left to staff. So is one that is held.

    Raises:
        GatewayUnavailable: the gateway is silent; it is asked again later.
    """
    payment = _as_it_stands(payment)
    if not payment.is_open or payment.held_reason:
        return payment
    if not payment.gateway_reference and payment.created_at < now - KEYS_LIVE_FOR:
        return _leave_to_staff(payment)
    if payment.attempts >= settings.PAYMENT_MAX_ATTEMPTS:
        payment = _give_up_order(payment, now=now)
    if payment.state == Payment.State.AUTHORIZED and _has_left(payment.order):
        capture_order_payment(order_id=payment.order.public_id)
        return _as_it_stands(payment)
    authorized = payment.state == Payment.State.AUTHORIZED
    if payment.order.state == (OrderState.PAID if authorized else OrderState.PENDING):
        return charge_payment(payment=payment, by=None)
    return withdraw_payment(payment=payment, by=None)


def _as_it_stands(payment: Payment) -> Payment:
    """It may have waited for its turn while the order went on without it."""
    rows = Payment.objects.select_related("store", "order__store", "order__customer")
    return rows.get(pk=payment.pk)


def _has_left(order: Order) -> bool:
    return order.state in ALL_GONE or Shipment.objects.filter(order=order).exists()


@retry_conflicts
@transaction.atomic
def _give_up_order(payment: Payment, *, now: datetime) -> Payment:
    """Under the locks of both: what was paid a moment ago is not canceled for a silence before."""
    rows = Payment.objects.select_related("store").filter(pk=payment.pk)
    (locked,) = rows.locked_with_order()
    if locked.is_open and locked.order.state == OrderState.PENDING:
        locked.order = orders.cancel_order(
            store=locked.store,
            order_id=locked.order.public_id,
            by=None,
            reason="payment could not be made",
            now=now,
        )
    return locked


@retry_conflicts
@transaction.atomic
def _leave_to_staff(payment: Payment) -> Payment:
    (locked,) = Payment.objects.filter(pk=payment.pk).locked_with_order()
    if locked.is_open and not locked.gateway_reference:
        hold_payment(
            payment=locked,
            reference="",
            reason="outcome: the gateway was silent for a day",
            by=None,
        )
    return locked
