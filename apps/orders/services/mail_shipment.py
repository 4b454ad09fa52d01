"""Your goods are on their way."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders.models import OrderLine, Shipment, ShipmentLine
from apps.orders.services.mail_customer import mail_customer


@forbids_transaction
def mail_shipment(
    *, shipment_id: UUID, key: UUID, asked_at: datetime | None = None
) -> SentMail | None:
    """This function will tell a customer what is in a shipment (public id), who brings it, and what
    was still to come when it left: another may have followed before the mail is written.

    `asked_at` is when staff asked for it once more.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    shipments = Shipment.objects.select_related("order__store", "order__customer")
    shipment = shipments.prefetch_related("order__lines").get(public_id=shipment_id)
    until_then = ShipmentLine.objects.filter(
        shipment__order=shipment.order, shipment_id__lte=shipment.pk
    )
    sent = list(until_then.select_related("order_line").order_by("pk"))
    return mail_customer(
        order=shipment.order,
        template="orders/shipped",
        context={
            "shipment": shipment,
            "parcel": [line for line in sent if line.shipment_id == shipment.pk],
            "waiting": _still_to_come(shipment.order.lines.all(), sent),
        },
        happened_at=asked_at or shipment.shipped_at,
        key=key,
    )


def _still_to_come(lines: Iterable[OrderLine], sent: Iterable[ShipmentLine]) -> list[OrderLine]:
    had_left: Counter[int] = Counter()
    for part in sent:
        had_left[part.order_line_id] += part.quantity
    waiting = []
    for line in lines:
        line.shipped_quantity = had_left[line.pk]
        if line.left_to_ship:
            waiting.append(line)
    return waiting
