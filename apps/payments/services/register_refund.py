"""Setting money aside that is to go back."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.errors import NotFound
from apps.core.money import Money
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.idempotency.errors import IdempotencyKeyReused
from apps.payments.errors import PaymentChanged, RefundCurrencyMismatch
from apps.payments.events import RefundRequested
from apps.payments.models import Payment, Refund
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def register_refund(
    *,
    store: Store,
    payment_id: UUID,
    amount: Money | None,
    reason: str,
    idempotency_key: str,
    by: Actor,
    expected_version: int | None = None,
) -> Refund:
    """This function will set a part of a payment aside for a refund; `None` is all that is left.

    The sum set aside is a counter on the locked payment with a constraint below it, so no number
    of refunds at once goes above what was captured. The same key of the same person returns the
    refund it made before; another one, with `expected_version`, only touches the payment that the
    caller saw.

    Raises:
        NotFound: the store has no such payment.
        PaymentChanged: it is not as the caller saw it any more.
        PaymentNotRefundable: no money was received.
        RefundTooLarge: less than that is left.
        RefundCurrencyMismatch: the payment was made in another currency.
        IdempotencyKeyReused: the key refunded another amount.
    """
    payment = _locked(store=store, payment_id=payment_id)
    key = f"{actor_reference(by)}:{idempotency_key}"
    if known := payment.refunds.filter(idempotency_key=key).first():
        if amount is not None and amount != known.money:
            raise IdempotencyKeyReused
        return known
    if expected_version not in {None, payment.version}:
        raise PaymentChanged(remaining=payment.refundable)
    if amount is not None and amount.currency != payment.currency:
        raise RefundCurrencyMismatch
    wanted = payment.refundable if amount is None else amount
    payment.set_aside(wanted)
    refund = Refund(
        store=store,
        payment=payment,
        amount=wanted.amount,
        currency=wanted.currency,
        reason=reason,
        idempotency_key=key,
    )
    refund.check_at = refund.next_check(now=timezone.now())
    refund.save()
    events.publish(RefundRequested.of(refund), store=store, by=by)
    return refund


def _locked(*, store: Store, payment_id: UUID) -> Payment:
    rows = Payment.objects.for_store(store).filter(public_id=payment_id)
    for payment in rows.select_related("order").locked():
        return payment
    raise NotFound("There is no such payment.")
