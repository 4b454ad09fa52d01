"""Your goods are on their way."""

from uuid import UUID

from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail
from apps.orders.models import Shipment
from apps.orders.services.mail_customer import mail_customer


@forbids_transaction
def mail_shipment(*, shipment_id: UUID, key: UUID) -> SentMail | None:
    """This function will tell a customer what is in a shipment (public id), who brings it, and what
    is still to come.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    shipments = Shipment.objects.select_related("order__store", "order__customer")
    shipment = shipments.prefetch_related("order__lines").get(public_id=shipment_id)
    waiting = [line for line in shipment.order.lines.all() if line.left_to_ship]
    return mail_customer(
        order=shipment.order,
        template="orders/shipped",
        context={
            "shipment": shipment,
            "parcel": list(shipment.lines.select_related("order_line")),
            "waiting": waiting,
        },
        happened_at=shipment.shipped_at,
        key=key,
    )
