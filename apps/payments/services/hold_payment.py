"""Money that does not match what was asked for, or that nobody knows anything of."""

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders import services as orders
from apps.orders.attention import Attention
from apps.payments.events import PaymentHeld
from apps.payments.models import Payment


@requires_transaction
def hold_payment(*, payment: Payment, reference: str, reason: str, by: Actor) -> None:
    """This function will leave a payment, and its order, to staff.

    The caller holds the locks of both.
    """
    if payment.held_reason == reason:
        return
    payment.hold(reference=payment.gateway_reference or reference, reason=reason)
    events.publish(PaymentHeld.of(payment, reason=reason), store=payment.order.store, by=by)
    orders.flag_order(order=payment.order, reason=Attention.PAYMENT_HELD, by=by)
