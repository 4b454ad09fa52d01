"""Trying a refund again that the gateway refused."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.errors import NotFound
from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.errors import NothingToSettle, RefundRefused
from apps.payments.models import Refund
from apps.payments.services.complete_refund import complete_refund
from apps.payments.services.register_refund import register_refund
from apps.payments.services.settle_refund import settle_locked_refund
from apps.stores.models import Store


@forbids_transaction
def retry_refund(*, store: Store, refund_id: UUID, by: Actor) -> Refund:
    """This function will make another refund of the same amount in place of one that failed.

    Asked twice, it is made once. The failed one is settled with that, whatever becomes of it.

    Raises:
        NotFound: the store has no such refund.
        NothingToSettle: it did not fail, or is settled already.
        RefundTooLarge: so much is not left of the payment any more.
        RefundRefused: the gateway has refused it again.
        GatewayUnavailable: the outcome is not known yet; it is asked about again by itself.
    """
    refund = complete_refund(refund=_registered(store=store, refund_id=refund_id, by=by), by=by)
    if refund.state == Refund.State.FAILED:
        raise RefundRefused(failure_code=refund.failure_code)
    return refund


@transaction.atomic
def _registered(*, store: Store, refund_id: UUID, by: Actor) -> Refund:
    """The payment's lock, which comes first, is the one that two at once meet at."""
    known = Refund.objects.for_store(store).filter(public_id=refund_id)
    refund = known.select_related("payment__order").first()
    if refund is None:
        raise NotFound("There is no such refund.")
    if refund.state != Refund.State.FAILED:
        raise NothingToSettle
    made = register_refund(
        store=store,
        payment_id=refund.payment.public_id,
        amount=refund.money,
        reason=refund.reason,
        idempotency_key=f"retry:{refund.public_id}",
        by=by,
    )
    settle_locked_refund(refund=refund, how="retried", by=by, now=timezone.now())
    return made
