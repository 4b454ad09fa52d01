"""Staff have looked."""

from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.desk_errors import FlagChanged
from apps.orders.events import OrderFlagCleared
from apps.orders.models import Order
from apps.orders.services.lock_order import lock_order
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def clear_flag(
    *, store: Store, order_id: UUID, by: Actor, expected_reason: str | None = None
) -> Order:
    """This function will record that nobody needs to look at an order (public id) any more, or no
    more for the reason that was looked at.

    Raises:
        OrderNotFound: the store has none.
        FlagChanged: it is flagged for another reason by now.
    """
    order = lock_order(store=store, order_id=order_id)
    reason, order.attention = order.attention, ""
    if expected_reason is not None and reason not in {"", expected_reason}:
        raise FlagChanged(reason=reason)
    if reason:
        order.save(update_fields=["attention"])
        events.publish(
            OrderFlagCleared(aggregate_id=order.public_id, number=order.number, reason=reason),
            store=store,
            by=by,
        )
    return order
