"""The last step of a refund: what the gateway did becomes what the books say."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders import services as orders
from apps.orders.transitions import EDGES, OrderState
from apps.payments.events import RefundFailed, RefundSucceeded
from apps.payments.gateways import GatewayRefund, RefundOutcome
from apps.payments.models import Payment, Refund
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def record_refund(
    *, refund_id: UUID, answer: GatewayRefund, store: Store, by: Actor, now: datetime
) -> Refund:
    """This function will record how a refund ended; a settled one is returned as it is.

    What failed can be refunded again. When everything has gone back, an order that is not
    canceled becomes refunded.
    """
    rows = Payment.objects.for_store(store).filter(refunds__public_id=refund_id)
    (payment,) = rows.locked_with_order()
    refund = payment.refunds.get(public_id=refund_id)
    if refund.state != Refund.State.REQUESTED:
        return refund
    if answer.outcome is RefundOutcome.FAILED:
        refund.mark_failed(reference=answer.reference, failure_code=answer.failure_code)
        payment.take_back(refund.money)
        failed = RefundFailed.of(refund, failure_code=refund.failure_code)
        events.publish(failed, store=store, by=by)
        return refund
    refund.mark_succeeded(reference=answer.reference, now=now)
    events.publish(RefundSucceeded.of(refund), store=store, by=by)
    if _is_all_back(payment) and OrderState.REFUNDED in EDGES[payment.order.state]:
        orders.mark_order_refunded(order=payment.order, by=by, now=now)
    return refund


def _is_all_back(payment: Payment) -> bool:
    pending = payment.refunds.filter(state=Refund.State.REQUESTED)
    return not payment.refundable and not pending.exists()
