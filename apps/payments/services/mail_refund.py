"""Your money is on its way back."""

from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders import services as orders
from apps.orders.models import Invoice
from apps.payments.models import Refund


@forbids_transaction
def mail_refund(*, refund_id: UUID, key: UUID) -> SentMail | None:
    """This function will tell a customer of a refund (public id), with its credit note if there is
    one. `None` when it has come to nothing meanwhile.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    refunds = Refund.objects.select_related("payment__order__store", "payment__order__customer")
    refund = refunds.get(public_id=refund_id)
    if refund.succeeded_at is None:
        return None
    note = Invoice.objects.select_related("order", "corrects").filter(refund_id=refund_id).first()
    return orders.mail_customer(
        order=refund.payment.order,
        template="payments/refunded",
        context={"refund": refund, "note": note},
        happened_at=refund.succeeded_at,
        key=key,
        documents=[note] if note else [],
    )
