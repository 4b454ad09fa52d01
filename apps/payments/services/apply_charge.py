"""What the gateway says becomes what the books say: payment, order, stock and invoice together."""

from datetime import datetime
from typing import Any

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event, changes_between
from apps.orders import services as orders
from apps.orders.attention import Attention
from apps.orders.transitions import PAID_FOR
from apps.payments.differences import difference
from apps.payments.events import (
    PaymentActionRequired,
    PaymentAuthorized,
    PaymentCanceled,
    PaymentCaptured,
    PaymentFailed,
    PaymentProcessing,
    PaymentUnfillable,
)
from apps.payments.gateways import Charge
from apps.payments.models import Payment
from apps.payments.services.fill_order import fill_order
from apps.payments.services.hold_payment import hold_payment
from apps.payments.transitions import HOLDS_MONEY, LIVE, OPEN


@requires_transaction
def apply_charge(*, payment: Payment, charge: Charge, by: Actor, now: datetime) -> None:
    """This function will record how a charge stands, and move the order along with it.

    The caller holds the locks of payment and order. What we know already, and what is older than
    what we know, changes nothing, so it does not matter who tells it, how often and in which
    order. Money that does not match what was asked for holds the order for staff, until they have
    sent it back. When money came and the order cannot be filled any more, it is recorded all the
    same, because it is there, and `payment.unfillable` has it given back.
    """
    if payment.was_sent_back and payment.gateway_reference == charge.reference:
        return
    if reason := difference(payment, charge):
        hold_payment(payment=payment, reference=charge.reference, reason=reason, by=by)
        return
    if not payment.is_news(charge):
        return
    had = payment.state
    was_paid = had == Payment.State.AUTHORIZED and payment.order.state in PAID_FOR
    if charge.outcome in HOLDS_MONEY:
        is_surplus = had not in OPEN and _is_paid_otherwise(payment)
        payment.follow(charge, now=now, is_surplus=is_surplus)
        _take(payment, had=had, is_order_paid=was_paid, by=by, now=now)
        return
    payment.follow(charge, now=now)
    events.publish(_fact(payment, had=had), store=payment.order.store, by=by)
    if was_paid:
        orders.flag_order(order=payment.order, reason=Attention.AUTHORIZATION_LOST, by=by)


def _is_paid_otherwise(payment: Payment) -> bool:
    others = Payment.objects.filter(order=payment.order, state__in=LIVE, is_surplus=False)
    return others.exclude(pk=payment.pk).exists()


def _take(payment: Payment, *, had: str, is_order_paid: bool, by: Actor, now: datetime) -> None:
    order, taken = payment.order, _fact(payment, had=had)
    if is_order_paid:
        events.publish(taken, store=order.store, by=by)
    elif payment.is_surplus or not fill_order(order=order, by=by, now=now, along_with=[taken]):
        unfillable = PaymentUnfillable.of(payment, amount=payment.charged)
        payment.mark_unfillable(now=now)
        events.publish(taken, unfillable, store=order.store, by=by)
        return
    if payment.state == Payment.State.CAPTURED:
        orders.issue_invoice(order=order, by=by, now=now)


def _fact(payment: Payment, *, had: str) -> Event:
    told: dict[str, Any] = {
        "gateway": payment.gateway,
        "changes": changes_between({"state": had}, {"state": str(payment.state)}),
    }
    match payment.state:
        case Payment.State.CAPTURED:
            return PaymentCaptured.of(payment, amount=payment.charged, **told)
        case Payment.State.AUTHORIZED:
            return PaymentAuthorized.of(payment, amount=payment.charged, **told)
        case Payment.State.REQUIRES_ACTION:
            return PaymentActionRequired.of(payment, failure_code=payment.failure_code, **told)
        case Payment.State.PROCESSING:
            return PaymentProcessing.of(payment, **told)
        case Payment.State.CANCELED:
            return PaymentCanceled.of(payment, **told)
    return PaymentFailed.of(payment, failure_code=payment.failure_code, **told)
