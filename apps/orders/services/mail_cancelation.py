"""Nothing will come, and why."""

from datetime import datetime
from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders.models import Order
from apps.orders.services.mail_customer import mail_customer
from apps.orders.transitions import OrderState


@forbids_transaction
def mail_cancelation(
    *, order_id: UUID, key: UUID, asked_at: datetime | None = None
) -> SentMail | None:
    """This function will tell a customer that an order (public id) was canceled, by whom, and
    whether money comes back.

    What a person gave as a reason is not passed on: it was not written for the customer.

    `asked_at` is when staff asked for it once more.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    order = Order.objects.select_related("store", "customer").get(public_id=order_id)
    step = order.transitions.select_related("order__customer").get(to_state=OrderState.CANCELED)
    by = step.role
    return mail_customer(
        order=order,
        template="orders/canceled",
        context={
            "by": by,
            "reason": step.reason if by == "system" else "",
            "was_paid": order.paid_at is not None,
        },
        happened_at=asked_at or order.canceled_at or order.placed_at,
        key=key,
    )
