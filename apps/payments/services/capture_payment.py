"""Staff take the money that was authorized, before any goods leave."""

from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.orders.attention import MONEY_IN_DOUBT
from apps.orders.errors import OrderNeedsAttention, OrderNotFound
from apps.orders.models import Order
from apps.orders.transitions import PAID_FOR
from apps.payments.errors import NothingToCapture
from apps.payments.models import Payment
from apps.payments.services.capture_order_payment import capture_order_payment
from apps.stores.models import Store


@forbids_transaction
def capture_payment(*, store: Store, order_id: UUID, by: Actor) -> Payment:
    """This function will capture the authorized payment of a paid order (public id).

    Called by several at once it captures once: the gateway knows the capture by its key. An order
    that is canceled meanwhile gets the money back, as ever.

    Raises:
        OrderNotFound: the store has none.
        NothingToCapture: there is no authorization, it was captured, or it has run out.
        OrderNeedsAttention: its money is in doubt, and staff have not cleared that.
        GatewayUnavailable: the outcome is not known yet; it is asked again by itself.
    """
    order = Order.objects.for_store(store).filter(public_id=order_id).first()
    if order is None:
        raise OrderNotFound
    authorized = Payment.objects.filter(order=order).capturable().first()
    if order.state not in PAID_FOR or authorized is None:
        raise NothingToCapture
    if order.attention in MONEY_IN_DOUBT:
        raise OrderNeedsAttention(attention=order.attention)
    capture_order_payment(order_id=order_id, by=by)
    authorized.refresh_from_db()
    if authorized.state != Payment.State.CAPTURED:
        what = authorized.held_reason or f"The payment is {authorized.state}."
        raise NothingToCapture(f"The gateway did not give the money. {what}")
    return authorized
