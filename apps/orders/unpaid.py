"""How many unpaid orders may hold stock at once, for one customer and from one address."""

from django.conf import settings
from django.db.models import BigIntegerField, CharField, Func, IntegerField, Value

from apps.core.client_address import current_client_address, subscriber_of
from apps.core.encryption import blind_index


class PlaceAmongUnpaid(Func):
    """Stands for `placed_from` where an order is inserted.

    Evaluating it locks the customer's and the address's unpaid orders until the transaction ends,
    counts them, and raises where there are too many: lock, count and insert are one statement.
    """

    function = "orders_take_place_among_unpaid"
    output_field = CharField()


def placed_from() -> str:
    """This function will return the blind index of the address that the request comes from.

    "" outside requests, and where no address is known.
    """
    address = current_client_address()
    return blind_index(subscriber_of(address), purpose="order address") if address else ""


def place_among_unpaid(*, customer_id: int, address: str) -> PlaceAmongUnpaid:
    """This function will return what takes a place among the unpaid orders, or refuses it."""
    of_address = settings.UNPAID_ORDERS_PER_ADDRESS if address else 0
    return PlaceAmongUnpaid(
        Value(customer_id, BigIntegerField()),
        Value(address, CharField()),
        Value(settings.UNPAID_ORDERS_PER_CUSTOMER, IntegerField()),
        Value(of_address, IntegerField()),
    )
