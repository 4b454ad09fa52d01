"""How the routes name an order, and who finds what is behind a name."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from apps.orders.errors import OrderNotFound
from apps.orders.models import Order

ORDER = "[0-9A-Za-z-]{8,36}"
ORDER_ID = OpenApiParameter(
    name="id",
    location=OpenApiParameter.PATH,
    type=str,
    description="The order's id, or its number.",
)


def visible_orders(request: Request) -> QuerySet[Order]:
    """This function will keep what the caller may see of the store's orders."""
    orders = Order.objects.for_store(request.store).visible_to(request.user)
    return orders.select_related("customer")


def visible_order(request: Request, reference: str) -> Order:
    """This function will find an order by its id or its number.

    Raises:
        OrderNotFound: there is none, or the caller may not see it.
    """
    order = visible_orders(request).named(reference).first()
    if order is None:
        raise OrderNotFound
    return order
