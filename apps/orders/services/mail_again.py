"""A mail that staff want to be sent once more."""

from datetime import datetime
from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders.letters import Letter
from apps.orders.services.mail_cancelation import mail_cancelation
from apps.orders.services.mail_confirmation import mail_confirmation
from apps.orders.services.mail_receipt import mail_receipt
from apps.orders.services.mail_shipment import mail_shipment


@forbids_transaction
def mail_again(
    *, letter: Letter, order_id: UUID, about: UUID | None, asked_at: datetime, key: UUID
) -> SentMail | None:
    """This function will mail what was mailed before about an order (public id), as things are now.

    It is the time when it was asked for that makes it old, not that of what it tells.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    match letter:
        case Letter.RECEIPT if about is not None:
            return mail_receipt(invoice_id=about, key=key, asked_at=asked_at)
        case Letter.SHIPPED if about is not None:
            return mail_shipment(shipment_id=about, key=key, asked_at=asked_at)
        case Letter.CANCELED:
            return mail_cancelation(order_id=order_id, key=key, asked_at=asked_at)
        case _:
            return mail_confirmation(order_id=order_id, key=key, asked_at=asked_at)
