"""Asking the gateway about one payment, because somebody wants to know."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.core.transactions import forbids_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.payments.events import PaymentAskedAbout
from apps.payments.models import Payment
from apps.payments.services.reconcile_payments import Reconciliation, reconcile_payments
from apps.stores.models import Store


@forbids_transaction
def reconcile_payment(
    *, store: Store, payment_id: UUID, by: Actor, now: datetime
) -> Reconciliation:
    """This function will ask the gateway how a payment (public id) stands, and record it. When it
    is asked about next by itself is counted from now.

    Raises:
        NotFound: the store has no such payment.
    """
    payment = _asked_about(store=store, payment_id=payment_id, by=by, now=now)
    (result,) = reconcile_payments(payments=[payment])
    return result


@transaction.atomic
def _asked_about(*, store: Store, payment_id: UUID, by: Actor, now: datetime) -> Payment:
    rows = Payment.objects.for_store(store).filter(public_id=payment_id)
    for payment in rows.select_related("store").locked_with_order():
        if payment.check_at is not None:
            payment.plan_check(at=payment.next_check(now=now) or now, attempts=payment.attempts)
        events.publish(PaymentAskedAbout.of(payment), store=store, by=by)
        return payment
    raise NotFound("There is no such payment.")
