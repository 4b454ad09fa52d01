"""Money that does not match what was asked for, and that staff decide to send back."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.core.money import Money
from apps.core.retries import retry_conflicts
from apps.core.transactions import forbids_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import changes_between
from apps.orders import services as orders
from apps.orders.attention import Attention
from apps.orders.transitions import PAID_FOR
from apps.payments.differences import ANOTHER_CHARGE
from apps.payments.errors import PaymentNotHeld, RefundRefused
from apps.payments.events import PaymentSentBack
from apps.payments.gateways import ChargeOutcome, RefundOutcome, find_gateway
from apps.payments.models import Payment
from apps.stores.models import Store


@forbids_transaction
def return_held_payment(*, store: Store, payment_id: UUID, by: Actor) -> Payment:
    """This function will send back what the gateway really took for a held payment, and cancel it.

    Raises:
        NotFound: the store has no such payment.
        PaymentNotHeld: nothing is wrong with it, somebody was faster, or it is held for another
            charge than its own.
        RefundRefused: the gateway does not give it back.
        GatewayUnavailable: the outcome is not known yet; call it again.
    """
    held = Payment.objects.for_store(store).filter(public_id=payment_id)
    payment = held.select_related("store", "order").first()
    if payment is None:
        raise NotFound("There is no such payment.")
    if not _is_to_go_back(payment):
        raise PaymentNotHeld
    if payment.held_reason.startswith(ANOTHER_CHARGE):
        raise PaymentNotHeld(f"Held for {payment.held_reason}: refund that one at the gateway.")
    return _end(payment, sent_back=_send_back(payment), by=by)


def _send_back(payment: Payment) -> Money:
    gateway = find_gateway(payment.gateway)
    charge = gateway.withdraw(payment.charge_request)
    if charge.outcome is not ChargeOutcome.CAPTURED:
        return Money(Decimal(0), payment.currency)
    answer = gateway.refund(
        charge_reference=charge.reference,
        amount=charge.amount,
        idempotency_key=f"{payment.gateway_idempotency_key}:held",
        metadata={"payment": str(payment.public_id)},
    )
    if answer.outcome is RefundOutcome.FAILED:
        raise RefundRefused(failure_code=answer.failure_code)
    return charge.amount


@retry_conflicts
@transaction.atomic
def _end(payment: Payment, *, sent_back: Money, by: Actor) -> Payment:
    (locked,) = Payment.objects.filter(pk=payment.pk).locked_with_order()
    if not _is_to_go_back(locked):
        raise PaymentNotHeld
    was_paid = locked.state == Payment.State.AUTHORIZED and locked.order.state in PAID_FOR
    had = locked.state
    locked.mark_sent_back()
    fact = PaymentSentBack.of(
        locked,
        gateway=locked.gateway,
        amount=sent_back,
        changes=changes_between({"state": had}, {"state": str(locked.state)}),
    )
    events.publish(fact, store=locked.order.store, by=by)
    if was_paid:
        orders.flag_order(order=locked.order, reason=Attention.AUTHORIZATION_LOST, by=by)
    return locked


def _is_to_go_back(payment: Payment) -> bool:
    """Money may have come for one that had ended as well; what is captured is refunded instead."""
    return payment.held_reason != "" and payment.state != Payment.State.CAPTURED
