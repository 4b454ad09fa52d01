"""Your payment could not be made."""

from uuid import UUID

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders import services as orders
from apps.orders.transitions import OrderState
from apps.payments.models import Payment

# What a payer may be told, and can do something about. Other codes say nothing to them, or what a
# thief should not hear.
_TOLD = {
    "authentication_required": "Your bank wanted you to confirm it, and that did not happen.",
    "card_not_supported": "The card cannot be used for it.",
    "expired_card": "The card has expired.",
    "incorrect_cvc": "The card's security code was not right.",
    "incorrect_number": "The card's number was not right.",
    "insufficient_funds": "There was not enough money.",
}


@forbids_transaction
def mail_payment_failure(*, payment_id: UUID, key: UUID) -> SentMail | None:
    """This function will tell a customer that a payment (public id) failed and that the order still
    waits. `None` when it does not: it was paid in another way, canceled, or waits no longer.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    payments = Payment.objects.select_related("order__store", "order__customer")
    payment = payments.get(public_id=payment_id)
    order = payment.order
    waits = order.state == OrderState.PENDING and order.expires_at > timezone.now()
    if not waits or payment.state != Payment.State.FAILED:
        return None
    return orders.mail_customer(
        order=order,
        template="payments/failed",
        context={"payment": payment, "reason": _TOLD.get(payment.failure_code, "")},
        happened_at=order.placed_at,
        key=key,
    )
