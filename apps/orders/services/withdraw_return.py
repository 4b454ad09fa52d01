"""An import was a mistake: nothing came back."""

from datetime import datetime
from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.errors import OrderNotFound
from apps.orders.models import PastReturn
from apps.orders.past_events import PastReturnWithdrawn
from apps.stores.models import Store


@requires_transaction
def withdraw_return(*, store: Store, return_id: UUID, by: Actor, now: datetime) -> int:
    """This function will take back that a credit was imported: all lines of the one whose first
    line has the public id. They stay, and count for nothing.

    An order that it has made refunded stays so; it is withdrawn by itself. Returns how many lines.

    Raises:
        OrderNotFound: there is none, or it was withdrawn before.
    """
    for first in PastReturn.objects.for_store(store).standing().filter(public_id=return_id):
        lines = PastReturn.objects.for_store(store).standing()
        own = lines.filter(source=first.source, external_number=first.external_number)
        count = own.update(withdrawn_at=now)
        fact = PastReturnWithdrawn(
            aggregate_id=return_id, source=first.source, external_number=first.external_number
        )
        events.publish(fact, store=store, by=by)
        return count
    raise OrderNotFound
