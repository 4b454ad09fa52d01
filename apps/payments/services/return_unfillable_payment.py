"""Money for an order that cannot be filled, when it does not go back by itself."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.errors import NothingToSettle, RefundRefused
from apps.payments.models import Payment, Refund
from apps.payments.services.refund_payment import refund_payment
from apps.payments.services.withdraw_payment import withdraw_payment
from apps.payments.transitions import HOLDS_MONEY
from apps.stores.models import Store


@forbids_transaction
def return_unfillable_payment(*, store: Store, payment_id: UUID, by: Actor) -> Payment:
    """This function will give back all that is left of a payment whose order cannot be filled.

    Asked twice, it goes back once. Money that was only authorized is let go.

    Raises:
        NotFound: the store has no such payment.
        NothingToSettle: its order is filled, or nothing of it is left.
        RefundRefused: the gateway does not give it back.
        GatewayUnavailable: the outcome is not known yet; it is asked about again by itself.
    """
    found = Payment.objects.for_store(store).filter(public_id=payment_id)
    payment = found.select_related("store", "order").first()
    if payment is None:
        raise NotFound("There is no such payment.")
    if payment.unfillable_at is None or payment.state not in HOLDS_MONEY or not payment.refundable:
        raise NothingToSettle
    if payment.is_open:
        return withdraw_payment(payment=payment, by=by)
    failed = payment.refunds.filter(state=Refund.State.FAILED).count()
    refund = refund_payment(
        store=store,
        payment_id=payment_id,
        reason="order could not be filled",
        # The same for two clicks at once, and another one after each refusal.
        idempotency_key=f"unfillable:{failed}",
        by=by,
    )
    if refund.state == Refund.State.FAILED:
        raise RefundRefused(failure_code=refund.failure_code)
    return payment
