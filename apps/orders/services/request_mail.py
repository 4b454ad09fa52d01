"""The customer has not got, or has lost, a mail about an order."""

from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.models import OutboxEvent
from apps.orders.desk_errors import LetterNotSendable
from apps.orders.events import OrderMailRequested
from apps.orders.letters import Letter
from apps.orders.models import Order
from apps.orders.queries import sendable_letters
from apps.orders.services.lock_order import lock_order
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def request_mail(
    *, store: Store, order_id: UUID, letter: Letter, about: UUID | None, key: UUID, by: Actor
) -> None:
    """This function will have a mail about an order (public id) sent to its customer once more.

    `about` is the invoice or shipment that it tells of (public id). The same key asks once. The
    mail has a row of its own in the send log.

    Raises:
        OrderNotFound: the store has none.
        LetterNotSendable: the customer has no address, or there is nothing of that kind to tell.
    """
    order = lock_order(store=store, order_id=order_id)
    if not order.customer.email:
        raise LetterNotSendable("The customer has no address that could be written to.")
    wanted = (letter, about)
    if wanted not in [(one.letter, one.about) for one in sendable_letters(order)]:
        raise LetterNotSendable("There is no such mail to be sent, as the order is now.")
    if _asked_before(order, key):
        return
    request = OrderMailRequested(
        aggregate_id=order.public_id, number=order.number, letter=letter, about=about, key=key
    )
    events.publish(request, store=store, by=by)


def _asked_before(order: Order, key: UUID) -> bool:
    asked = OutboxEvent.objects.filter(
        aggregate_id=order.public_id, name=OrderMailRequested.name, payload__key=str(key)
    )
    return asked.exists()
