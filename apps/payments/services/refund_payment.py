"""Giving money back: three steps, as in paying."""

from uuid import UUID

from apps.core.money import Money
from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.models import Refund
from apps.payments.services.complete_refund import complete_refund
from apps.payments.services.register_refund import register_refund
from apps.stores.models import Store


@forbids_transaction
def refund_payment(
    *,
    store: Store,
    payment_id: UUID,
    amount: Money | None = None,
    reason: str = "",
    idempotency_key: str,
    by: Actor,
    expected_version: int | None = None,
) -> Refund:
    """This function will give a part of a captured payment back, or all that is left of it.

    A call with the same key goes on with the same refund, wherever the first one stopped.

    Raises:
        NotFound, PaymentNotRefundable, RefundTooLarge, RefundCurrencyMismatch,
        PaymentChanged, IdempotencyKeyReused: nothing goes back; see `register_refund`.
        GatewayUnavailable: the outcome is not known yet; ask again with the same key.
    """
    refund = register_refund(
        store=store,
        payment_id=payment_id,
        amount=amount,
        reason=reason,
        idempotency_key=idempotency_key,
        by=by,
        expected_version=expected_version,
    )
    return complete_refund(refund=refund, by=by)
