"""Writing to whoever has ordered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailAttachment
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.events.actors import actor_reference
from apps.mail import services as mail
from apps.mail.models import SentMail
from apps.orders.addresses import address_lines
from apps.orders.invoice_pdf import render_invoice
from apps.orders.models import Invoice, Order


@forbids_transaction
def mail_customer(
    *,
    order: Order,
    template: str,
    context: Mapping[str, Any],
    happened_at: datetime,
    key: UUID,
    documents: Sequence[Invoice] = (),
) -> SentMail | None:
    """This function will mail a template about an order to its customer, once for each key.

    The template is told of `order`, its `lines` and its `address` line by line, beside `context`.
    `documents`, each read with what it corrects, are attached as PDF. What happened more than
    `MAIL_DAYS` ago is not written about, nor is somebody written to who was forgotten, or came
    from another shop without an address: `None`.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    is_old = happened_at < timezone.now() - timedelta(days=settings.MAIL_DAYS)
    if is_old or not order.customer.email:
        return None
    known = {
        "order": order,
        "lines": list(order.lines.all()),
        "address": address_lines(order.shipping_address),
    }
    return mail.send_mail(
        store=order.store,
        to=order.customer.email,
        recipient=actor_reference(order.customer),
        template=template,
        context={**known, **context},
        key=key,
        attachments=[_printed(one) for one in documents],
    )


def _printed(document: Invoice) -> EmailAttachment:
    pdf = render_invoice(document).getvalue()
    return EmailAttachment(document.file_name, pdf, "application/pdf")
