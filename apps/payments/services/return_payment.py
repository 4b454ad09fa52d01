"""Money that came for an order that is not going to be filled."""

from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.payments.models import Payment
from apps.payments.services.refund_payment import refund_payment

# One key for every automatic refund of a payment, whatever caused it: it happens once.
_KEY = "automatic"


@forbids_transaction
def return_payment(*, payment_id: UUID, reason: str) -> None:
    """This function will give all that is left of a captured payment back, exactly once.

    A second call, for whatever reason, finishes or finds the refund of the first. A payment that
    staff have refunded in full meanwhile is left alone.

    Raises:
        GatewayUnavailable: the outcome is not known yet; call it again.
    """
    payment = Payment.objects.select_related("store").get(public_id=payment_id)
    begun = payment.refunds.filter(idempotency_key=f"system:{_KEY}").exists()
    if not begun and not payment.refundable:
        return
    refund_payment(
        store=payment.store,
        payment_id=payment_id,
        reason=reason,
        idempotency_key=_KEY,
        by=None,
    )
