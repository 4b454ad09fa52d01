"""A paid order that was canceled."""

from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.payments.models import Payment
from apps.payments.services.return_payment import return_payment


@forbids_transaction
def return_order_payments(*, order_id: UUID) -> None:
    """This function will give back, once, what was received for an order that was canceled.

    Money that arrives later is given back when it does: `record_charge` sees to it.
    """
    captured = Payment.objects.filter(order__public_id=order_id, state=Payment.State.CAPTURED)
    for payment_id in captured.values_list("public_id", flat=True):
        return_payment(payment_id=payment_id, reason="order canceled")
