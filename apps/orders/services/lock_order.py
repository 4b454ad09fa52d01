"""Having an order to oneself."""

from uuid import UUID

from apps.accounts.models import User
from apps.core.transactions import requires_transaction
from apps.orders.errors import OrderNotFound
from apps.orders.models import Order
from apps.stores.models import Store


@requires_transaction
def lock_order(*, store: Store, order_id: UUID, customer: User | None = None) -> Order:
    """This function will lock an order of the store (public id) and return it as it now is.

    With `customer`, only an order of theirs. Store and customer come with it.

    Raises:
        OrderNotFound: there is none, or it is somebody else's.
    """
    orders = Order.objects.for_store(store).filter(public_id=order_id)
    if customer is not None:
        orders = orders.filter(customer=customer)
    for order in orders.select_related("store", "customer").locked():
        return order
    raise OrderNotFound
