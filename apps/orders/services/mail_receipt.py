"""The money has come: here is your invoice."""

from datetime import datetime
from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders.models import Invoice
from apps.orders.services.mail_customer import mail_customer


@forbids_transaction
def mail_receipt(
    *, invoice_id: UUID, key: UUID, asked_at: datetime | None = None
) -> SentMail | None:
    """This function will mail an invoice (public id) to its customer, as a PDF.

    `asked_at` is when staff asked for it once more.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    documents = Invoice.objects.select_related("order__store", "order__customer", "corrects")
    invoice = documents.get(public_id=invoice_id)
    return mail_customer(
        order=invoice.order,
        template="orders/receipt",
        context={"invoice": invoice},
        happened_at=asked_at or invoice.issued_at,
        key=key,
        documents=[invoice],
    )
