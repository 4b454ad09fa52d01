"""We have your order."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders.models import Order
from apps.orders.services.mail_customer import mail_customer
from apps.orders.transitions import OrderState


@forbids_transaction
def mail_confirmation(
    *, order_id: UUID, key: UUID, asked_at: datetime | None = None
) -> SentMail | None:
    """This function will confirm by mail that an order (public id) has come.

    `None` when it was canceled meanwhile, of which another mail tells.

    `asked_at` is when staff asked for it once more.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    order = Order.objects.select_related("store", "customer").get(public_id=order_id)
    if order.state == OrderState.CANCELED:
        return None
    to_be_paid = order.state == OrderState.PENDING and order.expires_at > timezone.now()
    return mail_customer(
        order=order,
        template="orders/confirmation",
        context={"to_be_paid": to_be_paid},
        happened_at=asked_at or order.placed_at,
        key=key,
    )
