"""The last step of paying: what the gateway did becomes what the books say."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.payments.events import PaymentCaptured, PaymentFailed, PaymentUnfillable
from apps.payments.gateways import Charge, ChargeOutcome
from apps.payments.models import Payment
from apps.payments.services.fill_order import fill_order
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def record_charge(
    *, payment_id: UUID, charge: Charge, store: Store, by: Actor, now: datetime
) -> Payment:
    """This function will record how a charge ended, and move the order along with it.

    Payment, order and stock change in this one transaction. Recording the same charge again
    changes nothing. When the money came and the order cannot be filled any more, the payment is
    captured all the same, because it is, and `payment.unfillable` has it given back.
    """
    (payment,) = Payment.objects.for_store(store).filter(public_id=payment_id).locked_with_order()
    if not payment.is_unsettled:
        return payment
    match charge.outcome:
        case ChargeOutcome.CAPTURED:
            _record_captured(payment, reference=charge.reference, store=store, by=by, now=now)
        case ChargeOutcome.FAILED:
            payment.mark_failed(reference=charge.reference, failure_code=charge.failure_code)
            failed = PaymentFailed.of(
                payment, gateway=payment.gateway, failure_code=payment.failure_code
            )
            events.publish(failed, store=store, by=by)
        case ChargeOutcome.PROCESSING:
            payment.mark_processing(reference=charge.reference)
    return payment


def _record_captured(
    payment: Payment, *, reference: str, store: Store, by: Actor, now: datetime
) -> None:
    payment.mark_captured(reference=reference, now=now)
    captured = PaymentCaptured.of(payment, gateway=payment.gateway, amount=payment.charged)
    if not fill_order(order=payment.order, by=by, now=now, along_with=[captured]):
        unfillable = PaymentUnfillable.of(payment, amount=payment.charged)
        events.publish(captured, unfillable, store=store, by=by)
