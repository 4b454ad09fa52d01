"""Money that came for an order that is not going to be filled."""

from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.payments.errors import RefundRefused
from apps.payments.models import Payment, Refund
from apps.payments.services.complete_refund import complete_refund
from apps.payments.services.refund_payment import refund_payment
from apps.payments.services.withdraw_payment import withdraw_payment


@forbids_transaction
def return_payment(*, payment_id: UUID, reason: str) -> None:
    """This function will give all that is left of a payment back, exactly once.

    Money that was only authorized is let go. A second call, for whatever reason, finishes or finds
    the refund of the first; one that the gateway refused is tried anew by the next call. A payment
    that staff have refunded in full meanwhile is left alone.

    Raises:
        GatewayUnavailable: the outcome is not known yet; call it again.
        RefundRefused: the gateway does not give it back; call it again later.
    """
    payment = Payment.objects.select_related("store", "order").get(public_id=payment_id)
    if payment.is_open:
        withdraw_payment(payment=payment, by=None)
        return
    begun = payment.refunds.automatic()
    under_way = begun.filter(state=Refund.State.REQUESTED).select_related("payment").first()
    if under_way is not None:
        refund = complete_refund(refund=under_way, by=None)
    elif payment.refundable:
        refund = refund_payment(
            store=payment.store,
            payment_id=payment_id,
            reason=reason,
            # One key for every cause, so that it happens once; another one after each refusal.
            idempotency_key=f"automatic:{begun.filter(state=Refund.State.FAILED).count()}",
            by=None,
        )
    else:
        return
    if refund.state == Refund.State.FAILED:
        raise RefundRefused(failure_code=refund.failure_code)
