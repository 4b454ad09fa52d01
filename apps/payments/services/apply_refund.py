"""What the gateway says of a refund becomes what the books say."""

from datetime import datetime

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders import services as orders
from apps.orders.attention import Attention
from apps.orders.transitions import EDGES, OrderState
from apps.payments.events import RefundFailed, RefundSucceeded
from apps.payments.gateways import GatewayRefund, RefundOutcome
from apps.payments.models import Payment, Refund


@requires_transaction
def apply_refund(
    *, payment: Payment, refund: Refund, answer: GatewayRefund, by: Actor, now: datetime
) -> None:
    """This function will record how a refund stands; one that ended stays as it is.

    The caller holds the locks of payment and order. What failed can be refunded again. When
    everything has gone back, an order that is not canceled becomes refunded. A bank that sends the
    money back after all, or refuses what cannot be kept, flags the order: whoever it belongs to has
    to be asked where it should go.
    """
    if refund.state == Refund.State.SUCCEEDED and answer.outcome is RefundOutcome.FAILED:
        orders.flag_order(order=payment.order, reason=Attention.REFUND_CAME_BACK, by=by)
        return
    if refund.state != Refund.State.REQUESTED:
        return
    if _says_nothing_new(refund, answer):
        return
    refund.follow(answer, now=now)
    match answer.outcome:
        case RefundOutcome.FAILED:
            _undo(payment, refund, by=by)
        case RefundOutcome.SUCCEEDED:
            _finish(payment, refund, by=by, now=now)


def _says_nothing_new(refund: Refund, answer: GatewayRefund) -> bool:
    pending = answer.outcome is RefundOutcome.PENDING
    return pending and refund.gateway_reference == answer.reference


def _undo(payment: Payment, refund: Refund, *, by: Actor) -> None:
    order = payment.order
    payment.take_back(refund.money)
    failed = RefundFailed.of(
        refund,
        failure_code=refund.failure_code,
        changes={"state": [Refund.State.REQUESTED, refund.state]},
    )
    events.publish(failed, store=order.store, by=by)
    if payment.is_surplus or order.state == OrderState.CANCELED:  # it has to go back all the same
        orders.flag_order(order=order, reason=Attention.REFUND_FAILED, by=by)


def _finish(payment: Payment, refund: Refund, *, by: Actor, now: datetime) -> None:
    order = payment.order
    succeeded = RefundSucceeded.of(
        refund, changes={"state": [Refund.State.REQUESTED, refund.state]}
    )
    events.publish(succeeded, store=order.store, by=by)
    if payment.is_surplus:  # the order was paid by another payment, and knows nothing of this one
        return
    if _is_all_back(payment) and OrderState.REFUNDED in EDGES[order.state]:
        orders.mark_order_refunded(order=order, by=by, now=now)
    orders.issue_credit_note(
        order=order,
        refund_id=refund.public_id,
        amount=refund.money,
        reason=refund.reason,
        by=by,
        now=now,
    )


def _is_all_back(payment: Payment) -> bool:
    pending = payment.refunds.filter(state=Refund.State.REQUESTED)
    return not payment.refundable and not pending.exists()
