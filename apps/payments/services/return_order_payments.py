"""A canceled order: nobody pays for it any more."""

from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.payments.models import Payment
from apps.payments.services.return_payment import return_payment
from apps.payments.transitions import LIVE


@forbids_transaction
def return_order_payments(*, order_id: UUID) -> None:
    """This function will give back, once, what was received for an order that was canceled, and
    give up what has not been received yet.

    Money that arrives later is given back when it does: `apply_charge` sees to it.

    Raises:
        GatewayUnavailable: the outcome is not known yet; call it again.
        RefundRefused: the gateway does not give it back; call it again later.
    """
    live = Payment.objects.filter(order__public_id=order_id, state__in=LIVE)
    for payment_id in live.values_list("public_id", flat=True):
        return_payment(payment_id=payment_id, reason="order canceled")
